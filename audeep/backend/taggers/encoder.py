"""Encoders of models that were trained without labels, with which networks that learn from labels begin."""

import pkgutil
from pathlib import Path

import keras
from keras import ops

from audeep.backend.errors import ModelError
from audeep.backend.networks.blocks import divided
from audeep.backend.networks.lengths import pad
from audeep.backend.training import checkpoints
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.model import StepEncoder


class PretrainedEncoder(keras.layers.Layer):
    """The layers of a model that turn instances into sequences of vectors, called like a front-end.

    Layers that only the training of the model needs, such as a decoder, are left out. Dropout and noise are those
    of the model. Weights are untrained until `load`.

    Parameters
    ----------
    description
        Description of the model.
    frozen
        Whether the weights and the averages of batch normalisation stay as they are, without dropout and noise.
    """

    def __init__(self, description: ModelDescription, *, frozen: bool) -> None:
        super().__init__(name="encoder")
        self.description = description
        model = description.make()
        self.layers, self.seed = model.step_layers, model.seed
        # Keras does not look for layers in methods.
        self.encode_steps = model.encode_steps
        self.size, self.reduction = model.step_size, model.step_frames
        self.trainable = not frozen

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Do nothing: the layers are built."""

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the sequences, (batch, step, channels)."""
        batch, time, _ = shape
        return (batch, divided(time, self.reduction), self.size)

    def load(self, folder: Path) -> None:
        """Take over the weights of the model in a folder, the one that `generate` uses."""
        best = checkpoints.best_epoch(folder)
        # By name, because otherwise the choice is logged, in cross-validation for each fold.
        [(_, model)] = checkpoints.load_models(folder, [best.step] if best else None)
        for layer, trained in zip(self.layers, model.step_layers, strict=True):
            layer.set_weights(trained.get_weights())

    def call(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Return sequences, shape (batch, step, channels), and their lengths, if `inputs` have any."""
        sequences, lengths = self.encode_steps(inputs, lengths, training=training and self.trainable)
        if not self.trainable:
            sequences = ops.stop_gradient(sequences)
        return sequences if lengths is None else pad(sequences, lengths), lengths


def read_encoder(folder: Path) -> ModelDescription:
    """Read the description of a model that has an encoder; `ModelError` if it has none."""
    description = ModelDescription.read(folder)
    if not issubclass(pkgutil.resolve_name(description.config.model), StepEncoder):
        raise ModelError(
            f"{folder} contains a {description.kind} model, which has no layers to train further; train svm or mlp "
            "on the vectors that it generates"
        )
    return description
