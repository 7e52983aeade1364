"""The parser that picks one of the others."""

from collections.abc import Iterable

from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import FolderParser, InstanceMetadata
from audeep.backend.parsers.cross_validated import CrossValidatedParser
from audeep.backend.parsers.dcase import DCASEParser
from audeep.backend.parsers.esc import ESCParser
from audeep.backend.parsers.partitioned import PartitionedParser
from audeep.backend.parsers.urban_sound_8k import UrbanSound8KParser

#: Parsers in the order in which they are tried. `NoMetadataParser` fits any folder, so it must be requested.
CANDIDATES: tuple[type[FolderParser], ...] = (
    DCASEParser,
    ESCParser,
    UrbanSound8KParser,
    CrossValidatedParser,
    PartitionedParser,
)


class MetaParser(FolderParser):
    """Reads a folder with the first parser that fits."""

    def scan(self) -> Iterable[InstanceMetadata]:
        """Try the parsers one by one."""
        refusals = []
        for candidate in CANDIDATES:
            try:
                found = candidate(self._basedir).parse()
            except ParseError as error:
                refusals.append(str(error))
            else:
                self.log.info("%s fits %s", candidate.__name__, self._basedir)
                return found
        raise ParseError(
            f"no parser fits {self._basedir}; {'; '.join(refusals)}; to read recordings without labels, "
            "give `parser` audeep.backend.parsers.NoMetadataParser"
        )
