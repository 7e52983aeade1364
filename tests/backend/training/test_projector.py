"""Files for TensorBoard's projector."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from google.protobuf import text_format
from matplotlib.image import imread
from tensorboard.plugins.projector import ProjectorConfig

from audeep.backend.training.projector import sprite, write_metadata, write_projector
from audeep.testing import make_data_set
from tests.helpers.models import waves


def test_all_files_are_where_the_projector_looks_for_them(tmp_path: Path) -> None:
    data, vectors = waves(count=5), np.random.default_rng(0).normal(size=(5, 3))
    write_projector(tmp_path, data, vectors)
    config = text_format.Parse((tmp_path / "projector_config.pbtxt").read_text(), ProjectorConfig())
    (embedding,) = config.embeddings
    np.testing.assert_allclose(np.loadtxt(tmp_path / embedding.tensor_path), vectors, rtol=1e-5)
    header, *rows = (tmp_path / embedding.metadata_path).read_text().splitlines()
    assert header == "recording\tlabel"
    assert rows == [f"00{number}.wav\tlabel {number % 3}" for number in range(5)]
    width, height = embedding.sprite.single_image_dim
    # Five pictures in a square of three by three.
    assert imread(tmp_path / embedding.sprite.image_path).shape == (3 * height, 3 * width, 3)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_features_that_are_no_spectrograms_have_no_pictures(tmp_path: Path) -> None:
    write_projector(tmp_path, make_data_set(4, generated=6), np.zeros((4, 2)))
    assert "sprite" not in (tmp_path / "projector_config.pbtxt").read_text()
    assert {path.name for path in (tmp_path / "projector").iterdir()} == {"vectors.tsv", "metadata.tsv"}


def test_names_are_one_line_each(tmp_path: Path) -> None:
    data = make_data_set(2, chunks=2, generated=1)
    data = data.with_columns(filename=np.array(["a\tb.wav", "a\tb.wav", "c\r\nd.wav", "e.wav"], object))
    write_metadata(tmp_path / "metadata.tsv", data)
    assert (tmp_path / "metadata.tsv").read_text().splitlines() == [
        "recording\tchunk", "a b.wav\t0", "a b.wav\t1", "c d.wav\t0", "e.wav\t1",
    ]  # fmt: skip
    # A table of one column has no header.
    write_metadata(tmp_path / "metadata.tsv", make_data_set(2, generated=1))
    assert (tmp_path / "metadata.tsv").read_text().splitlines() == ["0.wav", "1.wav"]


def test_pictures_have_low_frequencies_below_and_come_row_by_row() -> None:
    # Brighter towards high frequencies, and each brighter than the one before.
    spectrograms = np.arange(3)[:, None, None] * 10 + np.arange(64) + np.zeros((3, 64, 64))
    picture = sprite(spectrograms).astype(int)
    assert picture.shape == (128, 128, 3)
    brightness = picture.sum(axis=2)
    assert (np.diff(brightness[:64, 0]) <= 0).all()
    assert brightness[0, 0] > brightness[63, 0]
    first, second, third = brightness[32, 10], brightness[32, 74], brightness[96, 10]
    assert first < second < third
    # An empty place is as dark as the darkest value.
    darkest = (255 * np.array(mpl.colormaps["magma"](0)[:3])).astype(int)
    np.testing.assert_array_equal(picture[100, 100], darkest)
