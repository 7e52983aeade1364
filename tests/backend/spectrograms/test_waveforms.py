"""Waveforms: the samples of recordings."""

import os
from pathlib import Path

import numpy as np
import pytest

import audeep
from audeep.backend.errors import AudioError, DataError
from audeep.backend.spectrograms.config import WaveformConfig
from audeep.backend.spectrograms.waveforms import WaveformExtractor
from tests.helpers.audio import ramp, write_ramps

RATE = 8000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_ramps(tmp_path / "data", RATE)


def test_samples_stay_as_they_are() -> None:
    samples = ramp(100)
    np.testing.assert_array_equal(WaveformExtractor(WaveformConfig(), RATE)(samples, RATE), samples.T)


def test_channels_and_lengths() -> None:
    samples = ramp(100, channels=2)
    left, right = samples.T
    config = WaveformConfig(channels="DIFF", fixed_length=120 / RATE, center_fixed=True)
    (waveform,) = WaveformExtractor(config, RATE)(samples, RATE)
    np.testing.assert_array_equal(waveform, np.pad(left - right, 10))
    (channel,) = WaveformExtractor(WaveformConfig(channels="EACH"), RATE).using(1)(samples, RATE)
    np.testing.assert_array_equal(channel, right)


def test_chunks_follow_each_other() -> None:
    samples = ramp(100)
    config = WaveformConfig(chunk_length=40 / RATE, keep_partial_chunks=True)
    extractor = WaveformExtractor(config, RATE)
    chunks = extractor(samples, RATE)
    assert extractor.lengths(100, RATE).tolist() == [40, 40, 20]
    np.testing.assert_array_equal(chunks.ravel(), np.pad(samples[:, 0], (0, 20)))
    extractor = WaveformExtractor(WaveformConfig(chunk_length=40 / RATE, chunk_count=2), RATE)
    np.testing.assert_array_equal(extractor(samples, RATE).ravel(), samples[:80, 0])
    with pytest.raises(AudioError, match=r"is too short \(0\.00988 s\) for 2 chunks of 40 samples"):
        extractor(samples[:79], RATE)
    with pytest.raises(AudioError, match=r"chunks of 0\.0001 s are shorter than a sample at 8000 Hz"):
        WaveformExtractor(WaveformConfig(chunk_length=1e-4, chunk_count=1), RATE)


def test_a_sine_is_the_same_at_another_rate() -> None:
    def sine(rate: int) -> np.ndarray:
        return np.sin(2 * np.pi * 500 * np.arange(rate) / rate)

    (waveform,) = WaveformExtractor(WaveformConfig(), RATE)(sine(11025)[:, np.newaxis].astype(np.float32), 11025)
    assert waveform.dtype == np.float32
    # A filter has nothing to go by at the ends.
    np.testing.assert_allclose(waveform[100:-100], sine(RATE)[100:-100], atol=1e-3)


def test_data_set(folder: Path, tmp_path: Path) -> None:
    with audeep.preprocess(folder, tmp_path / "x.nc", WaveformConfig()) as data_set:
        assert data_set.feature_sizes == {"time": 700}
        assert data_set.lengths.tolist() == [400, 500, 600, 700]
        assert (data_set.padding, data_set.spectrograms) == (0, None)
        assert data_set.waveforms == WaveformConfig(sample_rate=RATE).to_dict()
        for number, waveform in enumerate(data_set.instances()):
            np.testing.assert_array_equal(waveform, ramp(400 + 100 * number)[:, 0])
        np.testing.assert_array_equal(data_set.features.values[0, 400:], 0)
        with pytest.raises(DataError, match=r"x\.nc are waveforms, but t-SNE takes one vector per instance"):
            audeep.tsne(data_set)


@pytest.mark.long
@pytest.mark.skipif("AUDEEP_ESC10" not in os.environ, reason="AUDEEP_ESC10 does not name the data")
def test_esc10(tmp_path: Path) -> None:
    config = WaveformConfig(sample_rate=16000, fixed_length=5)
    with audeep.preprocess(os.environ["AUDEEP_ESC10"], tmp_path / "x.nc", config) as data_set:
        assert (len(data_set), data_set.feature_sizes, data_set.lengths) == (400, {"time": 80000}, None)
        assert 0.9 < np.abs(data_set.features.values).max() < 1.5
