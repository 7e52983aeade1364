"""Choices of `export` and `import`."""

from dataclasses import fields
from enum import Enum

from audeep.backend.data import schema
from audeep.backend.errors import OptionError
from audeep.backend.options import Config, configuration, option


class Format(Enum):
    """The formats that there are."""

    CSV = "csv"
    ARFF = "arff"


@configuration
class AttributeNames(Config):
    """Names of the columns, in ARFF attributes, that hold metadata; all others hold features.

    One that is not named as by default must be there.
    """

    filename_attribute: str = option(
        schema.FILENAME, metavar="NAME", help="column or ARFF attribute with the names of the recordings"
    )
    chunk_nr_attribute: str = option(
        schema.CHUNK_NR, metavar="NAME", help="column or ARFF attribute with the numbers of the chunks"
    )
    label_nominal_attribute: str = option(
        schema.LABEL_NOMINAL, metavar="NAME", help="column or ARFF attribute with the names of the labels"
    )
    label_numeric_attribute: str = option(
        schema.LABEL_NUMERIC, metavar="NAME", help="column or ARFF attribute with the numbers of the labels"
    )

    def check(self) -> None:
        """Refuse two of the same name."""
        names = [getattr(self, item.name) for item in fields(self)]
        for item, name in zip(fields(self), names, strict=True):
            if names.count(name) > 1:
                raise OptionError(f"`{item.name}`: {name!r} cannot be two attributes at once")

    def by_variable(self) -> dict[str, str]:
        """Return the name of the column of each variable of the metadata."""
        return {item.name.removesuffix("_attribute"): getattr(self, item.name) for item in fields(self)}
