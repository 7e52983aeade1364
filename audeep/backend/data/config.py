"""Choices of the commands that combine and change data sets."""

from dataclasses import dataclass

from audeep.backend.data.schema import GENERATED, Partition
from audeep.backend.errors import OptionError
from audeep.backend.options import Config, flag, option


@dataclass(frozen=True)
class FusionConfig(Config):
    """Where features are put together."""

    dimension: str = option(
        GENERATED,
        metavar="NAME",
        help="feature dimension along which to concatenate: generated for the vectors of t-rae generate, time or "
        "freq for spectrograms; 'inspect netcdf' shows the dimensions of a file",
    )


@dataclass(frozen=True)
class UpsamplingConfig(Config):
    """Where classes are balanced."""

    partitions: tuple[Partition, ...] | None = option(
        None,
        help="balance the classes within these partitions taken together, and leave the others as they are "
        "(default: within the entire data set)",
    )


@dataclass(frozen=True)
class ModificationConfig(Config):
    """What is changed about the folds and partitions of a data set."""

    add_cv_setup: int | None = option(
        None,
        at_least=2,
        metavar="N",
        help="divide the files at random into N cross-validation folds of even size, with all classes spread "
        "evenly over the folds; folds that are there already are replaced",
    )
    remove_cv_setup: bool = option(False, help="remove the cross-validation folds")
    add_partitioning: tuple[Partition, ...] | None = option(
        None,
        help="divide the files at random into these partitions, of even size, with all classes spread evenly "
        "over them; partitions that are there already are replaced",
    )
    remove_partitioning: bool = option(False, help="remove the partitions")

    def check(self) -> None:
        """Refuse to do nothing, and to add and remove the same."""
        if not any((self.add_cv_setup, self.remove_cv_setup, self.add_partitioning, self.remove_partitioning)):
            raise OptionError(
                "nothing to change: give one or more of --add-cv-setup, --remove-cv-setup, --add-partitioning and "
                "--remove-partitioning"
            )
        for add, remove in (("add_cv_setup", "remove_cv_setup"), ("add_partitioning", "remove_partitioning")):
            if getattr(self, add) and getattr(self, remove):
                raise OptionError(
                    f"{flag(add)} and {flag(remove)} exclude each other: {flag(add)} alone replaces what is there"
                )
        partitions = self.add_partitioning or ()
        if len(set(partitions)) < len(partitions):
            names = ", ".join(partition.name for partition in partitions)
            raise OptionError(f"--add-partitioning: name each partition once, not {names}")
