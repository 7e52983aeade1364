"""Base class of classifiers that are neural networks."""

from audeep.backend import runtime  # noqa: F401, before TensorFlow

# isort: split
from abc import abstractmethod
from typing import Any

import numpy as np
import tensorflow as tf

from audeep.backend.classifiers.estimator import Classifier


class NetworkClassifier(Classifier):
    """A network with an output for each class, or for each label of a set."""

    multi_label = True

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, or of each label of a set, shape (instance, class)."""
        outputs = self._outputs(self._validated(X))
        return (tf.nn.sigmoid if self.has_sets_ else tf.nn.softmax)(outputs).numpy()

    def predict(self, X: Any) -> np.ndarray:
        """Return labels, shape (instance,), or sets of them, shape (instance, label)."""
        outputs = self._outputs(self._validated(X))
        if self.has_sets_:
            return np.where(outputs > 0, 1, 0)
        return self.classes_[np.argmax(outputs, axis=1)]

    @abstractmethod
    def _outputs(self, X: Any) -> tf.Tensor | np.ndarray:
        """Return the outputs of the network, shape (instance, output): logits."""
