"""The choice of a parser, and of the table that it reads."""

from pathlib import Path

from audeep.backend.errors import OptionError
from audeep.backend.options import Config, option
from audeep.backend.parsers import DEFAULT_PARSER
from audeep.backend.parsers.conventions import COLUMNS


class ParserConfig(Config):
    """How to read labels, folds and partitions from a folder of recordings.

    Examples
    --------
    >>> import audeep
    >>> audeep.ParserConfig(table="birds.csv", column="label=species").columns
    {'label': 'species'}
    """

    parser: str = option(
        DEFAULT_PARSER,
        metavar="PARSER",
        help="how to read labels, folds and partitions from the folder: the name of a parser, such as "
        "NoMetadataParser; path/to/file.py:ClassName or package.module.ClassName for one of your own. "
        "The default picks the first parser that fits",
    )
    table: Path | None = option(
        None,
        metavar="FILE",
        help="table with a row for each recording, separated by commas, semicolons, tabs or vertical bars, or as "
        "JSON objects (.jsonl). Its paths are relative to the base folder, or else to the table (default: "
        "metadata, manifest or labels in the base folder, with the extension .csv, .tsv or .jsonl, if there "
        "is one)",
    )
    column: tuple[str, ...] | None = option(
        None,
        metavar="COLUMN=NAME",
        help="heading of a column in the table, if it is an unusual one, such as label=species. The columns are "
        f"{', '.join(COLUMNS)}",
    )

    target: tuple[str, ...] | None = option(
        None,
        metavar="NAME",
        help="columns of the table with numbers to learn, such as valence and arousal",
    )

    @property
    def columns(self) -> dict[str, str]:
        """Name in the table of each column that has an unusual one."""
        return dict(self._pair(text) for text in self.column or ())

    def check(self) -> None:
        """Refuse unknown columns, and columns or names given twice."""
        pairs = [self._pair(text) for text in self.column or ()]
        for column, name in pairs:
            if column not in COLUMNS:
                raise OptionError(f"`column`: unknown column {column!r}; expected one of {', '.join(COLUMNS)}")
            if [other for other, _ in pairs].count(column) > 1 or [other for _, other in pairs].count(name) > 1:
                raise OptionError(f"`column`: {column}={name} contradicts another one; give each name once")

    @staticmethod
    def _pair(text: str) -> tuple[str, str]:
        column, separator, name = text.partition("=")
        if not (separator and name):
            raise OptionError(f"`column`: expected COLUMN=NAME, such as label=species, got {text!r}")
        return column, name
