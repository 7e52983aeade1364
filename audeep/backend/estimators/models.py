"""Models that learn without labels as steps of scikit-learn pipelines."""

from audeep.backend import runtime  # noqa: F401, before TensorFlow

# isort: split
import json
from contextlib import ExitStack
from functools import cached_property
from numbers import Integral
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, clone
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_is_fitted, check_random_state

from audeep.backend.atomic import temporary_folder
from audeep.backend.audio.names import printable
from audeep.backend.autoencoders.architectures import (
    FrequencyAutoencoderConfig,
    FrequencyTimeAutoencoderConfig,
    TimeAutoencoderConfig,
)
from audeep.backend.contrastive.config import ContrastiveConfig
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.dictionary.config import DictionaryConfig
from audeep.backend.errors import DataError
from audeep.backend.estimators.spectrograms import MatrixOutput, SpectrogramTransformer, paths_in
from audeep.backend.parameters import config_of, defaults, initializer
from audeep.backend.training import checkpoints
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.encoding import Encoded, batch_limits, compiled
from audeep.backend.training.session import train

#: Settings of training that are no parameters: each `fit` begins anew.
OMITTED = ("resume",)


class ModelTransformer(TransformerMixin, BaseEstimator):
    """Base class of the estimators, which learn from recordings, or spectrograms, and turn them into vectors.

    A subclass names the configuration of its model, ``class Dictionary(ModelTransformer,
    architecture=DictionaryConfig)``. The fields of the configuration become its parameters, and so do those of the
    configuration of training, and the choices of generation, such as ``pooling``.

    Parameters
    ----------
    spectrograms
        A `SpectrogramTransformer`, which is cloned and fitted, for recordings; by default, one with the settings
        that the model works best with.
    run_name
        Folder to write models and TensorBoard events to, as `train` does; must not contain models. By default, none
        is kept.
    random_state
        Int, `numpy.random.RandomState`, or None for the global state of ``numpy.random``. An int gives the same
        model as `train` with this seed.

    Attributes
    ----------
    description_
        Description of the model.
    weights_
        Its weights, a list of arrays.
    spectrograms_
        The fitted `SpectrogramTransformer`; None if fitted on spectrograms.
    """

    architecture: ClassVar[type[Architecture]]

    spectrograms: SpectrogramTransformer | None
    run_name: Path | str | None
    random_state: Any
    description_: ModelDescription
    weights_: list[np.ndarray]
    generation_: GenerationConfig
    spectrograms_: SpectrogramTransformer | None

    def __init_subclass__(cls, *, architecture: type[Architecture] | None = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if architecture is not None:
            cls.architecture = architecture
            training = architecture.training
            cls.__init__ = initializer(  # type: ignore[method-assign]
                {
                    **defaults(architecture),
                    **(defaults(training, without=OMITTED) if training else {}),
                    **defaults(architecture.generation, without=_not_chosen(architecture)),
                    **dict.fromkeys(("spectrograms", "run_name", "random_state")),
                }
            )

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train the model.

        Parameters
        ----------
        X
            Paths of recordings, shape (recording,); their samples, shape (recording, sample), at the sample rate of
            ``spectrograms``; or spectrograms, shape (recording, time, freq).
        y
            Not used: the model learns without labels.

        Raises
        ------
        OptionError
            If a parameter is out of range.
        AudioError
            If a recording cannot be used.
        DataError
            If the model cannot be trained on these spectrograms.
        ModelError
            If ``run_name`` already contains models, or training fails.
        ValueError
            If `X` contains other values than finite numbers.
        """
        architecture, training = config_of(self, self.architecture), self.architecture.training
        config = config_of(self, training, without=OMITTED) if training else None
        self.generation_ = config_of(self, architecture.generation, without=_not_chosen(self.architecture))
        self.__dict__.pop("_encode", None)
        data_set = self._data_set(X, fitting=True)
        seed = self.random_state
        if not isinstance(seed, Integral):
            seed = check_random_state(seed).randint(np.iinfo(np.int32).max)
        with ExitStack() as stack:
            run = self.run_name or stack.enter_context(temporary_folder())
            logs = train(data_set, run, architecture, config, seed=seed)
            self.description_ = ModelDescription.read(logs)
            [(_, model)] = checkpoints.load_models(logs, None)
            self._limits = batch_limits(model, None, data_set.feature_shape)
        self.weights_ = model.get_weights()
        self._n_features_out = self._shape[-1]
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the vectors, shape (recording, generated), float32; `X` is that of `fit`.

        Raises
        ------
        AudioError
            If a recording cannot be used.
        DataError
            If `X` contains recordings, but the model was fitted on spectrograms.
        ValueError
            If `X` contains other values than finite numbers, or spectrograms of another shape.
        """
        check_is_fitted(self, "weights_")
        data_set = self._data_set(X, fitting=False)
        return Encoded(data_set, self._encode, self._shape, self._limits).read(0, len(data_set))

    @property
    def n_features_in_(self) -> int:
        """Number of samples, if fitted on an array of samples."""
        if self.spectrograms_ is None:
            raise AttributeError(f"{type(self).__name__} was fitted on spectrograms")
        return self.spectrograms_.n_features_in_

    def _data_set(self, X: Any, *, fitting: bool) -> DataSet:
        """Return the spectrograms of `X` as a data set."""
        paths, attrs = paths_in(X), {}
        if paths is None and np.asarray(X).ndim == 3:
            X = check_array(X, dtype=np.float32, ensure_2d=False, allow_nd=True, estimator=self)
            if fitting:
                self.spectrograms_ = None
        else:
            if fitting:
                wanted = SpectrogramTransformer(**self.architecture.wanted_spectrograms)
                self.spectrograms_ = clone(self.spectrograms or wanted).fit(X)
            if self.spectrograms_ is None:
                raise DataError("the model was fitted on spectrograms; expected spectrograms, got recordings")
            X = self.spectrograms_.transform(X)
            attrs[schema.SPECTROGRAMS] = json.dumps(self.spectrograms_.config_.to_dict())
        if not fitting and X.shape[1:] != (expected := tuple(self.description_.feature_shape)):
            raise ValueError(f"the model was fitted on spectrograms of shape {expected}, got {X.shape[1:]}")
        names = [printable(path) for path in paths] if paths else [str(number) for number in range(len(X))]
        return from_columns(X, [schema.TIME, schema.FREQ], filename=names, attrs=attrs)

    @cached_property
    def _encode(self) -> Any:
        """The compiled encoder."""
        model = self.description_.make()
        model.set_weights(self.weights_)
        return compiled(model, self.generation_)

    @property
    def _shape(self) -> tuple[int, ...]:
        """Shape of the representation of a recording."""
        return tuple(self._encode.get_concrete_function().structured_outputs.shape[1:])

    def __getstate__(self) -> dict[str, Any]:
        # The compiled encoder cannot be pickled, and is made again from the weights.
        return {name: value for name, value in super().__getstate__().items() if name != "_encode"}

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        # Always float32.
        tags.transformer_tags.preserves_dtype = []
        return tags


def _not_chosen(architecture: type[Architecture]) -> set[str]:
    """Return the settings of generation that do not change the representations."""
    return {*defaults(architecture.generation)} - {*architecture.generation().choices()}


class TimeAutoencoder(ClassNamePrefixFeaturesOutMixin, ModelTransformer, architecture=TimeAutoencoderConfig):
    """Time-recurrent autoencoder: turns recordings or spectrograms into vectors.

    Its parameters are those of `TimeAutoencoderConfig`, `TrainingConfig` and `RecurrentGenerationConfig`, and those
    of `audeep.backend.estimators.models.ModelTransformer`.

    Examples
    --------
    >>> import audeep
    >>> import numpy as np
    >>> spectrograms = np.random.default_rng(0).uniform(-1, 1, (8, 4, 3))
    >>> autoencoder = audeep.TimeAutoencoder(num_units=2, num_epochs=1, random_state=1)
    >>> autoencoder.fit_transform(spectrograms).shape
    (8, 2)
    """


class FrequencyAutoencoder(MatrixOutput, ModelTransformer, architecture=FrequencyAutoencoderConfig):
    """Frequency-recurrent autoencoder: turns every frame of a recording or spectrogram into a vector.

    `transform` returns shape (recording, time, generated), which another estimator, such as `TimeAutoencoder`, can
    be fitted on. Its parameters are those of `FrequencyAutoencoderConfig`, `TrainingConfig` and
    `RecurrentGenerationConfig`, and those of `audeep.backend.estimators.models.ModelTransformer`.

    Examples
    --------
    >>> import audeep
    >>> from sklearn.pipeline import make_pipeline
    >>> pipeline = make_pipeline(audeep.FrequencyAutoencoder(num_units=64), audeep.TimeAutoencoder())
    >>> list(pipeline.named_steps)
    ['frequencyautoencoder', 'timeautoencoder']
    """


class FrequencyTimeAutoencoder(
    ClassNamePrefixFeaturesOutMixin, ModelTransformer, architecture=FrequencyTimeAutoencoderConfig
):
    """Frequency-time-recurrent autoencoder: turns recordings or spectrograms into vectors.

    Its parameters are those of `FrequencyTimeAutoencoderConfig`, `TrainingConfig` and `RecurrentGenerationConfig`,
    and those of `audeep.backend.estimators.models.ModelTransformer`.

    Examples
    --------
    >>> import audeep
    >>> audeep.FrequencyTimeAutoencoder(num_f_units=32).set_params(cell="LSTM").cell
    'LSTM'
    """


class Dictionary(ClassNamePrefixFeaturesOutMixin, ModelTransformer, architecture=DictionaryConfig):
    """Dictionary of spectro-temporal kernels: turns recordings or spectrograms into vectors.

    Its parameters are those of `DictionaryConfig`, and those of
    `audeep.backend.estimators.models.ModelTransformer`.

    Examples
    --------
    >>> import audeep
    >>> import numpy as np
    >>> spectrograms = np.random.default_rng(0).uniform(-1, 1, (8, 9, 6))
    >>> dictionary = audeep.Dictionary(num_kernels=2, kernel_shapes=("3x3",), num_bands=1, random_state=1)
    >>> dictionary.fit_transform(spectrograms).shape
    (8, 8)
    """


class Contrastive(ClassNamePrefixFeaturesOutMixin, ModelTransformer, architecture=ContrastiveConfig):
    """Contrastive network: turns recordings or spectrograms into vectors.

    Its parameters are those of `ContrastiveConfig` and `ContrastiveTrainingConfig`, and those of
    `audeep.backend.estimators.models.ModelTransformer`.

    Examples
    --------
    >>> import audeep
    >>> spectrograms = audeep.SpectrogramTransformer(**audeep.ContrastiveConfig.wanted_spectrograms)
    >>> spectrograms.set_params(sample_rate=22050).get_params()["mel_spectrum"]
    64
    """
