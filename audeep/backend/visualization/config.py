"""Configuration of plots of data sets."""

import enum

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


class AttentionPlotConfig(Config):
    """Whose attention to draw."""

    instance: int = option(0, metavar="INDEX", at_least=0, help="index of the recording to draw, counted from 0")


class Projection(enum.Enum):
    """How instances are placed in the plane."""

    TSNE = "t-SNE"
    PCA = "PCA"


class Sound(enum.Enum):
    """How the sounds of a map reach the page."""

    AUTO = "auto"
    EMBED = "embed"
    LINK = "link"
    NONE = "none"


class MapConfig(TSNEConfig):
    """How a map of recordings is made.

    Examples
    --------
    >>> import audeep
    >>> audeep.MapConfig(projection="pca").projection
    <Projection.PCA: 'PCA'>
    """

    projection: Projection = option(
        Projection.TSNE,
        help="how recordings are placed: TSNE, similar ones close together; PCA, by the two directions in which "
        "the vectors vary most, which keeps large distances",
    )
    sound: Sound = option(
        Sound.AUTO,
        help="with `basedir`: EMBED puts the first ten seconds of each recording into the page, as MP3 of about "
        "3 kB a second; LINK refers to the recordings where they are, so that the page cannot be moved alone; NONE "
        "is silent; AUTO embeds up to an hour of sound, and links to more",
    )
