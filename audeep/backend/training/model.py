"""Base classes of models and other networks, the interface for training and generation."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import keras
import tensorflow as tf
from keras import ops

from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import DataError
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.config import GenerationConfig

Sums = Mapping[str, keras.KerasTensor]


class Trainable(keras.layers.Layer, ABC):
    """Base class of networks for the training loop, which define the loss to minimise.

    The loss is a function of sums over the batch, such as a squared error and the number of points. The sums of
    several devices add up to those of the whole batch, so that the loss and its gradient are the same on any number
    of devices.

    Examples
    --------
    A mean squared error over all points of a batch::

        def sums(self, outputs):
            errors = ops.square(outputs["targets"] - outputs["reconstruction"])
            return {"error": ops.sum(errors), "points": ops.sum(ops.ones_like(errors))}

        def loss(self, sums):
            return sums["error"] / ops.maximum(sums["points"], 1)
    """

    #: Shape of the features of an instance. The first size is None if instances differ in it.
    feature_shape: tuple[int | None, ...]
    #: Fewest instances from which a device can learn; 0 for any number. Otherwise, incomplete batches at the end of
    #: an epoch are dropped.
    min_instances: int = 0
    #: Gradients are clipped to this, value by value.
    max_gradient: float = 2.0

    @abstractmethod
    def call(self, inputs: keras.KerasTensor, training: bool = False) -> dict[str, Any]:
        """Return everything that the sums need, by name; `inputs` has shape (batch, feature dims...).

        A model that takes lengths has a further parameter ``lengths``, and one that learns from targets, shape
        (batch, target), a further parameter ``targets``.
        """

    @abstractmethod
    def sums(self, outputs: Mapping[str, Any]) -> dict[str, keras.KerasTensor]:
        """Return scalars that add up over instances, by name; `outputs` are those of `call`.

        A device may have no instances; its sums are then 0.
        """

    @abstractmethod
    def loss(self, sums: Sums) -> keras.KerasTensor:
        """Return the loss to minimise, a differentiable function of the sums over the whole batch."""


class Encoder(keras.layers.Layer, ABC):
    """Base class of all models, which compute a representation of each instance.

    Parameters
    ----------
    config
        The architecture.
    feature_shape
        Shape of the features of an instance. The first size is None if instances differ in it.
    """

    config: Architecture
    #: Whether instances may differ in length. If so, `encode`, `represent` and `call` take ``lengths``, shape
    #: (batch,), int32, and results do not depend on the padding; None if all are as long as the batch.
    takes_lengths: ClassVar[bool] = False
    #: Default limit of the size of a batch, in bytes; encoding takes about ten times as much memory.
    batch_bytes: ClassVar[int] = 2**22

    def __init__(self, config: Architecture, feature_shape: tuple[int | None, ...]) -> None:
        super().__init__(name=config.kind)
        self.config, self.feature_shape = config, feature_shape

    @abstractmethod
    def encode(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return the representation of each instance; `inputs` has shape (batch, feature dims...)."""

    def represent(
        self, inputs: keras.KerasTensor, config: GenerationConfig, lengths: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        """Return the representation specified by `config`; by default, that of `encode`."""
        return self.encode(inputs) if lengths is None else self.encode(inputs, lengths)  # type: ignore[call-arg]

    def functional(self, inputs: keras.KerasTensor, config: GenerationConfig) -> keras.KerasTensor:
        """Return what `represent` returns, for symbolic `inputs`, from layers that Keras can save."""
        return self.represent(inputs, config)

    def digest(self) -> str:
        """Return a digest of the weights; models with the same digest generate the same representations."""
        digest = hashlib.sha256()
        for weight in self.weights:
            digest.update(weight.value.numpy().tobytes())
        return digest.hexdigest()[:16]


class StepEncoder(Encoder):
    """Base class of models that also give a vector for each step in time: other networks can begin with them."""

    #: Seed of the noise in training.
    seed: keras.random.SeedGenerator

    @property
    @abstractmethod
    def step_layers(self) -> list[keras.layers.Layer]:
        """Layers that `encode_steps` uses."""

    @property
    @abstractmethod
    def step_size(self) -> int:
        """Size of the vector of a step."""

    @property
    def step_frames(self) -> int:
        """Number of frames in a step; the last step of an instance may have fewer."""
        return 1

    @abstractmethod
    def encode_steps(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Return a vector for each step, shape (batch, step, size), and how many steps each instance has.

        `inputs` and `lengths` are as in `encode`; without lengths, all instances have as many steps.
        """


class Fitted(Encoder):
    """Base class of models that learn from data sets in a few passes, without the training loop."""

    @abstractmethod
    def fit(self, data_sets: Sequence[DataSet], seed: int) -> None:
        """Learn all weights, reproducibly for a given seed. The data sets may be larger than memory."""


class Model(Encoder, Trainable):
    """Base class of the encoders that the training loop trains."""

    #: Number of instances shown in TensorBoard; only a few, because they are processed after each epoch.
    examples: ClassVar[int] = 16

    def summaries(self, examples: DataSet) -> Callable[[tf.Variable], None]:
        """Return a function that writes summaries of some instances for TensorBoard at a step; by default, none."""
        return lambda step: None


def require_matrices(model: str, feature_shape: Sequence[int | None]) -> int:
    """Refuse instances that are not spectrograms, and return the number of bands.

    `model` is what expects them, with its article.
    """
    if len(feature_shape) != 2:
        raise DataError(f"{model} expects instances with two dimensions, time and bands, got {len(feature_shape)}")
    _, bands = feature_shape
    assert bands is not None
    return bands


def root_mean(total: keras.KerasTensor, count: keras.KerasTensor) -> keras.KerasTensor:
    """Return the root of a mean, 0 if `count` is 0, with a gradient of 0 instead of infinity where it is 0."""
    mean = total / ops.maximum(count, 1)
    is_zero = ops.equal(mean, 0)
    return ops.where(is_zero, 0.0, ops.sqrt(ops.where(is_zero, 1.0, mean)))
