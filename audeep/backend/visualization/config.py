"""Configuration of plots of data sets."""

from audeep.backend.options import Config, option

#: Default perplexity, if there are at least this many instances per neighbour.
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
        help="about how many neighbours each instance is kept close to; must be below the number of instances. "
        "Small values emphasise small groups, large ones the overall structure; 5 to 50 are usual "
        f"(default: {PERPLEXITY}, or a third of the number of instances if that is lower)",
    )
    learning_rate: float = option(
        1000,
        above=0,
        at_most=1e38,
        metavar="RATE",
        help="how far points move in each step; if they end up in one dense ball, it is too high or too low. 10 to "
        "1000 are usual",
    )
