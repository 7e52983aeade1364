"""Labels of recordings: from audio through a model to a saved classifier."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from audeep.backend.classifiers import saving
from audeep.backend.classifiers.pipeline import scores
from audeep.backend.classifiers.prediction import check_models
from audeep.backend.classifiers.trained import TrainedClassifier
from audeep.backend.embedding.model import EmbeddingModel
from audeep.backend.embedding.trained import TrainedModel
from audeep.backend.errors import ModelError, OptionError
from audeep.backend.parsers.listing import audio_below


def classify_recordings(
    recordings: Path | str | Sequence[Path | str],
    classifier: Path | str,
    *,
    model_dir: Path | str | Sequence[Path | str] | None = None,
) -> pd.DataFrame:
    """Predict the labels of recordings with a saved classifier.

    Parameters
    ----------
    recordings
        Audio files, or folders, in which all audio files are used.
    classifier
        Folder that `train_classifier` wrote.
    model_dir
        Folder of the model that generated the vectors that the classifier was trained on, or one for each of the
        models of fused vectors; by default, where it was when the classifier was trained, relative to that.

    Returns
    -------
    pandas.DataFrame
        A row for each recording, with the columns ``filename`` and ``label``, and for each class its probability,
        ``probability_dog``. A support vector machine has no probabilities, but decision values,
        ``decision_value_dog``: the larger, the farther on the side of this class.

    Raises
    ------
    ModelError
        If there is no classifier, or its model is missing or another one.
    AudioError
        If a recording cannot be used.

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
    trained = saving.read(Path(classifier))
    given = trained.model_dirs if model_dir is None else model_dir
    folders = [given] if isinstance(given, str | os.PathLike) else list(given)
    model = _load_model(trained, [Path(folder) for folder in folders])
    paths = _listed([recordings] if isinstance(recordings, str | os.PathLike) else recordings)
    vectors = model.embed(paths)
    kind, values = scores(trained.pipeline, vectors)
    columns = {f"{kind}_{label}": column for label, column in zip(trained.pipeline.classes_, values.T, strict=True)}
    names = [str(path) for path in paths]
    return pd.DataFrame({"filename": names, "label": trained.pipeline.predict(vectors), **columns})


def _load_model(trained: TrainedClassifier, folders: Sequence[Path]) -> EmbeddingModel:
    """Load the models that generated the training data of a classifier."""
    if not trained.models:
        raise ModelError("the vectors that the classifier was trained on do not say which model made them")
    if not folders:
        raise OptionError("the classifier does not know where its model is; give `model_dir`")
    if len(folders) != len(trained.models):
        raise OptionError(f"`model_dir`: expected {len(trained.models)} model folders, got {len(folders)}")
    members = [
        TrainedModel(folder, model.get("step"), model.get("generation") or {})
        for folder, model in zip(folders, trained.models, strict=True)
    ]
    model = EmbeddingModel(members)
    check_models(trained.models, model.models)
    return model


def _listed(recordings: Sequence[Path | str]) -> list[Path]:
    """Return the audio files among paths, and in folders."""
    paths = [found for path in map(Path, recordings) for found in (audio_below(path) if path.is_dir() else [path])]
    if not paths:
        raise OptionError("there are no audio files to predict labels for")
    return paths
