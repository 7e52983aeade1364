"""Saved classifiers: a folder with a description, and weights as plain arrays.

Nothing in it is executed or unpickled.
"""

import hashlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from audeep import __version__
from audeep.backend.atomic import replacing_all
from audeep.backend.classifiers.config import ClassifierTrainingConfig, Task
from audeep.backend.classifiers.estimator import Learner
from audeep.backend.classifiers.registry import classifier_name, config_class, estimator_class
from audeep.backend.classifiers.tasks import task_of
from audeep.backend.classifiers.trained import TrainedClassifier, train_on
from audeep.backend.classifiers.training_data import check_features
from audeep.backend.data import attributes, schema
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.errors import AudeepError, ModelError, OptionError, first_line
from audeep.backend.options import Config, parse
from audeep.backend.seeds import root_seed
from audeep.backend.training.config import CheckpointConfig

#: Description, and weights.
FILE, WEIGHTS = "classifier.json", "weights.npz"
#: Fitted attributes of a `StandardScaler`.
SCALER = ("mean_", "scale_", "var_")


def train_classifier(
    data: Path | str | DataSet,
    classifier: Config,
    path: Path | str,
    config: ClassifierTrainingConfig | Mapping[str, Any] | None = None,
    *,
    model_dir: Path | str | Sequence[Path | str] | None = None,
    checkpoints: CheckpointConfig | Mapping[str, Any] | None = None,
    seed: int | None = None,
) -> Pipeline:
    """Train a classifier and save it, to label new recordings with.

    Parameters
    ----------
    data
        Vectors, or for networks that learn from labels, spectrograms, waveforms or sequences of vectors; with
        labels, sets of labels, or continuous targets.
    classifier
        Configuration of the classifier, one of `audeep.backend.classifiers.registry.CLASSIFIERS`.
    path
        Folder to write ``classifier.json`` and ``weights.npz`` to.
    config
        What to learn, and from which instances.
    model_dir
        Folder of the model that generated the vectors, for `classify_recordings`, or one for each of the models of
        fused vectors; by default the folder ``logs`` beside `path`, if it contains a model. Its place is saved
        relative to `path`.
    checkpoints
        Where to save the state of the training of a network after each epoch, and whether to continue from there.
    seed
        Makes the result repeatable; required with `checkpoints`.

    Returns
    -------
    sklearn.pipeline.Pipeline
        The trained classifier, as `load_classifier` returns it.

    Raises
    ------
    DataError
        If instances have no label, or the classifier cannot use the data set.
    ModelError
        If `model_dir` contains no model, or training diverges or cannot continue: from no checkpoint, or with other
        settings or on other data than before.
    OptionError
        If there are `checkpoints` but no `seed`, or if the classifier is not a network that saves any.
    AudeepError
        If the classifier cannot be written.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> vectors = make_data_set(8, labels=["cat", "dog"], generated=4)
    >>> pipeline = audeep.train_classifier(vectors, audeep.SVMConfig(complexity=0.1), "classifier", seed=1)
    >>> pipeline.predict(vectors.features.values).shape
    (8,)
    """
    root, config, folder = root_seed(seed), ClassifierTrainingConfig.of(config), Path(path)
    checkpoints = CheckpointConfig.of(checkpoints)
    if checkpoints.checkpoint_dir and seed is None:
        raise OptionError("`checkpoint_dir` requires `seed`, because training continues with the same seed")
    if folder.exists() and not folder.is_dir():
        raise AudeepError(f"{folder} is a file; expected a folder for the classifier")
    model_dirs = _model_folders(model_dir, beside=folder)
    with opened(data) as data_set:
        check_features(data_set, classifier)
        used = data_set.are_in(config.train_partitions)
        task = task_of(data_set, config.task)
        trained = train_on(
            data_set, used, classifier, task=task, upsample=config.upsample, seed=root, checkpoints=checkpoints
        )
    write(replace(trained, model_dirs=model_dirs), folder)
    trained.warn_unless_converged()
    return trained.pipeline


def load_classifier(path: Path | str) -> Pipeline:
    """Load a classifier that `train_classifier` saved.

    Parameters
    ----------
    path
        Folder of the classifier.

    Returns
    -------
    sklearn.pipeline.Pipeline
        A `StandardScaler` and an `SVM` or `MLP`, which take vectors, shape (instance, feature); or
        ``"passthrough"`` and a `CNN`, `LSTM` or `GatedCNN`, which take an array or a `DataSet` of what they were
        trained on. ``predict`` returns label names, shape (instance,). A classifier of sets of labels returns 1
        where a label applies and 0 where not, shape (instance, label); a regressor, such as an `SVMRegressor`,
        returns targets, shape (instance, target); both in the order of ``names`` in ``classifier.json``.

    Raises
    ------
    ModelError
        If there is no classifier, or it is damaged.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> vectors = make_data_set(8, labels=["cat", "dog"], generated=4)
    >>> _ = audeep.train_classifier(vectors, audeep.MLPConfig(num_epochs=2), "classifier", seed=1)
    >>> classifier = audeep.load_classifier("classifier")
    >>> classifier.classes_.tolist(), classifier.predict_proba(vectors.features.values).shape
    (['cat', 'dog'], (8, 2))
    """
    return read(Path(path)).pipeline


def write(trained: TrainedClassifier, folder: Path) -> None:
    """Write a classifier into a folder, which is created if missing; `ModelError` if its weights are not finite."""
    scaler, estimator = trained.pipeline
    arrays = {f"classifier.{name}": array for name, array in estimator.to_arrays().items()}
    scalers = {"scaler": scaler, "target_scaler": getattr(estimator, "scaler_", None)}
    for kind, item in scalers.items():
        if isinstance(item, StandardScaler):
            arrays |= {f"{kind}.{name}": getattr(item, name) for name in SCALER}
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise ModelError(
            "the training diverged: the weights of the classifier are not finite, so it was not saved; "
            f"{estimator.remedy} may help"
        )
    file = io.BytesIO()
    np.savez(file, **arrays)
    facts = {
        "classifier": classifier_name(type(trained.config)),
        "task": trained.task.name,
        "config": trained.config.to_dict(),
        "chosen": trained.chosen,
        "names": [*trained.names],
        "label_map": trained.label_map,
        "feature_shape": trained.feature_shape,
        "encoder": getattr(estimator, "encoder_", None),
        "spectrograms": trained.spectrograms,
        "waveforms": trained.waveforms,
        "models": trained.models,
        "model_dirs": [_relative(model_dir, folder) for model_dir in trained.model_dirs],
        "sha256": _digest(file.getvalue()),
        "versions": {"audeep": __version__, "numpy": np.__version__, "scikit-learn": sklearn.__version__},
    }
    # The description last: it is what makes the folder a classifier.
    with replacing_all([folder / WEIGHTS, folder / FILE], folder) as (weights, description):
        weights.write_bytes(file.getvalue())
        description.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> TrainedClassifier:
    """Read a classifier from its folder; raise a `ModelError` if there is none, or it is damaged."""
    if not (folder / FILE).is_file():
        below = "".join(f"; did you mean {found.parent}?" for found in sorted(folder.glob(f"*/{FILE}"))[:1])
        raise ModelError(f"{folder} contains no classifier: {FILE} not found{below}")
    try:
        facts = json.loads((folder / FILE).read_text(encoding="utf-8"))
        content = (folder / WEIGHTS).read_bytes()
        if _digest(content) != facts["sha256"]:
            raise ValueError(f"{WEIGHTS} does not belong to {FILE}")
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = dict(file)
        return _restored(facts, arrays, folder)
    except Exception as error:
        # Libraries may raise anything for a damaged file.
        raise ModelError(f"the classifier in {folder} is damaged: {first_line(error)}") from error


def _restored(facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray], folder: Path) -> TrainedClassifier:
    """Make a classifier from the contents of its files; raises anything if they are invalid."""
    for name, array in arrays.items():
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise ValueError(f"{name} contains other values than finite numbers")
    config, task = config_class(facts["classifier"])(**facts["config"]), Task[facts["task"]]
    names = np.array(facts["names"], str)
    estimator = _restored_estimator(config, task, names, arrays, facts.get("encoder"))
    for name in getattr(config, "chosen", ()):
        setattr(estimator, f"{name}_", parse(facts["chosen"][name], float))
    is_vector = estimator.num_feature_dims == 1
    scaler = _restored_scaler(arrays, "scaler", estimator.n_features_in_) if is_vector else "passthrough"
    attrs = attributes.write_label_map(facts["label_map"]) | attributes.write_models(facts["models"])
    attrs |= {name: json.dumps(facts.get(name)) for name in (schema.SPECTROGRAMS, schema.WAVEFORMS)}
    attributes.check(attrs, [])
    return TrainedClassifier(
        pipeline=Pipeline([("scaler", scaler), ("classifier", estimator)]),
        config=config,
        feature_shape=tuple(map(int, facts["feature_shape"])),
        label_map=attributes.read_label_map(attrs),
        models=attributes.read_models(attrs),
        model_dirs=[folder / model_dir for model_dir in facts["model_dirs"]],
        task=task,
        names=names.tolist(),
        spectrograms=attributes.read(attrs, schema.SPECTROGRAMS, dict),
        waveforms=attributes.read(attrs, schema.WAVEFORMS, dict),
    )


def _restored_estimator(
    config: Config,
    task: Task,
    names: np.ndarray,
    arrays: Mapping[str, np.ndarray],
    encoder: Mapping[str, Any] | None,
) -> Learner:
    """Make an estimator from its arrays and the names of what it predicts; raises anything if they are invalid.

    `encoder` describes the model with whose encoder it began, if there is one.
    """
    fewest = 1 if task is Task.REGRESSION else 2
    if names.ndim != 1 or len({*names.tolist()}) != len(names) or len(names) < fewest:
        raise ValueError(f"expected {fewest} or more different names of {task.value}")
    if task is Task.CLASSIFICATION and (names[1:] < names[:-1]).any():
        raise ValueError("labels are not in alphabetical order")
    own = {name.removeprefix("classifier."): array for name, array in arrays.items()}
    estimator: Any = estimator_class(type(config), task)(**vars(config))
    if encoder is not None:
        estimator.encoder_ = encoder
    if task is Task.REGRESSION:
        return estimator.restore(own, _restored_scaler(arrays, "target_scaler", len(names)))
    has_sets = task is Task.MULTI_LABEL
    return estimator.restore(own, np.arange(len(names)) if has_sets else names, has_sets=has_sets)


def _restored_scaler(arrays: Mapping[str, np.ndarray], kind: str, size: int) -> StandardScaler:
    """Make a scaler of vectors or targets of some size from its arrays."""
    scaler = StandardScaler()
    scaler.n_features_in_ = size
    for name in SCALER:
        setattr(scaler, name, arrays[f"{kind}.{name}"].reshape(size))
    return scaler


def _model_folders(given: Path | str | Sequence[Path | str] | None, beside: Path) -> list[Path]:
    """Return the model folders that are given, or the folder ``logs`` beside a classifier, if there is one."""
    # Only the name of the file: what reads it needs TensorFlow.
    name = "model.json"
    if given is None:
        logs = beside.absolute().parent / "logs"
        return [logs] if (logs / name).is_file() else []
    folders = [Path(given)] if isinstance(given, str | os.PathLike) else [Path(folder) for folder in given]
    for folder in folders:
        if not (folder / name).is_file():
            raise ModelError(f"{folder} contains no model: {name} not found")
    return folders


def _relative(path: Path, folder: Path) -> str:
    """Return the path from a folder, so that both may be moved together."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
