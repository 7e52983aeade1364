"""Labels of recordings: from audio to a saved classifier, if it reads vectors through a model."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from audeep.backend.atomic import temporary_folder
from audeep.backend.audio.survey import warn_of_left_out
from audeep.backend.classifiers import saving
from audeep.backend.classifiers.config import Task
from audeep.backend.classifiers.pipeline import scores
from audeep.backend.classifiers.prediction import check_models, check_same_features
from audeep.backend.classifiers.registry import command_name
from audeep.backend.classifiers.tasks import RULES, means
from audeep.backend.classifiers.trained import TrainedClassifier
from audeep.backend.data import columns, schema
from audeep.backend.data.data_set import DataSet
from audeep.backend.embedding.recordings import embed_each_row, found, surveyed
from audeep.backend.embedding.trained import TrainedModel
from audeep.backend.errors import ModelError, OptionError
from audeep.backend.spectrograms.config import ExtractionConfig, SpectrogramConfig, WaveformConfig
from audeep.backend.spectrograms.preprocess import write_recordings


def classify_recordings(
    recordings: Path | str | Sequence[Path | str],
    classifier: Path | str,
    extraction: ExtractionConfig | Mapping[str, Any] | None = None,
    *,
    model_dir: Path | str | Sequence[Path | str] | None = None,
) -> pd.DataFrame:
    """Predict the labels of recordings with a saved classifier.

    Parameters
    ----------
    recordings
        Audio files; folders, for all audio files in them and below; or ``-`` for an audio file on standard input.
    classifier
        Folder that `train_classifier` wrote.
    extraction
        What to do about recordings that cannot be used, and where to work.
    model_dir
        Folder of the model that generated the vectors that the classifier was trained on, or one for each of the
        models of fused vectors; by default, where it was when the classifier was trained, relative to that. Not for
        networks that read spectrograms or waveforms.

    Returns
    -------
    pandas.DataFrame
        A row for each recording, with the columns ``filename`` and ``label``, and for each class its probability,
        ``probability_dog``. A support vector machine has no probabilities, but decision values,
        ``decision_value_dog``: the larger, the farther on the side of this class. With sets of labels, ``labels``
        holds those that apply, separated by semicolons, in place of ``label``. With continuous targets, the columns
        after ``filename`` are the targets.

    Raises
    ------
    ModelError
        If there is no classifier, or no model.
    DataError
        If the model is another one than that of the training data.
    AudioError
        If a recording cannot be used.

    Notes
    -----
    If the model was trained on chunks of recordings, the vectors of the chunks of a recording are averaged.
    Networks need no model: the spectrograms, or waveforms, of all recordings are written to a temporary file, and
    what is predicted for the chunks of a recording is averaged.

    Examples
    --------
    >>> import audeep
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import soundfile
    >>> for number in range(8):
    ...     label, random = ["hiss", "rumble"][number % 2], np.random.default_rng(number)
    ...     noise = random.normal(0, 0.1, 8000)
    ...     samples = noise if label == "hiss" else np.cumsum(noise) / 20
    ...     Path("noises", label).mkdir(parents=True, exist_ok=True)
    ...     soundfile.write(f"noises/{label}/{number}.wav", samples, 8000)
    >>> settings = audeep.SpectrogramConfig(mel_spectrum=16)
    >>> data = audeep.preprocess("noises", "noises.nc", settings, parser="NoMetadataParser")
    >>> shapes = audeep.DictionaryConfig(num_kernels=4, kernel_shapes=["3x3"])
    >>> logs = audeep.train(data, "run", shapes, seed=1)
    >>> [vectors] = audeep.generate(logs, data)
    >>> labels = [Path(name).parent.name for name in vectors.filename]
    >>> labelled = vectors.with_columns(label_nominal=np.array(labels, object))
    >>> svm = audeep.SVMConfig(complexity=0.1)
    >>> _ = audeep.train_classifier(labelled, svm, "run/classifier", seed=1)

    >>> table = audeep.classify_recordings("noises/rumble", "run/classifier")
    >>> table["label"].tolist()
    ['rumble', 'rumble', 'rumble', 'rumble']
    >>> list(table.columns)
    ['filename', 'label', 'decision_value_hiss', 'decision_value_rumble']
    """
    extraction = ExtractionConfig.of(extraction)
    names = [recordings] if isinstance(recordings, str | os.PathLike) else recordings
    trained = saving.read(Path(classifier))
    given = trained.model_dirs if model_dir is None else model_dir
    folders = [given] if isinstance(given, str | os.PathLike) else given
    with found([str(name) for name in names], sys.stdin.buffer) as files:
        if trained.pipeline[-1].takes_data_sets:
            if model_dir is not None:
                raise OptionError("`model_dir` cannot be given: the classifier reads recordings without a model")
            with preprocessed(files, trained, extraction) as data_set:
                return predictions(trained, data_set, data_set.filename)
        models = _load_models(trained, [Path(folder) for folder in folders])
        survey = surveyed(files, extraction.on_error)
        rows = [*embed_each_row(models, survey, None, extraction)]
    warn_of_left_out(survey)
    return predictions(trained, np.stack([row.vector for row in rows]), [row.filename for row in rows])


def predictions(
    trained: TrainedClassifier, features: np.ndarray | DataSet, filenames: np.ndarray | Sequence[str]
) -> pd.DataFrame:
    """Predict the labels of recordings, with the mean scores of the instances that a recording consists of."""
    pipeline, rules = trained.pipeline, RULES[trained.task]
    numbers, names = pd.factorize(np.array(filenames, object))
    if trained.task is Task.CLASSIFICATION:
        kind, values = scores(pipeline, features)
        values = means(numbers, values)
        predicted = {"label": np.array(trained.names, object)[values.argmax(axis=1)]}
        predicted |= {f"{kind}_{name}": column for name, column in zip(trained.names, values.T, strict=True)}
    else:
        predicted = rules.columns(pipeline, trained.names, means(numbers, rules.outputs(pipeline, features)))
    return pd.DataFrame({"filename": names, **predicted})


@contextmanager
def preprocessed(
    files: Mapping[str, Path], trained: TrainedClassifier, extraction: ExtractionConfig
) -> Iterator[DataSet]:
    """Make a temporary data set of recordings, with the settings of the one that a network was trained on."""
    if trained.models or not (settings := trained.spectrograms or trained.waveforms):
        raise ModelError(
            "the classifier was trained on a data set that 'audeep preprocess' alone does not make; make one like "
            f"it, and use 'audeep {command_name(type(trained.config))} predict'"
        )
    config = (SpectrogramConfig if trained.spectrograms else WaveformConfig).of(settings)
    with temporary_folder() as folder:
        table = columns.make({schema.FILENAME: [*files]})
        with write_recordings([*files.values()], table, folder / "data.nc", config, extraction) as data_set:
            check_same_features(trained, data_set, trained.config)
            yield data_set


def _load_models(trained: TrainedClassifier, folders: Sequence[Path]) -> list[TrainedModel]:
    """Load the models that generated the training data of a classifier."""
    if not trained.models:
        raise ModelError("the vectors that the classifier was trained on do not say which model made them")
    if not folders:
        raise OptionError("the classifier does not know where its model is; give `model_dir`")
    if len(folders) != len(trained.models):
        raise OptionError(f"`model_dir`: expected {len(trained.models)} model folders, got {len(folders)}")
    models = [
        TrainedModel(folder, model.get("step"), model.get("generation") or {})
        for folder, model in zip(folders, trained.models, strict=True)
    ]
    check_models(trained.models, [model.facts for model in models])
    return models
