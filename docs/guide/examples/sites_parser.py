"""A parser for recordings in a folder for each site, named after the species: ``SITE/SPECIES_NUMBER.wav``."""

from collections.abc import Iterable

from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import FolderParser, InstanceMetadata, hold_out, number_labels
from audeep.backend.parsers.listing import audio_below


class SitesParser(FolderParser):
    """Makes a cross-validation fold of each site, so that a species is recognised at places never heard."""

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings."""
        paths = list(audio_below(self._basedir))
        for path in paths:
            if path.parent.parent != self._basedir or "_" not in path.name:
                raise ParseError(f"{path}: recordings must be named SITE/SPECIES_NUMBER.wav")
        folds = number_labels(path.parent.name for path in paths)
        splits = hold_out(folds.values())
        numbers = number_labels(path.name.partition("_")[0] for path in paths)
        for path in paths:
            site, species = path.parent.name, path.name.partition("_")[0]
            yield InstanceMetadata(
                path=path,
                filename=f"{site}/{path.name}",
                label_nominal=species,
                label_numeric=numbers[species],
                cv_folds=splits[folds[site]],
            )
