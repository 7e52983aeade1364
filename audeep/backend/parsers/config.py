"""The choice of a parser."""

from audeep.backend.options import Config, option
from audeep.backend.parsers import DEFAULT_PARSER


class ParserConfig(Config):
    """How to read labels, folds and partitions from a folder of recordings."""

    parser: str = option(
        DEFAULT_PARSER,
        metavar="PARSER",
        help="how to read labels, folds and partitions from the folder: the name of a parser, such as "
        "NoMetadataParser; path/to/file.py:ClassName or package.module.ClassName for one of your own. "
        "The default picks the first parser that fits",
    )
