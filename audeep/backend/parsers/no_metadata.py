"""Recordings in any folder, without labels."""

from collections.abc import Iterable

from audeep.backend.parsers.base import FolderParser, InstanceMetadata
from audeep.backend.parsers.listing import audio_below


class NoMetadataParser(FolderParser):
    """Reads all audio files below the base folder, without labels, folds or partitions."""

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named by their path relative to the base folder."""
        for path in audio_below(self._basedir):
            yield InstanceMetadata(path=path, filename=path.relative_to(self._basedir).as_posix())
