"""Configurations of `export` and `import`, and the table formats."""

from enum import Enum
from pathlib import Path

from audeep.backend.data import schema
from audeep.backend.errors import OptionError
from audeep.backend.options import Config, option


class Format(Enum):
    """Table formats."""

    CSV = "csv"
    ARFF = "arff"


class Layout(Enum):
    """How to write partitions and cross-validation folds."""

    FOLDERS = "folders"
    FLAT = "flat"


class ExportConfig(Config):
    """How to write a data set as tables.

    Examples
    --------
    >>> import audeep
    >>> audeep.ExportConfig(format="csv", labels_last=True).format
    <Format.CSV: 'csv'>
    """

    format: Format = option(help="format of the files")
    layout: Layout = option(
        Layout.FOLDERS,
        help="FOLDERS writes a file for each partition and fold, in folders named after them; FLAT writes a single "
        "file, with the columns partition, fold_1, fold_2 and so on",
    )
    labels_last: bool = option(
        False, help="write the columns of labels and targets after the features instead of before them"
    )
    name: str | None = option(
        None, metavar="NAME", help="name of the files, without .csv or .arff (default: that of the input)"
    )

    def check(self) -> None:
        """Refuse a name that points outside the output folder."""
        if self.name is not None:
            check_name(self.name, "`output`")


class AttributeNames(Config):
    """Names of the metadata columns (attributes, in ARFF); all other columns are features.

    A column given a non-default name must exist.

    Examples
    --------
    >>> import audeep
    >>> audeep.AttributeNames(filename_attribute="file").filename_attribute
    'file'
    """

    filename_attribute: str = option(schema.FILENAME, metavar="NAME", help="column or ARFF attribute of file names")
    chunk_nr_attribute: str = option(
        schema.CHUNK_NR, metavar="NAME", help="column or ARFF attribute of chunk numbers"
    )
    label_nominal_attribute: str = option(
        schema.LABEL_NOMINAL, metavar="NAME", help="column or ARFF attribute of label names"
    )
    label_numeric_attribute: str = option(
        schema.LABEL_NUMERIC, metavar="NAME", help="column or ARFF attribute of label numbers"
    )

    def check(self) -> None:
        """Refuse duplicate names."""
        names = self.to_dict()
        for parameter, name in names.items():
            if [*names.values()].count(name) > 1:
                raise OptionError(f"`{parameter}`: {name!r} is used for two attributes")

    def by_column(self) -> dict[str, str]:
        """Return the name in the tables of each column of a data set with one value for each instance."""
        columns = [column.name for column in schema.exported() if not column.named]
        return {name: getattr(self, f"{name}_attribute", name) for name in columns}


def check_name(name: str, folder: str) -> None:
    """Refuse a name that points outside the folder given by the parameter `folder`."""
    if Path(name).name != name or name in ("", "..") or "\0" in name:
        raise OptionError(f"`name`: {name!r} is not a file name; give the folder with {folder}")
