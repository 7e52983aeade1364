"""Configuration of the export of models."""

import enum

from audeep.backend.options import option
from audeep.backend.training.config import StepConfig


class ModelFormat(enum.Enum):
    """Formats of exported models; the value is the extension of their files."""

    KERAS = ".keras"
    SAVEDMODEL = ""
    ONNX = ".onnx"


class ModelExportConfig(StepConfig):
    """How to export a model.

    Examples
    --------
    >>> import audeep
    >>> audeep.ModelExportConfig(format="onnx", from_audio=True).format
    <ModelFormat.ONNX: '.onnx'>
    """

    format: ModelFormat = option(
        ModelFormat.KERAS,
        help="KERAS, a .keras file of plain Keras layers, which can be trained further; SAVEDMODEL, a folder for "
        "TensorFlow; ONNX, an .onnx file for onnxruntime and others, which needs the extra onnx (pip install "
        "'.[onnx]' in a copy of the source code)",
    )
    from_audio: bool = option(
        False,
        help="export a model that takes samples instead of spectrograms, and computes the spectrograms itself",
    )
