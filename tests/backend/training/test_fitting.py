"""Models that are fitted without the training loop."""

from pathlib import Path

import pytest

from audeep.backend.dictionary import model
from audeep.backend.dictionary.config import DictionaryConfig
from audeep.backend.training.checkpoints import checkpoint_steps
from audeep.backend.training.session import train
from tests.helpers.models import waves


def test_an_interruption_leaves_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    config = DictionaryConfig(kernel_shapes=["3x3"], num_kernels=2, patches=100)
    with monkeypatch.context() as patch:
        patch.setattr(model, "sample", interrupt)
        with pytest.raises(KeyboardInterrupt):
            train(waves(), tmp_path, config, seed=1)
    assert not [*tmp_path.rglob("model*")]
    # What comes after it finds the folder free.
    assert checkpoint_steps(train(waves(), tmp_path, config, seed=1)) == [1]
