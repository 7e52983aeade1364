"""What a classifier is."""

from typing import Any, ClassVar, Protocol

import numpy as np

from audeep.backend.classifiers.config import ClassifierConfig, MLPConfig, SVMConfig
from audeep.backend.errors import OptionError


class Classifier(Protocol):
    """Learns labels, whole numbers, from feature vectors."""

    #: How many classifiers of this kind may be trained at the same time, in threads.
    concurrent_fits: ClassVar[int]

    #: Whether the last training ended well; if not, its predictions are not to be relied on.
    converged: bool

    def __init__(self, config: Any, seed: np.random.SeedSequence) -> None: ...

    def fit(self, features: np.ndarray, labels: np.ndarray) -> None:
        """Train on features, shape (instance, feature), and labels, shape (instance,), of int."""

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,), for features, shape (instance, feature)."""


def classifier_class(config: ClassifierConfig) -> type[Classifier]:
    """Find, and import, the classifier that a configuration belongs to."""
    # Imported here, since TensorFlow takes seconds to load and an SVM does without.
    if isinstance(config, SVMConfig):
        from audeep.backend.classifiers.svm import SVM

        return SVM
    if isinstance(config, MLPConfig):
        from audeep.backend.classifiers.mlp import MLP

        return MLP
    raise OptionError(f"{type(config).__name__} is not the configuration of a classifier")
