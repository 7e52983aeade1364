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


class ImportFormat(Enum):
    """What can be imported."""

    TABLES = "tables"
    AUDIOSET = "AudioSet"


class ImportConfig(Config):
    """What to import."""

    format: ImportFormat = option(
        ImportFormat.TABLES,
        help="TABLES reads CSV or ARFF files; AUDIOSET reads the TFRecord files of AudioSet's features, all those "
        "in `basedir` and below",
    )
    name: str | None = option(
        None, metavar="NAME", help="name of the tables, with or without .csv or .arff; required for TABLES"
    )
    class_labels: Path | None = option(
        None,
        metavar="FILE",
        help="AudioSet's table class_labels_indices.csv, which names the labels (default: their numbers are their "
        "names)",
    )

    def check(self) -> None:
        """Refuse what does not belong to the format."""
        is_table = self.format is ImportFormat.TABLES
        if is_table and self.name is None:
            raise OptionError("`name` is required to import tables")
        if not is_table and self.name is not None:
            raise OptionError("`name` is for tables; `format` AUDIOSET reads all files in `basedir`")
        if is_table and self.class_labels is not None:
            raise OptionError("`class_labels` requires `format` AUDIOSET")


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
