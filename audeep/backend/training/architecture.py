"""What every model can be made from: a configuration that says which model it is, and how large."""

import pkgutil
from collections.abc import Sequence
from typing import Any, ClassVar

from audeep.backend.options import Config


class Architecture(Config):
    """Base of the configurations of models."""

    #: Name of the model on the command line and in ``model.json``.
    kind: ClassVar[str]
    #: Its class, ``package.module:Class``; imported when a model is made, since that takes TensorFlow.
    model: ClassVar[str]

    def make(self, feature_shape: Sequence[int]) -> Any:
        """Make a model, a subclass of `audeep.backend.training.model.Model`, with all its weights."""
        model = pkgutil.resolve_name(self.model)(self, tuple(feature_shape))
        model.build((None, *feature_shape))
        return model

    @property
    def directions(self) -> int:
        """Number of directions, independent of each other, in which parts of the model work at most."""
        bidirectional = (value for name, value in self.to_dict().items() if name.startswith("bidirectional"))
        return 2 if any(bidirectional) else 1


#: The architectures that there are, by kind: command line, documentation and tests walk over them.
ARCHITECTURES: dict[str, type[Architecture]] = {}
