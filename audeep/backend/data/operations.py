"""Configurations of the operations on data sets."""

from audeep.backend.data.schema import GENERATED, Partition
from audeep.backend.errors import OptionError
from audeep.backend.options import Config, option


class FusionConfig(Config):
    """How to concatenate features.

    Examples
    --------
    >>> import audeep
    >>> audeep.FusionConfig(dimension="freq").dimension
    'freq'
    """

    dimension: str = option(
        GENERATED,
        metavar="NAME",
        help="feature dimension along which to concatenate: generated for vectors from t-rae generate, time or "
        "freq for spectrograms; 'inspect netcdf' shows the dimensions of a file",
    )


class InspectionConfig(Config):
    """What to report about a data set besides its sizes.

    Examples
    --------
    >>> import audeep
    >>> audeep.InspectionConfig(instance=0, detailed_folds=True).instance
    0
    """

    instance: int | None = option(
        None, metavar="INDEX", help="also describe the instance at this index, counted from 0"
    )
    detailed_folds: bool = option(
        False, help="count the instances of each label in both splits of each cross-validation fold"
    )


class ValidationConfig(Config):
    """What to report about the rules that a data set breaks."""

    detailed: bool = option(False, help="list the instances of all recordings that break a rule")


class UpsamplingConfig(Config):
    """Where to balance classes.

    Examples
    --------
    >>> import audeep
    >>> audeep.UpsamplingConfig(partitions=["TRAIN"]).partitions
    (<Partition.TRAIN: 0>,)
    """

    partitions: tuple[Partition, ...] | None = option(
        None,
        help="balance the classes within these partitions taken together, and leave the others unchanged "
        "(default: the entire data set)",
    )


class ModificationConfig(Config):
    """How to change the folds and partitions of a data set.

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
        help="split the files at random into N cross-validation folds of equal size, stratified by label, or by "
        "combination of labels; "
        "replaces existing folds",
    )
    remove_cv_setup: bool = option(False, help="remove the cross-validation folds")
    add_partitioning: tuple[Partition, ...] | None = option(
        None,
        help="split the files at random into these partitions, of equal size and stratified by class; "
        "replaces existing partitions",
    )
    remove_partitioning: bool = option(False, help="remove the partitions")

    def check(self) -> None:
        """Refuse to do nothing, or to add and remove the same."""
        if not any((self.add_cv_setup, self.remove_cv_setup, self.add_partitioning, self.remove_partitioning)):
            raise OptionError(
                "nothing to change: give one or more of `add_cv_setup`, `remove_cv_setup`, `add_partitioning` and "
                "`remove_partitioning`"
            )
        for add, remove in (("add_cv_setup", "remove_cv_setup"), ("add_partitioning", "remove_partitioning")):
            if getattr(self, add) and getattr(self, remove):
                raise OptionError(f"`{add}` and `{remove}` exclude each other; `{add}` alone replaces what exists")
        partitions = self.add_partitioning or ()
        if len(set(partitions)) < len(partitions):
            names = ", ".join(partition.name for partition in partitions)
            raise OptionError(f"`add_partitioning`: name each partition once, not {names}")
