"""ESC-10 in five layouts: the spectrograms and labels are the same in each."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from audeep import SpectrogramConfig, preprocess
from audeep.backend.data.data_set import DataSet

CONFIG = SpectrogramConfig(fixed_length=5, mel_spectrum=32, window_width=0.08, window_overlap=0.04)
#: Recordings of each class, spread over the folds; with 40, all.
EACH = int(os.environ.get("AUDEEP_ESC10_EACH", "5"))

Row = tuple[Path, str, str]


def recordings() -> list[Row]:
    """List some recordings: path, class, and fold."""
    folders = sorted(
        path for path in Path(os.environ["AUDEEP_ESC10"]).iterdir() if re.match(r"\d{3} - ", path.name)
    )
    return [
        (path, folder.name[6:], path.name[0])
        for folder in folders
        for path in sorted(folder.glob("*.ogg"))[:: 40 // EACH]
    ]


def link(source: Path, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(source)
    return target.name


def as_esc(folder: Path) -> None:
    labels = sorted({label for _, label, _ in recordings()})
    rows = [
        f"{link(path, folder / 'audio' / path.name)},{fold},{labels.index(label)},{label},True"
        for path, label, fold in recordings()
    ]
    (folder / "meta").mkdir()
    (folder / "meta" / "esc50.csv").write_text("\n".join(["filename,fold,target,category,esc10", *rows]))


def as_table(folder: Path) -> None:
    rows = [
        f"{link(path, folder / 'all' / path.name)};{label};{fold}" for path, label, fold in reversed(recordings())
    ]
    rows = [f"all/{row}" for row in rows]
    (folder / "manifest.csv").write_text("\n".join(["Path;Class;Fold", *rows]))


def as_class_folders(folder: Path) -> None:
    for path, label, fold in recordings():
        link(path, folder / label / f"fold {fold}" / path.name)


def as_audio_folder(folder: Path) -> None:
    for split, folds in (("train", "123"), ("validation", "4"), ("test", "5")):
        rows = [
            f"{link(path, folder / split / path.name)},{label}"
            for path, label, fold in recordings()
            if fold in folds
        ]
        if rows:
            (folder / split / "metadata.csv").write_text("\n".join(["file_name,label", *rows]))


def as_audio_folder_with_json(folder: Path) -> None:
    rows = [
        {"file_name": f"data/{link(path, folder / 'data' / path.name)}", "label": label, "fold": int(fold)}
        for path, label, fold in recordings()
    ]
    (folder / "metadata.jsonl").write_text("\n".join(map(json.dumps, rows)))


def by_name(data_set: DataSet) -> DataSet:
    """Sort by the name of the file, without its folder."""
    names = [name.rpartition("/")[2] for name in data_set.filename]
    return data_set.select(np.argsort(names))


@pytest.mark.long
@pytest.mark.skipif("AUDEEP_ESC10" not in os.environ, reason="AUDEEP_ESC10 does not name the data")
def test_features_and_labels_are_the_same(tmp_path: Path) -> None:
    layouts: list[Callable[[Path], None]] = [
        as_esc,
        as_table,
        as_class_folders,
        as_audio_folder,
        as_audio_folder_with_json,
    ]
    found = []
    for layout in layouts:
        folder = tmp_path / layout.__name__
        layout(folder)
        found.append(by_name(preprocess(folder, tmp_path / f"{layout.__name__}.nc", CONFIG)))
    first = found[0]
    assert len(first) == len(recordings())
    for other in found[1:]:
        np.testing.assert_array_equal(other.features.values, first.features.values)
        assert other.label_nominal.tolist() == first.label_nominal.tolist()
        assert other.label_numeric.tolist() == first.label_numeric.tolist()
        assert other.label_map == first.label_map
    assert found[1].cv_folds.tolist() == first.cv_folds.tolist()
    assert found[4].cv_folds.tolist() == first.cv_folds.tolist()
    assert found[3].has_partitions
