"""Choices of the pictures of data sets."""

from audeep.backend.options import Config, option

#: The perplexity unless another is given, or there are fewer than this many instances for each neighbour.
PERPLEXITY, INSTANCES_PER_NEIGHBOUR = 50, 3


class TSNEConfig(Config):
    """How t-SNE places the instances.

    Examples
    --------
    >>> import audeep
    >>> audeep.TSNEConfig(perplexity=30).perplexity
    30.0
    """

    perplexity: float | None = option(
        None,
        above=0,
        metavar="P",
        help="about how many neighbours each instance is kept close to; less than the number of instances. Small "
        f"values show small groups, large ones the whole. 5 to 50 are usual. Without it, {PERPLEXITY}, or a third "
        "of the instances if these are fewer",
    )
    learning_rate: float = option(
        1000,
        above=0,
        at_most=1e38,
        metavar="RATE",
        help="how far points move in a step. If all end up in one dense ball, it is too large or too small; 10 to "
        "1000 are usual",
    )
