"""Registry of the classifiers, which command line, documentation and tests iterate over."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

from audeep.backend.classifiers.config import MLPConfig, SVMConfig, Task
from audeep.backend.errors import OptionError
from audeep.backend.options import Config
from audeep.backend.taggers.config import CNNConfig, GatedCNNConfig, LSTMConfig

if TYPE_CHECKING:
    from audeep.backend.classifiers.estimator import Learner

#: Estimator of each configuration, imported when needed: TensorFlow takes seconds to load.
CLASSIFIERS: dict[type[Config], str] = {
    MLPConfig: "audeep.backend.classifiers.mlp:MLP",
    SVMConfig: "audeep.backend.classifiers.svm:SVM",
    CNNConfig: "audeep.backend.classifiers.taggers:CNN",
    LSTMConfig: "audeep.backend.classifiers.taggers:LSTM",
    GatedCNNConfig: "audeep.backend.classifiers.taggers:GatedCNN",
}
#: Its counterpart that learns continuous targets, if there is one.
REGRESSORS: dict[type[Config], str] = {
    MLPConfig: "audeep.backend.classifiers.mlp:MLPRegressor",
    SVMConfig: "audeep.backend.classifiers.svm:SVMRegressor",
    CNNConfig: "audeep.backend.classifiers.taggers:CNNRegressor",
    LSTMConfig: "audeep.backend.classifiers.taggers:LSTMRegressor",
    GatedCNNConfig: "audeep.backend.classifiers.taggers:GatedCNNRegressor",
}


def estimator_class(config: type[Config], task: Task = Task.CLASSIFICATION) -> type[Learner]:
    """Import the estimator of a configuration."""
    if config not in CLASSIFIERS:
        names = " or ".join(known.__name__ for known in CLASSIFIERS)
        raise OptionError(f"expected the configuration of a classifier, such as {names}, got {config.__name__}")
    if task is Task.REGRESSION and config not in REGRESSORS:
        raise OptionError(f"`task`: {config.__name__} does not learn continuous targets")
    estimator = pkgutil.resolve_name((REGRESSORS if task is Task.REGRESSION else CLASSIFIERS)[config])
    if task is Task.MULTI_LABEL and not estimator.multi_label:
        raise OptionError(f"`task`: {config.__name__} does not learn sets of labels")
    return estimator


def classifier_name(config: type[Config]) -> str:
    """Return the name of the classifier with this configuration, such as SVM, whatever its task."""
    return CLASSIFIERS[config].rpartition(":")[2]


def command_name(config: type[Config]) -> str:
    """Return the name of the classifier on the command line, such as svm."""
    return getattr(config, "kind", classifier_name(config).lower())


def config_class(name: str) -> type[Config]:
    """Return the configuration of a classifier by its name, such as SVM; `KeyError` if unknown."""
    return {classifier_name(config): config for config in CLASSIFIERS}[name]
