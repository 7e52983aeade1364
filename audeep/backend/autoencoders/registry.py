"""Which autoencoders there are, and how one is made for data of a certain shape."""

from collections.abc import Sequence

from audeep.backend.autoencoders.base import Autoencoder
from audeep.backend.autoencoders.config import (
    FrequencyAutoencoderConfig,
    FrequencyTimeAutoencoderConfig,
    TimeAutoencoderConfig,
)
from audeep.backend.autoencoders.frequency import FrequencyAutoencoder
from audeep.backend.autoencoders.frequency_time import FrequencyTimeAutoencoder
from audeep.backend.autoencoders.time import TimeAutoencoder
from audeep.backend.errors import DataError
from audeep.backend.options import Config

MODELS: dict[type[Config], type[Autoencoder]] = {
    TimeAutoencoderConfig: TimeAutoencoder,
    FrequencyAutoencoderConfig: FrequencyAutoencoder,
    FrequencyTimeAutoencoderConfig: FrequencyTimeAutoencoder,
}
#: Configurations by the name that stands on the command line and in ``model.json``.
CONFIGS: dict[str, type[Config]] = {config.kind: config for config in MODELS}  # type: ignore[attr-defined]


def make(config: Config, feature_shape: Sequence[int]) -> Autoencoder:
    """Make an autoencoder, with all its weights, for instances of the shape (time, features).

    Raises
    ------
    DataError
        If the instances have another number of dimensions.
    """
    if len(feature_shape) != 2:
        raise DataError(
            f"an autoencoder reads instances of two dimensions, time and features; these have {len(feature_shape)}"
        )
    model = MODELS[type(config)](config, feature_shape[-1])  # type: ignore[call-arg]
    model.build((None, *feature_shape))
    return model
