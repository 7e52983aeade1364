"""What training and generation know of a model."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import keras
import tensorflow as tf
from keras import ops

from audeep.backend.data.data_set import DataSet
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.config import GenerationConfig

Sums = Mapping[str, keras.KerasTensor]


class Encoder(keras.layers.Layer, ABC):
    """What every model is: something that makes a representation of each instance.

    Parameters
    ----------
    config
        The architecture.
    feature_shape
        Shape of the features of an instance.
    """

    config: Architecture
    #: Bytes of instances in a batch, without another choice; to encode it takes some ten times the memory.
    batch_bytes: ClassVar[int] = 2**22

    def __init__(self, config: Architecture, feature_shape: tuple[int, ...]) -> None:
        super().__init__(name=config.kind)
        self.config, self.feature_shape = config, feature_shape

    @abstractmethod
    def encode(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return the representation of each instance; `inputs` have shape (batch, feature dims...)."""

    def represent(self, inputs: keras.KerasTensor, config: GenerationConfig) -> keras.KerasTensor:
        """Return the representation that `config` asks for; by default there is only that of `encode`."""
        return self.encode(inputs)

    def digest(self) -> str:
        """Return a digest of the weights; models with the same digest generate the same."""
        digest = hashlib.sha256()
        for weight in self.weights:
            digest.update(weight.value.numpy().tobytes())
        return digest.hexdigest()[:16]


class Fitted(Encoder):
    """A model that learns from data sets in a few passes, without the training loop."""

    @abstractmethod
    def fit(self, data_sets: Sequence[DataSet], seed: int) -> None:
        """Learn all weights; the same seed gives the same weights. The data sets may be larger than memory."""


class Model(Encoder):
    """A network for the training loop, and what it wants minimised.

    The loss is a function of sums over the batch, such as a squared error and the number of points that count. Sums
    of several devices add up to those of the whole batch, so that the loss, and its gradient, are the same on any
    number of devices.

    Examples
    --------
    A mean squared error over all points of a batch::

        def sums(self, outputs):
            errors = ops.square(outputs["targets"] - outputs["reconstruction"])
            return {"error": ops.sum(errors), "points": ops.sum(ops.ones_like(errors))}

        def loss(self, sums):
            return sums["error"] / ops.maximum(sums["points"], 1)
    """

    #: Instances that TensorBoard is shown. Few, because they pass through the model after every epoch.
    examples: ClassVar[int] = 16
    #: Fewest instances from which a device can learn; 0 if any number will do. Otherwise an epoch leaves out those
    #: that fill no batch.
    min_instances: ClassVar[int] = 0

    @abstractmethod
    def call(self, inputs: keras.KerasTensor, training: bool = False) -> dict[str, Any]:
        """Return everything that the sums are made of, by name; `inputs` have shape (batch, feature dims...)."""

    @abstractmethod
    def sums(self, outputs: Mapping[str, Any]) -> dict[str, keras.KerasTensor]:
        """Return scalars that add up over instances, by name; `outputs` are those of `call`.

        A device may be given no instance: its sums are 0.
        """

    @abstractmethod
    def loss(self, sums: Sums) -> keras.KerasTensor:
        """Return what is minimised, a differentiable function of the sums over the whole batch."""

    def summaries(self, examples: DataSet) -> Callable[[tf.Variable], None]:
        """Return what writes, at a step, what TensorBoard shows of some instances beside the loss; here nothing."""
        return lambda step: None


def root_mean(total: keras.KerasTensor, count: keras.KerasTensor) -> keras.KerasTensor:
    """Return the root of a mean, with a gradient of 0 instead of infinity where it is 0; 0 if nothing counts."""
    mean = total / ops.maximum(count, 1)
    is_zero = ops.equal(mean, 0)
    return ops.where(is_zero, 0.0, ops.sqrt(ops.where(is_zero, 1.0, mean)))
