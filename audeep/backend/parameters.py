"""Parameters of scikit-learn estimators, which are the fields of configurations."""

import enum
from collections.abc import Callable, Collection, Mapping
from dataclasses import field, fields, make_dataclass
from typing import Any, TypeVar

from audeep.backend.options import Config

ConfigT = TypeVar("ConfigT", bound=Config)


def defaults(config: type[Config], without: Collection[str] = ()) -> dict[str, Any]:
    """Return the defaults of the fields of a configuration, `MISSING` if required, but not those in `without`.

    Members of enumerations are given by name: scikit-learn expects defaults of plain types.
    """
    own = {item.name: item.default for item in fields(config) if item.name not in without}  # type: ignore[arg-type]
    return {name: value.name if isinstance(value, enum.Enum) else value for name, value in own.items()}


def initializer(parameters: Mapping[str, Any]) -> Callable[..., None]:
    """Make the ``__init__`` of an estimator, which stores these parameters; the values are their defaults."""
    # scikit-learn reads the parameters from the signature of `__init__`, which a dataclass provides.
    declared = [(name, Any, field(default=default)) for name, default in parameters.items()]
    return make_dataclass("Parameters", declared, kw_only=True).__init__  # type: ignore[misc]


def config_of(estimator: object, config: type[ConfigT], without: Collection[str] = ()) -> ConfigT:
    """Return a configuration with the parameters of an estimator; `OptionError` if one is out of range."""
    return config(**{name: getattr(estimator, name) for name in defaults(config, without)})
