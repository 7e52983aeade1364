"""On a Dask cluster, vectors are those of this machine."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from audeep import AudeepError, TimeAutoencoderConfig, generate, load_model
from audeep.backend.embedding.config import EmbeddingConfig
from audeep.backend.embedding.recordings import embed_recordings
from audeep.testing import make_data_set
from tests.backend.embedding.conftest import MakeModel
from tests.backend.spectrograms.test_cluster import local_cluster
from tests.helpers.models import save_random_model

CLOSE = {"rtol": 1e-6, "atol": 1e-6}


# It takes long to start a process with TensorFlow.
@pytest.fixture(
    scope="module", params=[False, pytest.param(True, marks=pytest.mark.long)], ids=["thread", "process"]
)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Start a worker, and return the address of its scheduler."""
    with local_cluster(n_workers=1, processes=request.param) as made:
        yield made.scheduler_address


@pytest.mark.long
def test_vectors_are_the_same(address: str, folder: Path, make_model: MakeModel, tmp_path: Path) -> None:
    logs, data = make_model(fixed_length=0.2)
    other, _ = make_model(fixed_length=0.2, seed=1)
    paths, model = [folder / name for name in data.filename], load_model([logs, other])
    here = model.embed(paths)
    np.testing.assert_allclose(model.embed(paths, scheduler=address), here, **CLOSE)
    [generated] = generate(logs, data, {"scheduler": address, "batch_size": 2})
    np.testing.assert_allclose(generated.features.values, here[:, :3], **CLOSE)
    assert generated.models == model.models[:1]

    # Recordings of different lengths.
    uneven = make_data_set(6, lengths=[3, 5, 4], time=5, freq=6)
    any_length = save_random_model(tmp_path / "any", TimeAutoencoderConfig(num_units=3), uneven)
    [expected] = generate(any_length, uneven)
    [generated] = generate(any_length, uneven, {"scheduler": address, "batch_size": 2})
    np.testing.assert_allclose(generated.features.values, expected.features.values, **CLOSE)

    # A recording that cannot be used, and windows.
    (tmp_path / "text.wav").write_text("no sound")
    recordings = {"text": tmp_path / "text.wav", **{path.name: path for path in paths}}
    windows, outputs = EmbeddingConfig(window=0.1, hop=0.05), [tmp_path / "here.npy", tmp_path / "there.npy"]
    for output, scheduler in zip(outputs, (None, address), strict=True):
        embed_recordings(model, recordings, output, windows, {"scheduler": scheduler, "on_error": "skip"})
    one, two = map(np.load, outputs)
    assert one.shape == (15, 6)
    np.testing.assert_allclose(one, two, **CLOSE)

    # What a worker cannot read, and a model that was replaced since it was loaded.
    with pytest.raises(AudeepError, match=r"cannot read /missing\.wav; the recordings must be readable"):
        model.embed([Path("/missing.wav")], scheduler=address)
    loaded = load_model(logs, pooling="mean")
    shutil.copytree(other, logs, dirs_exist_ok=True)
    with pytest.raises(AudeepError, match=f"has another model in {logs}"):
        loaded.embed(paths, scheduler=address)
