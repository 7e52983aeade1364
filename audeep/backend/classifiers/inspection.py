"""What a saved convolutional network looks at: its filters, and its attention to a recording."""

from pathlib import Path

import numpy as np

from audeep.backend.classifiers import saving
from audeep.backend.classifiers.prediction import check_same_features
from audeep.backend.classifiers.registry import classifier_name
from audeep.backend.classifiers.trained import TrainedClassifier
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import finite_instances
from audeep.backend.errors import ModelError
from audeep.backend.networks.parts import BackEnd
from audeep.backend.spectrograms.config import sample_rate_of
from audeep.backend.taggers.config import CNNConfig
from audeep.backend.taggers.inspection import attention, first_filters


def read_filters(classifier: Path | str) -> tuple[dict[str, np.ndarray], int | None]:
    """Read the filters of the first layer of a saved network, as `first_filters` returns them.

    Returns them with the sample rate in Hz of the waveforms that the network reads, None for spectrograms or if it
    is not known. `ModelError` if the classifier is not a convolutional network.
    """
    trained, _ = _read_cnn(Path(classifier), "filters")
    return first_filters(trained.pipeline[-1].network()), sample_rate_of(trained.waveforms)


def read_attention(
    classifier: Path | str, data_set: DataSet, instance: int = 0
) -> tuple[np.ndarray, np.ndarray, int]:
    """Let a saved network with attention read an instance, counted from 0.

    Returns the features of the instance without padding, shape (time, ...), and what `attention` returns: weights,
    shape (step,), and the number of frames, or samples, in a step. `ModelError` if the classifier is not such a
    network, `DataError` if it cannot read the data set, `OptionError` if there is no such instance.
    """
    folder = Path(classifier)
    trained, config = _read_cnn(folder, "attention")
    if config.back_end is not BackEnd.ATTENTION:
        raise ModelError(
            f"{folder} contains a network with the back-end {config.back_end.value}, which has no attention; "
            "expected one trained with `back_end` attention"
        )
    check_same_features(trained, data_set, config)
    (features,) = finite_instances(data_set.at(instance))
    return features, *attention(trained.pipeline[-1].network(), features)


def _read_cnn(folder: Path, what: str) -> tuple[TrainedClassifier, CNNConfig]:
    """Read a saved convolutional network, and its configuration.

    `what` names the missing feature in the error message.
    """
    trained = saving.read(folder)
    if not isinstance(trained.config, CNNConfig):
        name = classifier_name(type(trained.config))
        raise ModelError(f"{folder} contains a classifier of the kind {name}, which has no {what}; expected a CNN")
    return trained, trained.config
