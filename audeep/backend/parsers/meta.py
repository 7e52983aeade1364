"""The parser that picks one of the others."""

import os
from collections.abc import Iterable
from pathlib import Path

from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import FolderParser, InstanceMetadata
from audeep.backend.parsers.cross_validated import CrossValidatedParser
from audeep.backend.parsers.dcase import DCASEParser
from audeep.backend.parsers.esc import ESCParser
from audeep.backend.parsers.partitioned import PartitionedParser
from audeep.backend.parsers.table import TableParser
from audeep.backend.parsers.urban_sound_8k import UrbanSound8KParser

#: Parsers in the order in which they are tried. `NoMetadataParser` fits any folder, so it must be requested.
CANDIDATES: tuple[type[FolderParser], ...] = (
    DCASEParser,
    ESCParser,
    UrbanSound8KParser,
    CrossValidatedParser,
    PartitionedParser,
    TableParser,
)


def try_all(basedir: Path) -> dict[str, str]:
    """Return what each parser finds in a folder, or why it does not fit."""
    findings = {}
    for candidate in CANDIDATES:
        parser = candidate(basedir)
        try:
            parser.ensure_can_parse()
        except ParseError as error:
            reason = str(error).removeprefix(f"{candidate.__name__}: ").replace(f"{parser._basedir}{os.sep}", "")
            findings[candidate.__name__] = f"does not fit: {reason}"
        else:
            labels = len(parser.label_map or ())
            findings[candidate.__name__] = (
                f"fits: {parser.num_instances} recordings, {labels} labels, {parser.num_folds} folds"
            )
    return findings


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
            "set `parser` to NoMetadataParser"
        )
