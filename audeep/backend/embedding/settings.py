"""Spectrogram settings of trained models."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audeep.backend.data.schema import FREQ, TIME
from audeep.backend.errors import ModelError, OptionError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.training.architecture import other_settings
from audeep.backend.training.description import FILE, ModelDescription


def spectrogram_settings(folder: Path, description: ModelDescription) -> SpectrogramConfig:
    """Return the settings of the spectrograms that the model in a folder was trained on, sample rate included."""
    path = folder / FILE
    if not description.spectrograms or description.feature_dims != [TIME, FREQ]:
        raise ModelError(
            f"{path} has no spectrogram settings, because the model was not trained on the output of preprocess; "
            "it takes data sets only"
        )
    try:
        config = SpectrogramConfig.of(description.spectrograms)
    except OptionError as error:
        raise ModelError(f"{path} is damaged: spectrograms: {error}") from error
    if config.unknown:
        raise ModelError(f"{path} is damaged: spectrograms: {config.unknown[0]} is missing")
    return config


def settings_like(folder: Path | str, given: Mapping[str, Any]) -> SpectrogramConfig:
    """Return the spectrogram settings of the model in a folder; refuse `given` ones that differ."""
    folder = Path(folder)
    config = spectrogram_settings(folder, ModelDescription.read(folder))
    wanted = {name: value for name, value in config.to_dict().items() if name in given}
    found = SpectrogramConfig.of({**config.to_dict(), **given}).to_dict()
    if different := other_settings(wanted, found):
        raise OptionError(
            f"`like` {folder}: the model was trained on spectrograms with {different}; omit these options"
        )
    return config
