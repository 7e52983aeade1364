"""Folders of partitions and folds: ``train``, ``fold_1``, ``train/fold_1``."""

import glob
import re
from pathlib import Path
from typing import NamedTuple

from audeep.backend.data.schema import Partition
from audeep.backend.errors import DataError
from audeep.backend.exchange.registry import TABLES

#: Folds are numbered from 1.
FOLD = re.compile("fold_[1-9][0-9]*")


class Source(NamedTuple):
    """A file to read, and the partition and fold given by its folder; folds are counted from 0."""

    path: Path
    partition: Partition | None
    fold: int | None


def find(basedir: Path, name: str) -> list[Source]:
    """Find the files of a data set, called `name` with or without the suffix."""
    if not basedir.is_dir():
        raise DataError(f"there is no folder {basedir}")
    names = [name] if Path(name).suffix.lower() in TABLES else [name + suffix for suffix in TABLES]
    wanted = " or ".join(names)
    folders: dict[Partition | None, Path] = {item: basedir / item.name.lower() for item in Partition}
    found = {item: _in_folds(folder, names) for item, folder in folders.items() if folder.is_dir()}
    plain = _in_folds(basedir, names)
    if plain and any(found.values()):
        raise DataError(f"{wanted} is both in {basedir} or its folds and in its partitions; remove one of them")
    if plain or not found:
        found = {None: plain}
    for item, files in found.items():
        if not files:
            raise DataError(f"no {wanted} in {folders.get(item, basedir)}, or in its folders fold_N")
    if len({tuple(files) for files in found.values()}) > 1:
        raise DataError(f"the partitions in {basedir} have different numbers of folds")
    return [Source(path, item, fold) for item, files in found.items() for fold, path in files.items()]


def layout_files(basedir: Path, name: str) -> list[Path]:
    """List the files called `name` in all folders that any layout may use."""
    folders = {"fold_*", *(item.name.lower() for item in Partition)}
    patterns = ["", *(f"{folder}/" for folder in folders), *(f"{folder}/fold_*/" for folder in folders)]
    return sorted(path for pattern in patterns for path in basedir.glob(pattern + glob.escape(name)))


def _in_folds(folder: Path, names: list[str]) -> dict[int | None, Path]:
    """Find the file in a folder, keyed by None, or the files in its fold folders, keyed by fold from 0."""
    here = _file(folder, names)
    folds = [int(path.name.removeprefix("fold_")) for path in folder.glob("fold_*") if FOLD.fullmatch(path.name)]
    files = {fold: file for fold in sorted(folds) if (file := _file(folder / f"fold_{fold}", names))}
    if here and files:
        raise DataError(f"{here.name} is both in {folder} and in its folds; remove one of them")
    if here:
        return {None: here}
    missing = next((fold for fold in range(1, max(files, default=0)) if fold not in files), None)
    if missing is not None:
        raise DataError(
            f"no {' or '.join(names)} in {folder / f'fold_{missing}'}; folds must be numbered 1, 2, ..."
        )
    return {fold - 1: file for fold, file in files.items()}


def _file(folder: Path, names: list[str]) -> Path | None:
    """Find the only file with one of these names in a folder."""
    files = [folder / name for name in names if (folder / name).is_file()]
    if len(files) > 1:
        raise DataError(
            f"{folder} contains {' and '.join(file.name for file in files)}; give the name with its suffix"
        )
    return files[0] if files else None
