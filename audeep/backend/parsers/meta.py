"""The parser that picks one of the others."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import FolderParser, InstanceMetadata
from audeep.backend.parsers.class_folders import ClassFoldersParser
from audeep.backend.parsers.compare import ComParEParser
from audeep.backend.parsers.cross_validated import CrossValidatedParser
from audeep.backend.parsers.dcase import DCASEParser
from audeep.backend.parsers.esc import ESCParser
from audeep.backend.parsers.partitioned import PartitionedParser
from audeep.backend.parsers.table import TableParser
from audeep.backend.parsers.urban_sound_8k import UrbanSound8KParser
from audeep.backend.parsers.wrong_rows import WrongRowsError

#: Parsers in the order in which they are tried: published data sets, a table, then folders, the more special first.
#: `NoMetadataParser` fits any folder, so it must be requested.
CANDIDATES: tuple[type[FolderParser], ...] = (
    DCASEParser,
    ESCParser,
    UrbanSound8KParser,
    ComParEParser,
    TableParser,
    CrossValidatedParser,
    PartitionedParser,
    ClassFoldersParser,
)


class MetaParser(FolderParser):
    """Reads a folder with the first parser that fits, or the table that is given.

    Parameters
    ----------
    basedir
        Base folder of the recordings.
    table, columns, targets
        See `TableParser`.
    """

    def __init__(
        self,
        basedir: Path,
        table: Path | None = None,
        columns: Mapping[str, str] | None = None,
        targets: Sequence[str] = (),
    ) -> None:
        super().__init__(basedir)
        self._candidates: list[FolderParser] = [candidate(basedir) for candidate in CANDIDATES]
        if table is not None or targets:
            self._candidates = [TableParser(basedir, table, columns, targets)]
        elif columns:
            self._candidates = [candidate(basedir, columns=columns) for candidate in (ComParEParser, TableParser)]

    def scan(self) -> Iterable[InstanceMetadata]:
        """Try the parsers one by one."""
        refusals = []
        for candidate in self._candidates:
            try:
                found = candidate.parse()
            except WrongRowsError:
                # The table is there and has paths, so it should be corrected, not passed over.
                raise
            except ParseError as error:
                refusals.append(str(error))
            else:
                self.log.info("%s fits %s", type(candidate).__name__, self._basedir)
                return found
        if len(refusals) == 1:
            raise ParseError(refusals[0])
        raise ParseError(
            f"no parser fits {self._basedir}; {'; '.join(refusals)}; to read recordings without labels, "
            "set `parser` to NoMetadataParser"
        )

    def findings(self) -> dict[str, str]:
        """Return what each parser finds in the folder, or why it does not fit."""
        findings = {}
        for candidate in self._candidates:
            name = type(candidate).__name__
            try:
                candidate.ensure_can_parse()
            except ParseError as error:
                reason = str(error).removeprefix(f"{name}: ").replace(f"{self._basedir}{os.sep}", "")
                findings[name] = f"does not fit: {reason}"
            else:
                labels = candidate.label_map or {label for item in candidate.parse() for label in item.labels or ()}
                findings[name] = (
                    f"fits: {candidate.num_instances} recordings, {len(labels)} labels, {candidate.num_folds} folds"
                )
        return findings
