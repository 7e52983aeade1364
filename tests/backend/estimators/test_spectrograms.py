from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_info, threadpool_limits

import audeep
from audeep.backend.errors import AudioError, DataError, OptionError
from tests.helpers.audio import write_audio

SETTINGS = {"window_width": 0.02, "window_overlap": 0.01, "mel_spectrum": 8}


def write_noises(folder: Path, count: int = 8, seconds: float = 0.2, sample_rate: int = 8000) -> list[Path]:
    """Write noises of two kinds, which alternate: even ones rumble."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number}.wav" for number in range(count)]
    for number, path in enumerate(paths):
        noise = np.random.default_rng(number).normal(0, 0.1, round(seconds * sample_rate))
        samples = noise if number % 2 else np.cumsum(noise) / 20
        soundfile.write(path, samples, sample_rate, subtype="FLOAT")
    return paths


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_noises(tmp_path_factory.mktemp("noises"))


@pytest.fixture(scope="module")
def samples(paths: list[Path]) -> np.ndarray:
    return np.stack([soundfile.read(path, dtype="float32")[0] for path in paths])


@pytest.mark.parametrize("scale", ["RECORDING", "DATA_SET", "NONE"])
def test_the_same_as_preprocess(scale: str, paths: list[Path], samples: np.ndarray, tmp_path: Path) -> None:
    config = audeep.SpectrogramConfig(**SETTINGS, scale=scale)  # type: ignore[arg-type]
    with audeep.preprocess(paths[0].parent, tmp_path / "o.nc", config, parser="NoMetadataParser") as data_set:
        expected, settings = data_set.features.values, data_set.spectrograms
    transformer = audeep.SpectrogramTransformer(**SETTINGS, scale=scale)
    np.testing.assert_allclose(transformer.fit_transform(paths), expected, atol=1e-6)
    assert transformer.config_.to_dict() == settings
    transformer.set_params(sample_rate=8000)
    np.testing.assert_allclose(transformer.fit_transform(samples), expected, atol=1e-6)
    np.testing.assert_allclose(transformer.transform(samples[2:3]), expected[2:3], atol=1e-6)


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, lambda paths: [str(path) for path in paths]])
def test_kinds_of_paths(kind: Any, paths: list[Path]) -> None:
    transformer = audeep.SpectrogramTransformer(**SETTINGS, jobs=1)
    np.testing.assert_array_equal(transformer.fit_transform(kind(paths)), transformer.fit_transform(paths))


def test_other_rates_are_resampled_to_the_first(paths: list[Path], tmp_path: Path) -> None:
    transformer = audeep.SpectrogramTransformer(**SETTINGS).fit(paths)
    other = write_noises(tmp_path, count=1, sample_rate=16000)
    assert transformer.transform(other).shape == (1, 19, 8)
    with pytest.raises(AudioError, match="several sample rates"):
        transformer.fit([*paths, *other])


def test_recordings_that_cannot_be_used(paths: list[Path], tmp_path: Path) -> None:
    transformer = audeep.SpectrogramTransformer(**SETTINGS)
    longer = write_audio(tmp_path / "longer.wav", seconds=0.3)
    with pytest.raises(AudioError, match="differ in length"):
        transformer.fit(paths).transform([*paths, longer])
    assert transformer.set_params(fixed_length=0.3).fit_transform([*paths, longer]).shape == (9, 28, 8)
    (tmp_path / "empty.wav").touch()
    with pytest.raises(AudioError, match=r"empty\.wav is empty \(1 of 2 recordings cannot be used\)$"):
        transformer.transform([paths[0], tmp_path / "empty.wav"])
    with pytest.raises(AudioError, match=r"none\.wav cannot be read"):
        transformer.fit([tmp_path / "none.wav"])
    with pytest.raises(DataError, match="expected a list of paths, got the path"):
        transformer.fit(tmp_path)


def test_an_error_leaves_no_limit_on_threads(paths: list[Path], tmp_path: Path) -> None:
    soundfile.write(tmp_path / "nan.wav", np.full(1600, np.nan), 8000, subtype="FLOAT")
    with threadpool_limits(2):
        before = threadpool_info()
        # The error is kept, and with it all that its traceback refers to.
        with pytest.raises(AudioError, match="contains NaN") as error:
            audeep.SpectrogramTransformer(**SETTINGS).fit_transform([tmp_path / "nan.wav", *paths])
        assert threadpool_info() == before
    del error


def test_samples_need_a_rate(samples: np.ndarray) -> None:
    with pytest.raises(OptionError, match="`sample_rate` is required for samples"):
        audeep.SpectrogramTransformer(**SETTINGS).fit(samples)


def dictionary(**parameters: Any) -> audeep.Dictionary:
    spectrograms = audeep.SpectrogramTransformer(**SETTINGS)
    shapes = {"kernel_shapes": ("3x3",), "num_kernels": 4, "random_state": 1}
    return audeep.Dictionary(**{"spectrograms": spectrograms, **shapes, **parameters})


def test_from_paths_to_scores(paths: list[Path]) -> None:
    labels = np.arange(8) % 2
    pipeline = make_pipeline(dictionary(), StandardScaler(), audeep.SVM(complexity=0.1, random_state=1))
    assert cross_val_score(pipeline, paths, labels, cv=2).tolist() == [1, 1]
    names = {"dictionary__spectrograms__mel_spectrum": [6, 8]}
    search = GridSearchCV(pipeline, names, cv=2, refit=False).fit(paths, labels)
    assert len(search.cv_results_["params"]) == 2
    table = pipeline[:-1].set_output(transform="pandas").fit_transform(paths)
    assert table.shape[0] == 8
    assert all(name.startswith("dictionary") for name in table.columns)


def test_spectrograms_as_a_step_of_their_own(paths: list[Path]) -> None:
    steps = [("spectrograms", audeep.SpectrogramTransformer(**SETTINGS)), ("model", dictionary())]
    pipeline = Pipeline(steps).set_output(transform="pandas")
    vectors = pipeline.fit_transform(paths)
    np.testing.assert_allclose(vectors, dictionary().fit_transform(paths), atol=1e-6)


def test_the_run_folder_knows_how_to_make_spectrograms(paths: list[Path], tmp_path: Path) -> None:
    vectors = dictionary(run_name=tmp_path / "run").fit_transform(paths)
    model = audeep.load_model(tmp_path / "run" / "logs")
    np.testing.assert_allclose(model.embed(paths), vectors, atol=1e-6)


def test_default_settings_are_those_that_the_model_wants(paths: list[Path]) -> None:
    wanted = audeep.DictionaryConfig.wanted_spectrograms
    model = dictionary(spectrograms=None).fit(paths)
    assert wanted.items() <= model.spectrograms_.config_.to_dict().items()
