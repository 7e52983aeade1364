"""What holds for every classifier: the tests walk over the registry."""

import pickle
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_blobs
from sklearn.utils.estimator_checks import check_estimator

from audeep.backend.classifiers.config import EvaluationConfig, MLPConfig, PredictionConfig, Task
from audeep.backend.classifiers.estimator import Classifier
from audeep.backend.classifiers.evaluation import evaluate
from audeep.backend.classifiers.prediction import classify, predict
from audeep.backend.classifiers.registry import CLASSIFIERS, REGRESSORS, estimator_class
from audeep.backend.classifiers.saving import load_classifier, train_classifier
from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.errors import DataError, OptionError
from audeep.backend.options import Config, option
from audeep.backend.taggers.config import TaggerConfig
from audeep.cli import taggers  # noqa: F401, whose commands are looked for
from audeep.cli.classifiers import Evaluate
from audeep.cli.compare import Kind
from audeep.cli.prediction import Predict, TrainClassifier

#: Settings with which the networks that learn from labels are quick and learn.
NETWORK = {"num_epochs": 40, "learning_rate": 0.03, "batch_size": 16, "keep_prob": 0.9}
#: Parameters with which each classifier is quick and learns; an entry for each in the registry.
PARAMETERS = {
    "CNN": {"num_filters": 8, "num_blocks": 1, **NETWORK},
    "LSTM": {"num_units": (8, 6), "dense_units": (16,), **NETWORK},
    "GatedCNN": {"num_filters": 8, "num_units": 8, "num_layers": 1, **NETWORK},
    "SVM": {"complexity": 0.1},
    "MLP": {"num_epochs": 60, "learning_rate": 0.05, "num_layers": 1, "num_units": 16, "keep_prob": 0.8},
}
#: A value of a parameter that is out of its range.
WRONG = {
    "SVM": {"complexity": -1},
    "MLP": {"keep_prob": 1.5},
    "CNN": {"num_blocks": 0},
    "LSTM": {"keep_prob": 0},
    "GatedCNN": {"mixup": -1},
}
#: Checks of scikit-learn that a classifier need not pass, with the reason.
EXCEPTIONS = {
    "MLP": {
        "check_methods_sample_order_invariance": "float32: products of matrices round differently at other places",
        "check_methods_subset_invariance": "float32: products of matrices of another size round differently",
    },
}


#: Classifiers of vectors, and the networks that learn from labels.
OF_VECTORS = [config for config in CLASSIFIERS if not issubclass(config, TaggerConfig)]
NETWORKS = [
    pytest.param(config, marks=pytest.mark.long) for config in CLASSIFIERS if issubclass(config, TaggerConfig)
]


@pytest.fixture(params=[*OF_VECTORS, *NETWORKS], ids=lambda config: config.__name__)
def classifier(request: pytest.FixtureRequest) -> Classifier:
    estimator = estimator_class(request.param)
    return estimator(**PARAMETERS[estimator.__name__], random_state=1)


def instances(classifier: Classifier, count: int = 60, num_classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Make far-apart clusters of instances of the shape that a classifier takes."""
    shape = (8, 3, 2)[: classifier.num_feature_dims]
    features, labels = make_blobs(
        count, centers=num_classes, n_features=np.prod(shape), cluster_std=0.1, random_state=1
    )
    return (features / 10).reshape(-1, *shape).astype(np.float32), labels


def noise(classifier: Classifier) -> tuple[np.ndarray, np.ndarray]:
    features, _ = instances(classifier, 90)
    random = np.random.default_rng(0)
    return random.normal(size=features.shape), random.integers(0, 3, 90)


def as_data_set(features: np.ndarray, labels: np.ndarray) -> DataSet:
    names = [f"dim_{number}" for number in range(1, features.ndim)]
    return from_columns(
        features,
        names,
        filename=[f"{number:02}" for number in range(len(labels))],
        cv_folds=np.eye(2)[np.arange(len(labels)) // 4 % 2],
        label_nominal=np.array(list("dcba"))[labels],
    )


# Its checks know no classifiers of matrices.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "classifier",
    # A network takes long.
    [pytest.param(config, marks=pytest.mark.long if config is MLPConfig else ()) for config in OF_VECTORS],
    ids=lambda config: config.__name__,
    indirect=True,
)
def test_is_an_estimator_of_scikit_learn(classifier: Classifier) -> None:
    name = type(classifier).__name__
    results = check_estimator(classifier, expected_failed_checks=EXCEPTIONS.get(name, {}), on_skip=None)
    assert len(results) > 40


@pytest.mark.parametrize("labels", ["numbers", "text"])
def test_learns_and_predicts(classifier: Classifier, labels: str) -> None:
    features, numbers = instances(classifier)
    # Not consecutive: a class of the data set may be absent from the training data.
    targets = numbers * 3 + 2 if labels == "numbers" else np.array(["d", "a", "ccc", "bb"])[numbers]
    assert classifier.fit(features, targets) is classifier
    assert classifier.converged_
    assert classifier.classes_.tolist() == sorted(set(targets.tolist()))
    predicted = classifier.predict(features)
    assert predicted.dtype == targets.dtype
    assert predicted.tolist() == targets.tolist()
    for scores in ("predict_proba", "decision_function"):
        if hasattr(classifier, scores):
            assert getattr(classifier, scores)(features).shape == (60, 4)
            assert (classifier.classes_[getattr(classifier, scores)(features).argmax(1)] == targets).all()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "config",
    [pytest.param(config, marks=pytest.mark.long if config is MLPConfig else ()) for config in OF_VECTORS],
    ids=lambda config: config.__name__,
)
def test_regressor_is_an_estimator_of_scikit_learn(config: type[Config]) -> None:
    parameters = PARAMETERS[estimator_class(config).__name__]
    regressor = estimator_class(config, Task.REGRESSION)(**parameters, random_state=1)
    results = check_estimator(regressor, on_skip=None)
    assert "check_regressor_multioutput" in {result["check_name"] for result in results}


def test_two_classes_and_a_single_instance(classifier: Classifier) -> None:
    features, labels = instances(classifier, num_classes=2)
    assert classifier.fit(features, labels).predict(features[:1]).tolist() == labels[:1].tolist()


def test_kind_of_float_does_not_matter(classifier: Classifier) -> None:
    features, labels = noise(classifier)
    features = features.astype(np.float32)
    single = clone(classifier).fit(features, labels).predict(features)
    double = clone(classifier).fit(features.astype(np.float64), labels).predict(features.astype(np.float64))
    assert single.tolist() == double.tolist()


@pytest.mark.parametrize("seed", [4, np.random.SeedSequence(4, spawn_key=(1,))], ids=["int", "sequence"])
def test_same_seed_same_predictions(classifier: Classifier, seed: object) -> None:
    features, labels = noise(classifier)
    classifier.set_params(random_state=seed)
    others = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = classifier.fit(features, labels).predict(features).tolist()
    assert np.random.get_state()[1].tolist() == others  # noqa: NPY002
    assert classifier.fit(features, labels).predict(features).tolist() == first
    again = clone(classifier)
    assert again.get_params() == classifier.get_params() or isinstance(seed, np.random.SeedSequence)
    assert again.fit(features, labels).predict(features).tolist() == first


# Keras on NumPy 2.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_can_be_pickled(classifier: Classifier) -> None:
    features, labels = noise(classifier)
    predicted = classifier.fit(features, labels).predict(features)
    assert pickle.loads(pickle.dumps(classifier)).predict(features).tolist() == predicted.tolist()


def test_can_be_restored_from_arrays(classifier: Classifier) -> None:
    features, labels = noise(classifier)
    classifier.fit(features, labels)
    arrays = classifier.to_arrays()
    assert all(array.dtype.kind == "f" for array in arrays.values())
    restored = clone(classifier).restore(arrays, classifier.classes_)
    assert restored.predict(features).tolist() == classifier.predict(features).tolist()
    assert getattr(restored, "n_features_in_", None) == getattr(classifier, "n_features_in_", None)
    with pytest.raises((KeyError, ValueError)):
        clone(classifier).restore({}, classifier.classes_)
    with pytest.raises(ValueError, match="expected"):
        clone(classifier).restore(arrays, classifier.classes_[:2])


def test_parameters_are_those_of_the_configuration(classifier: Classifier) -> None:
    given = PARAMETERS[type(classifier).__name__]
    values = vars(classifier.config(**given))
    # Defaults of plain types, as scikit-learn expects.
    expected = {name: value.name if isinstance(value, Enum) else value for name, value in values.items()}
    expected["random_state"] = 1
    assert classifier.get_params() == expected
    features, labels = instances(classifier)
    ((name, value),) = WRONG[type(classifier).__name__].items()
    with pytest.raises(OptionError, match=f"`{name}`: must be .*{value}"):
        classifier.set_params(**{name: value}).fit(features, labels)


def test_evaluates_and_predicts(classifier: Classifier, tmp_path: Path) -> None:
    features, labels = instances(classifier)
    config = classifier.config(**PARAMETERS[type(classifier).__name__])
    data_set = as_data_set(features, labels)
    data_set.save(tmp_path / "data.nc")
    # A path is as good as a data set.
    for data in (data_set, tmp_path / "data.nc"):
        assert evaluate(data, config, EvaluationConfig(cross_validate=True), seed=0).accuracy == 1
        predictions = predict(data, data, config, PredictionConfig(), seed=0)
        assert predictions.labels.tolist() == data_set.label_nominal.tolist()


def test_can_be_saved(classifier: Classifier, tmp_path: Path) -> None:
    data_set = as_data_set(*instances(classifier))
    config = classifier.config(**PARAMETERS[type(classifier).__name__])
    trained = train_classifier(data_set, config, tmp_path, seed=0)
    features = data_set.features.values
    assert load_classifier(tmp_path).predict(features).tolist() == trained.predict(features).tolist()
    assert classify(data_set, tmp_path).labels.tolist() == data_set.label_nominal.tolist()


def test_has_commands_and_documentation() -> None:
    assert {kind.value for kind in Kind} == set(OF_VECTORS)
    for base in (Evaluate, Predict, TrainClassifier):
        assert {command.classifier for command in base.__subclasses__()} == set(CLASSIFIERS)
    text = Path(__file__).parents[2].joinpath("docs", "python", "reference.md").read_text(encoding="utf-8")
    for config in CLASSIFIERS:
        assert f"   {config.__name__}\n" in text
        assert f"   {estimator_class(config).__name__}\n" in text
    for config in REGRESSORS:
        assert f"   {estimator_class(config, Task.REGRESSION).__name__}\n" in text


class TemplateConfig(Config):
    """Choices of a made-up classifier of matrices."""

    power: float = option(2, above=0, help="power of the distance")


class Templates(Classifier, config=TemplateConfig):
    """Finds the class whose mean matrix is nearest."""

    num_feature_dims = 2

    def _train(self, X: np.ndarray, targets: np.ndarray, config: TemplateConfig, *_: object) -> None:
        self.means_ = np.stack([X[targets == number].mean(axis=0) for number in range(len(self.classes_))])
        self.converged_ = True

    def predict(self, X: np.ndarray) -> np.ndarray:
        distances = np.abs(self._validated(X)[:, np.newaxis] - self.means_) ** self.power
        return self.classes_[distances.sum(axis=(2, 3)).argmin(axis=1)]

    def to_arrays(self) -> dict[str, np.ndarray]:
        return {"means": self.means_}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.means_ = arrays["means"]
        if len(self.means_) != len(self.classes_):
            raise ValueError(f"expected {len(self.classes_)} matrices")


def test_a_made_up_classifier_of_matrices(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(CLASSIFIERS, TemplateConfig, f"{__name__}:Templates")
    monkeypatch.setitem(PARAMETERS, "Templates", {"power": 1.5})
    test_evaluates_and_predicts(Templates(power=1.5), tmp_path)
    test_can_be_saved(Templates(power=1.5), tmp_path / "saved")
    test_can_be_restored_from_arrays(Templates(power=1.5))
    vectors = as_data_set(np.zeros((8, 3)), np.arange(8) % 4)
    with pytest.raises(DataError, match=r"dimensions dim_1 \(3\), but this classifier expects 2 dimensions"):
        evaluate(vectors, TemplateConfig(), EvaluationConfig(cross_validate=True))
