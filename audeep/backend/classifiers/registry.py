"""Registry of the classifiers, which command line, documentation and tests iterate over."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

from audeep.backend.classifiers.config import MLPConfig, SVMConfig
from audeep.backend.errors import OptionError
from audeep.backend.options import Config

if TYPE_CHECKING:
    from audeep.backend.classifiers.estimator import Classifier

#: Estimator of each configuration, imported when needed: TensorFlow takes seconds to load.
CLASSIFIERS: dict[type[Config], str] = {
    MLPConfig: "audeep.backend.classifiers.mlp:MLP",
    SVMConfig: "audeep.backend.classifiers.svm:SVM",
}


def estimator_class(config: type[Config]) -> type[Classifier]:
    """Import the estimator of a configuration."""
    if config not in CLASSIFIERS:
        names = " or ".join(known.__name__ for known in CLASSIFIERS)
        raise OptionError(f"expected the configuration of a classifier, such as {names}, got {config.__name__}")
    return pkgutil.resolve_name(CLASSIFIERS[config])


def config_class(name: str) -> type[Config]:
    """Return the configuration of a classifier by the name of its estimator, such as SVM; `KeyError` if unknown."""
    return {path.rpartition(":")[2]: config for config, path in CLASSIFIERS.items()}[name]
