"""Base class of the configurations of models, and the list of all kinds of models."""

import pkgutil
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from audeep.backend.errors import DataError, OptionError
from audeep.backend.options import Config
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.training.config import GenerationConfig, TrainingConfig

#: Settings of spectrograms that keep loudness, and fine detail in time and frequency.
DETAILED: Mapping[str, Any] = {
    "window_width": 0.046,
    "window_overlap": 0.026,
    "mel_spectrum": 64,
    "clip_below": None,
    "reference": "FULL_SCALE",
    "scale": "NONE",
}


def other_settings(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Say which settings are wanted instead of those found, as `Config.to_dict` returns them; empty if none.

    >>> other_settings({"scale": "DATA_SET", "clip_below": None, "jobs": 1}, {"clip_below": -45.0, "jobs": 1})
    '`scale` DATA-SET, no `clip_below` instead of -45'
    """
    texts = []
    for name, value in wanted.items():
        if value != found.get(name):
            option = f"`{name}` {_written(value)}".rstrip() if value not in (None, False) else f"no `{name}`"
            instead = _written(found.get(name))
            texts.append(f"{option} instead of {instead}" if instead else option)
    return ", ".join(texts)


def other_preprocessing(
    wanted: Mapping[str, Any] | None, found: Mapping[str, Any] | None, ignored: Collection[str] = ()
) -> str:
    """Say which settings of spectrograms, or waveforms, are wanted instead of those found.

    Empty if none, or one side is unknown.

    >>> other_preprocessing({"mel_spectrum": 64, "fixed_length": 5.0}, {"mel_spectrum": 128}, ["fixed_length"])
    '`mel_spectrum` 64 instead of 128'
    """
    if not wanted or not found:
        return ""
    # Settings that did not exist yet when one of the files was written.
    defaults = SpectrogramConfig().to_dict()
    wanted, found = {**defaults, **wanted}, {**defaults, **found}
    names = [name for name in {**found, **wanted} if name not in ignored]
    return other_settings({name: wanted.get(name) for name in names}, found)


def _written(value: Any) -> str:
    """Write the value of an option; empty for None and for one that has no value."""
    if value is None or isinstance(value, bool):
        return ""
    values = value if isinstance(value, list | tuple) else [value]
    return " ".join(f"{item:g}" if isinstance(item, float) else str(item).replace("_", "-") for item in values)


class Architecture(Config):
    """Base class of the configurations of models."""

    #: Name of the model on the command line and in ``model.json``.
    kind: ClassVar[str]
    #: Its class, ``package.module:Class``, imported only when a model is made, because that needs TensorFlow.
    model: ClassVar[str]
    #: Configuration of the training loop; None for a `Fitted` model, which does not use it.
    training: ClassVar[type[TrainingConfig] | None] = TrainingConfig
    #: Configuration of generation.
    generation: ClassVar[type[GenerationConfig]] = GenerationConfig
    #: Settings of a `SpectrogramConfig` that the model works best with, as returned by `Config.to_dict`.
    wanted_spectrograms: ClassVar[Mapping[str, Any]] = {}

    def make(self, feature_shape: Sequence[int | None]) -> Any:
        """Make a model, a subclass of `audeep.backend.training.model.Encoder`, with all its weights.

        The first size of `feature_shape` is None if instances differ in length.
        """
        model_class = pkgutil.resolve_name(self.model)
        if None in feature_shape and not model_class.takes_lengths:
            raise DataError(
                f"a {self.kind} model does not support recordings of different lengths yet; set `fixed_length`"
            )
        model = model_class(self, tuple(feature_shape))
        model.build((None, *feature_shape))
        return model

    def training_config(self, config: TrainingConfig | Mapping[str, Any] | None) -> TrainingConfig | None:
        """Return `config` as the class that this kind of model uses, with its defaults for missing fields."""
        return self._complete(config, self.training)

    def generation_config(self, config: GenerationConfig | Mapping[str, Any] | None) -> GenerationConfig:
        """Return `config` as the class that this kind of model uses, with its defaults for missing fields."""
        return self._complete(config, self.generation)

    def _complete(self, config: Any, kind: type[Config] | None) -> Any:
        if config is None:
            return kind and kind()
        if kind is None:
            raise OptionError(f"`config` must be None, because a {self.kind} model does not use it")
        if isinstance(config, Config) and issubclass(kind, type(config)):
            return kind(**vars(config))
        return kind.of(config, owner=f"a {self.kind} model")

    def unwanted(self, spectrograms: Mapping[str, Any]) -> str:
        """Describe the settings of spectrograms that differ from those the model works best with; empty if none."""
        return other_settings(self.wanted_spectrograms, spectrograms) if spectrograms else ""

    @property
    def directions(self) -> int:
        """Most directions, 1 or 2, that any part of the model processes independently."""
        bidirectional = (value for name, value in self.to_dict().items() if name.startswith("bidirectional"))
        return 2 if any(bidirectional) else 1


#: Configuration of each kind of model, the list that model folders, command line, documentation and tests iterate
#: over. Each kind has the commands ``KIND train`` and ``KIND generate``.
ARCHITECTURES: dict[str, str] = {
    "t-rae": "audeep.backend.autoencoders.architectures:TimeAutoencoderConfig",
    "f-rae": "audeep.backend.autoencoders.architectures:FrequencyAutoencoderConfig",
    "ft-rae": "audeep.backend.autoencoders.architectures:FrequencyTimeAutoencoderConfig",
    "dictionary": "audeep.backend.dictionary.config:DictionaryConfig",
    "contrastive": "audeep.backend.contrastive.config:ContrastiveConfig",
}


def architecture_class(kind: str) -> type[Architecture]:
    """Import the configuration of a kind of model; `KeyError` if there is no such kind."""
    return pkgutil.resolve_name(ARCHITECTURES[kind])
