"""Choices of the commands that combine and change data sets."""

from audeep.backend.data.schema import GENERATED, Partition
from audeep.backend.errors import OptionError
from audeep.backend.options import Config, option


class FusionConfig(Config):
    """Along which dimension to join features.

    Examples
    --------
    >>> import audeep
    >>> audeep.FusionConfig(dimension="freq").dimension
    'freq'
    """

    dimension: str = option(
        GENERATED,
        metavar="NAME",
        help="feature dimension along which to concatenate: generated for the vectors of t-rae generate, time or "
        "freq for spectrograms; 'inspect netcdf' shows the dimensions of a file",
    )


class InspectionConfig(Config):
    """What to describe beside the sizes of a data set.

    Examples
    --------
    >>> import audeep
    >>> audeep.InspectionConfig(instance=0, detailed_folds=True).instance
    0
    """

    instance: int | None = option(
        None, metavar="INDEX", help="describe the instance at this index (from 0) as well"
    )
    detailed_folds: bool = option(
        False, help="tell for each cross-validation fold how many instances of each label its two splits have"
    )


class ValidationConfig(Config):
    """What is told about the rules that a data set breaks."""

    detailed: bool = option(False, help="list the instances of all recordings that break a rule")


class UpsamplingConfig(Config):
    """Which partitions to balance.

    Examples
    --------
    >>> import audeep
    >>> audeep.UpsamplingConfig(partitions=["TRAIN"]).partitions
    (<Partition.TRAIN: 0>,)
    """

    partitions: tuple[Partition, ...] | None = option(
        None,
        help="balance the classes within these partitions taken together, and leave the others as they are "
        "(default: within the entire data set)",
    )


class ModificationConfig(Config):
    """Which folds and partitions to add or remove.

    Examples
    --------
    >>> import audeep
    >>> audeep.ModificationConfig(add_cv_setup=5, remove_partitioning=True).add_cv_setup
    5
    """

    add_cv_setup: int | None = option(
        None,
        at_least=2,
        metavar="N",
        help="divide the files at random into N cross-validation folds of even size, each class spread evenly; "
        "replaces existing folds",
    )
    remove_cv_setup: bool = option(False, help="remove the cross-validation folds")
    add_partitioning: tuple[Partition, ...] | None = option(
        None,
        help="divide the files at random into these partitions, of even size, each class spread evenly; "
        "replaces existing partitions",
    )
    remove_partitioning: bool = option(False, help="remove the partitions")

    def check(self) -> None:
        """Refuse to do nothing, and to add and remove the same."""
        if not any((self.add_cv_setup, self.remove_cv_setup, self.add_partitioning, self.remove_partitioning)):
            raise OptionError(
                "nothing to change: give one or more of `add_cv_setup`, `remove_cv_setup`, `add_partitioning` and "
                "`remove_partitioning`"
            )
        for add, remove in (("add_cv_setup", "remove_cv_setup"), ("add_partitioning", "remove_partitioning")):
            if getattr(self, add) and getattr(self, remove):
                raise OptionError(
                    f"`{add}` and `{remove}` exclude each other: `{add}` alone replaces what is there"
                )
        partitions = self.add_partitioning or ()
        if len(set(partitions)) < len(partitions):
            names = ", ".join(partition.name for partition in partitions)
            raise OptionError(f"`add_partitioning`: name each partition once, not {names}")
