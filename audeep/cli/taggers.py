"""Commands of networks that learn from labels."""

from audeep.backend.taggers.config import CNNConfig, GatedCNNConfig, LSTMConfig
from audeep.cli.classifiers import ClassifierCommand, Evaluate
from audeep.cli.prediction import Predict, TrainClassifier


class TaggerCommand(ClassifierCommand):
    """Base class of the commands of a network."""

    uses_tensorflow, made_by_model, saves_checkpoints = True, False, True


class CNNCommand(TaggerCommand):
    """Base class of the commands of the convolutional network."""

    classifier, features = CNNConfig, "spectrograms, or waveforms"


class SequenceCommand(TaggerCommand):
    """Base class of the commands of the networks that read any sequence."""

    features = "spectrograms, or other sequences of vectors"


class LSTMCommand(SequenceCommand):
    """Base class of the commands of the LSTM network."""

    classifier = LSTMConfig


class GatedCNNCommand(SequenceCommand):
    """Base class of the commands of the gated convolutional network."""

    classifier = GatedCNNConfig


class EvaluateCNN(CNNCommand, Evaluate):
    """Evaluate spectrograms or waveforms with a convolutional network."""

    title = "CNN evaluation"
    epilog = """\
examples:
  by cross-validation:
    audeep cnn evaluate --input spectrograms.nc --cross-validate --seed 1
  recordings of any length, whose most important parts decide:
    audeep cnn evaluate --input spectrograms.nc --cross-validate --front-end vertical-horizontal \\
        --back-end attention"""


class TrainCNN(CNNCommand, TrainClassifier):
    """Train a convolutional network on labels and save it."""

    epilog = """\
examples:
  audeep cnn train --input spectrograms.nc --output classifier --back-end attention
  so that it can be stopped, and continued with the same command and --continue:
    audeep cnn train --input spectrograms.nc --output classifier --checkpoint-dir checkpoints --seed 1"""


class PredictCNN(CNNCommand, Predict):
    """Predict labels with a convolutional network."""

    epilog = """\
examples:
  train on one data set, predict the labels of another:
    audeep cnn predict --train-input train.nc --eval-input test.nc --output predictions.tsv
  with a network that was trained before:
    audeep cnn predict --classifier classifier --eval-input test.nc --output predictions.tsv"""


class EvaluateLSTM(LSTMCommand, Evaluate):
    """Evaluate sequences with LSTM layers whose outputs at all steps dense layers read."""

    title = "LSTM evaluation"
    epilog = """\
example:
  audeep lstm evaluate --input spectrograms.nc --cross-validate --num-units 128 64 --dense-units 256"""


class TrainLSTM(LSTMCommand, TrainClassifier):
    """Train an LSTM network on labels and save it."""

    epilog = """\
example:
  audeep lstm train --input spectrograms.nc --output classifier"""


class PredictLSTM(LSTMCommand, Predict):
    """Predict labels with an LSTM network."""

    epilog = """\
example:
  audeep lstm predict --train-input train.nc --eval-input test.nc --output predictions.tsv"""


class EvaluateGatedCNN(GatedCNNCommand, Evaluate):
    """Evaluate sequences with gated convolutions and recurrent layers."""

    title = "gated CNN evaluation"
    epilog = """\
example:
  audeep gated-cnn evaluate --input spectrograms.nc --cross-validate --num-epochs 30"""


class TrainGatedCNN(GatedCNNCommand, TrainClassifier):
    """Train a gated convolutional network on labels and save it."""

    epilog = """\
example:
  audeep gated-cnn train --input spectrograms.nc --output classifier"""


class PredictGatedCNN(GatedCNNCommand, Predict):
    """Predict labels with a gated convolutional network."""

    epilog = """\
example:
  audeep gated-cnn predict --train-input train.nc --eval-input test.nc --output predictions.tsv"""
