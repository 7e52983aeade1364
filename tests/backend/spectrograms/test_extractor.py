"""From samples to spectrograms, where numbers come to their limits."""

import numpy as np
import pytest
import scipy.signal

from audeep.backend.errors import AudioError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor


@pytest.mark.parametrize("mel", [None, 64])
@pytest.mark.parametrize("cutoff", [5, 20, 100])
def test_what_fades_below_all_numbers(cutoff: float, mel: int | None) -> None:
    """The filter against an offset that recorders have lets silence fade to the smallest numbers there are."""
    noise = np.random.default_rng(0).normal(size=8000)
    samples = scipy.signal.lfilter(*scipy.signal.butter(1, cutoff, "high", fs=8000), np.pad(noise, (0, 16000)))
    (spectrogram,) = Extractor(SpectrogramConfig(mel_spectrum=mel), 8000)(samples[:, None].astype(np.float32), 8000)
    assert spectrogram.min() == -1
    assert spectrogram.max() == 1
    assert np.isfinite(spectrogram).all()


def test_too_few_samples() -> None:
    with pytest.raises(AudioError, match=r"too short \(0\.0125 s\) for a single window"):
        Extractor(SpectrogramConfig(window_width=0.04, window_overlap=0.02), 8000)(np.zeros((100, 1)), 8000)


def test_chunks_shorter_than_the_way_to_the_next_window() -> None:
    config = SpectrogramConfig(
        window_width=0.0101, window_overlap=0, fixed_length=1, chunk_length=0.0101, chunk_count=2
    )
    with pytest.raises(AudioError, match=r"chunks of 0\.0101 s are shorter than the 81 samples from one window"):
        Extractor(config, 8000)


def test_tells_how_many_windows_there_are(caplog: pytest.LogCaptureFixture) -> None:
    extractor = Extractor(SpectrogramConfig(window_width=0.0101, window_overlap=0, fixed_length=1), 8000)
    assert extractor.shape(8000, sample_rate=8000)[:2] == (1, 98)
    assert "81 samples apart, one more than specified, so that 1 s have 98 frames" in caplog.text
