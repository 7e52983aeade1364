"""Networks that learn from labels, as classifiers and regressors of waveforms, spectrograms and other sequences."""

from audeep.backend import runtime  # noqa: F401, before TensorFlow

# isort: split
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted, validate_data

from audeep.backend.classifiers.estimator import Learner, Regressor
from audeep.backend.classifiers.network import NetworkClassifier
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.networks.losses import Losses, class_entropies, cross_entropies, squared_errors
from audeep.backend.parameters import config_of
from audeep.backend.taggers.checks import check_data_set, check_encoder, check_lengths
from audeep.backend.taggers.config import CNNConfig, GatedCNNConfig, LSTMConfig, TaggerConfig
from audeep.backend.taggers.fitting import fit, predict
from audeep.backend.taggers.tagger import Tagger
from audeep.backend.training.config import CheckpointConfig
from audeep.backend.training.description import ModelDescription


class TaggerLearner(Learner):
    """Training that classifiers and regressors share.

    They take features as an array, shape (instance, time, bands), or of waveforms (instance, time); or as a
    `DataSet`, which may be larger than memory, and whose instances may differ in length.
    """

    config: ClassVar[type[TaggerConfig]]
    takes_data_sets = True
    num_feature_dims = 2
    remedy = "a lower `learning_rate`"

    #: Shape of the longest instance in training.
    shape_: tuple[int, ...]
    #: Weights of the network, in its own order.
    weights_: list[np.ndarray]
    #: Description of the model with whose encoder it began, as in ``model.json``; None without `encoder`.
    encoder_: dict[str, Any] | None = None

    @classmethod
    def check_data_set(cls, config: TaggerConfig, data_set: DataSet) -> None:
        """Refuse a data set that a network with this configuration cannot read."""
        check_data_set(config, data_set)

    @classmethod
    def check_training_data(cls, config: TaggerConfig, data_set: DataSet) -> None:
        """Also refuse data that the pretrained encoder cannot read."""
        super().check_training_data(config, data_set)
        check_encoder(config, data_set)

    @classmethod
    def check_shape(cls, config: TaggerConfig, shape: tuple[int, ...], data_set: DataSet) -> None:
        """Refuse a data set to predict whose instances do not go with the longest in training."""
        check_lengths(config, shape, data_set)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array, tags.input_tags.two_d_array = True, False
        return tags

    def _validated(self, X: Any, *targets: Any, **rules: Any) -> Any:
        config = config_of(self, self.config)
        if not isinstance(X, DataSet):
            X = check_array(X, dtype=np.float32, ensure_2d=False, allow_nd=True, estimator=self)
            dims = [schema.TIME, schema.FREQ, *(f"dim_{number}" for number in range(X.ndim))]
            names = [str(number) for number in range(len(X))]
            X = from_columns(X, dims[: X.ndim - 1], filename=names)
        if not targets:
            check_is_fitted(self)
            self.check_data_set(config, X)
            check_encoder(config, X, self._encoder)
            self.check_shape(config, self.shape_, X)
            return X
        self.check_training_data(config, X)
        (y,) = targets
        y = validate_data(self, y=y, **rules)
        check_consistent_length(X.filename, y)
        return X, y

    def fit(
        self,
        X: Any,
        y: np.ndarray,
        groups: np.ndarray | None = None,
        checkpoints: CheckpointConfig | Mapping[str, Any] | None = None,
        *,
        verbose: bool = False,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X, y, groups
            As for other classifiers and regressors; `X` may be a `DataSet`, and `groups` have no effect.
        checkpoints
            Where to save the state of the training, and whether to continue from there. To be continued, a
            training needs ``random_state``.
        verbose
            Whether to log the loss of each epoch.

        Raises
        ------
        OptionError
            If a parameter is out of range.
        DataError
            If the network cannot read the features.
        ModelError
            If the loss is not finite, or training cannot continue: from no checkpoint, or with other settings or
            on other data than before.
        """
        self._train(*self._prepared(X, y, groups), CheckpointConfig.of(checkpoints), verbose=verbose)
        return self

    def _train(
        self,
        X: DataSet,
        targets: np.ndarray,
        config: TaggerConfig,
        seed: np.random.SeedSequence,
        groups: np.ndarray,
        checkpoints: CheckpointConfig | None = None,
        *,
        verbose: bool = False,
    ) -> None:
        losses, targets = self._objective(targets)
        tagger = fit(config, X, targets, losses, int(seed.generate_state(1)[0]), checkpoints, verbose=verbose)
        self.shape_, self.weights_ = X.feature_shape, tagger.get_weights()
        self.encoder_ = None if tagger.encoder is None else asdict(tagger.encoder.description)
        # A loss that is not finite is an error.
        self.converged_ = True

    @abstractmethod
    def _objective(self, targets: np.ndarray) -> tuple[Losses, np.ndarray]:
        """Return the losses, and the targets that they take, shape (instance, output)."""

    def _outputs(self, X: DataSet) -> np.ndarray:
        return predict(self.network(differ_in_length=X.lengths is not None or X.feature_shape != self.shape_), X)

    def network(self, *, differ_in_length: bool = False) -> Tagger:
        """Return the trained network; it reads batches of instances that `differ_in_length`, or of one length."""
        tagger = self._untrained(differ_in_length=differ_in_length)
        tagger.set_weights(self.weights_)
        return tagger

    def _untrained(self, **keywords: Any) -> Tagger:
        """Return a network of the same layers, with other weights."""
        config = config_of(self, self.config)
        return Tagger(config, self.shape_, self._num_outputs, encoder=self._encoder, **keywords)

    @property
    def _encoder(self) -> ModelDescription | None:
        """Description of the model with whose encoder the network began."""
        return None if self.encoder_ is None else ModelDescription(**self.encoder_)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the weights, and the shape of the longest instance in training."""
        numbered = {f"weight_{number}": weight for number, weight in enumerate(self.weights_)}
        return {"shape": np.array(self.shape_, np.float64), **numbered}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.shape_ = tuple(arrays["shape"].astype(int).tolist())
        if self._encoder is not None:
            self._encoder.check()
        expected = self._untrained().get_weights()
        self.weights_ = [arrays[f"weight_{number}"] for number in range(len(expected))]
        if shapes(self.weights_) != shapes(expected):
            raise ValueError(f"expected weights of the shapes {shapes(expected)}, got {shapes(self.weights_)}")


def shapes(weights: Sequence[np.ndarray]) -> list[tuple[int, ...]]:
    """Return the shape of each array."""
    return [weight.shape for weight in weights]


class TaggerClassifier(TaggerLearner, NetworkClassifier):
    """Base class of classifiers."""

    def _objective(self, targets: np.ndarray) -> tuple[Losses, np.ndarray]:
        if targets.ndim == 1:
            return class_entropies, np.eye(len(self.classes_))[targets]
        return cross_entropies, targets


class TaggerRegressor(TaggerLearner, Regressor):
    """Base class of regressors."""

    def _objective(self, targets: np.ndarray) -> tuple[Losses, np.ndarray]:
        return squared_errors, targets

    def _predicted(self, X: DataSet) -> np.ndarray:
        return self._outputs(X).astype(np.float64)


class CNN(TaggerClassifier, config=CNNConfig):
    """Convolutional network: a front-end reads spectrograms or waveforms, a back-end decides.

    Its parameters are those of `CNNConfig`. `fit` and `predict` take spectrograms, shape (instance, time, freq), or
    for the front-ends that read them waveforms, shape (instance, time); or a `DataSet` of them, which may be larger
    than memory, and whose recordings may differ in length.

    Examples
    --------
    >>> import audeep
    >>> import numpy as np
    >>> low, high = (np.random.default_rng(0).normal(size=(4, 6, 4)) + offset for offset in (-4, 4))
    >>> cnn = audeep.CNN(num_blocks=1, num_filters=2, num_epochs=20, random_state=0)
    >>> cnn.fit(np.concatenate([low, high]), ["low"] * 4 + ["high"] * 4).predict(low[:1])
    array(['low'], dtype='<U4')
    """


class CNNRegressor(TaggerRegressor, config=CNNConfig):
    """Convolutional network for continuous targets, otherwise like `CNN`.

    Its parameters are those of `CNNConfig`; the loss is the squared error.

    Examples
    --------
    >>> import audeep
    >>> audeep.CNNRegressor(front_end="VERTICAL", num_epochs=20).get_params()["front_end"]
    'VERTICAL'
    """


class LSTM(TaggerClassifier, config=LSTMConfig):
    """LSTM layers, followed by dense layers that read their outputs at all steps.

    Its parameters are those of `LSTMConfig`. `fit` and `predict` take spectrograms or other sequences of vectors,
    shape (instance, time, feature), or a `DataSet` of them. Recordings may differ in length, but not be longer than
    the longest in training.

    Examples
    --------
    >>> import audeep
    >>> audeep.LSTM(num_units=(64, 32)).get_params()["dense_units"]
    (2048, 1024)
    """


class LSTMRegressor(TaggerRegressor, config=LSTMConfig):
    """LSTM layers for continuous targets, otherwise like `LSTM`.

    Its parameters are those of `LSTMConfig`; the loss is the squared error.

    Examples
    --------
    >>> import audeep
    >>> audeep.LSTMRegressor(num_units=(64, 32)).get_params()["num_units"]
    (64, 32)
    """


class GatedCNN(TaggerClassifier, config=GatedCNNConfig):
    """Gated convolutions along time, followed by recurrent layers.

    Its parameters are those of `GatedCNNConfig`. `fit` and `predict` take spectrograms or other sequences of
    vectors, shape (instance, time, feature), or a `DataSet` of them, whose recordings may differ in length.

    Examples
    --------
    >>> import audeep
    >>> audeep.GatedCNN(num_filters=64).get_params()["num_blocks"]
    2
    """


class GatedCNNRegressor(TaggerRegressor, config=GatedCNNConfig):
    """Gated convolutions and recurrent layers for continuous targets, otherwise like `GatedCNN`.

    Its parameters are those of `GatedCNNConfig`; the loss is the squared error.

    Examples
    --------
    >>> import audeep
    >>> audeep.GatedCNNRegressor(num_units=32).get_params()["num_filters"]
    128
    """
