"""Whether a network can learn from a data set, or predict from it."""

from audeep.backend.data.data_set import DataSet
from audeep.backend.data.schema import TIME
from audeep.backend.errors import DataError
from audeep.backend.taggers.config import CNNConfig, TaggerConfig
from audeep.backend.taggers.encoder import read_encoder
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.generation import check_fits

#: What instances are, by their number of dimensions.
INSTANCES = {1: "one dimension, time, such as waveforms", 2: "two dimensions, time and bands, such as spectrograms"}


def check_data_set(config: TaggerConfig, data_set: DataSet) -> None:
    """Refuse a data set that a network cannot read."""
    # A single dimension may also be that of vectors.
    is_time = config.num_feature_dims > 1 or data_set.feature_dims == (TIME,)
    if len(data_set.feature_dims) != config.num_feature_dims or not is_time or 0 in data_set.feature_shape:
        raise DataError(
            f"the features in {data_set.name} have the dimensions {data_set.describe_features()}, but this network "
            f"reads instances with {INSTANCES[config.num_feature_dims]}"
        )
    if data_set.lengths is not None and isinstance(config, CNNConfig) and not config.takes_lengths:
        raise DataError(
            f"{data_set.name} has recordings of different lengths, but a {config.back_end.value} back-end needs "
            "recordings of the same length; choose another `back_end`, or set `fixed_length`"
        )


def check_encoder(config: TaggerConfig, data_set: DataSet, description: ModelDescription | None = None) -> None:
    """Refuse a model without an encoder, or one that was trained on other spectrograms than those of a data set.

    `description` is that of the model, if it is known; by default, it is read from its folder.
    """
    if config.encoder is not None:
        check_fits(config.encoder, description or read_encoder(config.encoder), data_set, None)


def check_lengths(config: TaggerConfig, shape: tuple[int, ...], data_set: DataSet) -> None:
    """Refuse instances of another shape than the longest that a network was trained on, if that matters to it."""
    steps, *sizes = shape
    found, *others = data_set.feature_shape
    if others != sizes:
        raise DataError(
            f"{data_set.name} has instances of shape {data_set.feature_shape}, but the network was trained on "
            f"instances of shape {shape}"
        )
    if not config.takes_lengths and found != steps:
        raise DataError(
            f"{data_set.name} has instances of {found} steps, but the network was trained on {steps} and cannot "
            "read any other number"
        )
    if not config.takes_any_length and found > steps:
        raise DataError(
            f"{data_set.name} has instances of {found} steps, but those that the network was trained on have at "
            f"most {steps}"
        )
