"""t-SNE: places instances in the plane such that similar ones are close together."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.data.vectors import check_vectors, read_vectors
from audeep.backend.errors import DataError, OptionError
from audeep.backend.log import LOG
from audeep.backend.seeds import check_seed, root_seed
from audeep.backend.visualization.config import INSTANCES_PER_NEIGHBOUR, PERPLEXITY, TSNEConfig

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Vectors with more features are first reduced to this many: t-SNE computes distances between all instances,
#: which is slow, and noisy in many dimensions.
MAX_FEATURES = 50
#: Up to this many instances are placed by one thread. Several threads wait for each other in each of thousands of
#: short steps: on a busy machine, two threads took 40 s for 45 instances, one takes 1 s.
ONE_THREAD = 10_000


def tsne(
    data: Path | str | DataSet, config: TSNEConfig | Mapping[str, Any] | None = None, *, seed: int | None = None
) -> np.ndarray:
    """Place the instances of a data set in the plane with t-SNE.

    Parameters
    ----------
    data
        Instances with one vector each, such as those written by `t-rae generate`.
    config
        Settings of t-SNE.
    seed
        Makes the result repeatable.

    Returns
    -------
    numpy.ndarray
        Coordinates, shape (instance, 2). Neighbourhoods are meaningful; directions, and distances between far
        points, are not.

    Raises
    ------
    OptionError
        If there are too few instances for the given perplexity.
    DataError
        If the features are not vectors of finite numbers, or are all the same, or if there is only one instance.

    References
    ----------
    van der Maaten and Hinton, Visualizing Data using t-SNE, Journal of Machine Learning Research 9, 2008.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> config = audeep.TSNEConfig(perplexity=3)
    >>> audeep.tsne(make_data_set(12, generated=4), config, seed=1).shape
    (12, 2)
    """
    config = TSNEConfig.of(config)
    # scikit-learn accepts no other kind of generator.
    random = np.random.RandomState(np.random.MT19937(root_seed(seed)))
    with opened(data) as data_set:
        check_vectors(data_set, "t-SNE")
        perplexity = choose_perplexity(data_set, config)
        vectors = read_vectors(data_set)
        if (vectors == vectors[0]).all():
            raise DataError(f"all instances in {data_set.name} have the same features; there is nothing to show")
    # Imported late, because the checks should not wait for a slow import.
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    if vectors.shape[1] > MAX_FEATURES:
        vectors = PCA(min(MAX_FEATURES, len(vectors)), random_state=random).fit_transform(vectors)
    LOG.info("placing %d instances with t-SNE", len(vectors))
    method = TSNE(
        perplexity=perplexity,
        learning_rate=config.learning_rate,
        # Principal components are a better start than random positions, but need two features.
        init="pca" if vectors.shape[1] > 1 else "random",
        random_state=random,
    )
    with threadpool_limits(1 if len(vectors) <= ONE_THREAD else None, user_api="openmp"):
        return method.fit_transform(vectors)


def choose_perplexity(data_set: DataSet, config: TSNEConfig) -> float:
    """Return the given perplexity, or by default one that suits the number of instances."""
    count, perplexity = len(data_set), config.perplexity
    if perplexity is None:
        if count < 2:
            raise DataError(f"t-SNE needs at least 2 instances; {data_set.name} has {count}")
        perplexity = max(1, min(PERPLEXITY, (count - 1) // INSTANCES_PER_NEIGHBOUR))
        if perplexity < PERPLEXITY:
            LOG.warning(
                f"perplexity lowered from {PERPLEXITY} to {perplexity}, because {data_set.name} has only {count} "
                "instances; set `perplexity` to choose another"
            )
    if perplexity >= count:
        raise OptionError(
            f"`perplexity`: {perplexity:g} is too high for the {count} instances in {data_set.name}; it must be "
            "below their number, and works best far below it"
        )
    return perplexity


def plot_tsne(
    figure: Figure, data: Path | str | DataSet, config: TSNEConfig | None = None, *, seed: int | None = None
) -> None:
    """Plot the instances of a data set as placed by `tsne`, which has the same parameters.

    The title shows the seed, even if it was chosen at random, so that the plot can be reproduced.
    """
    from audeep.backend.visualization.scatter import plot_points

    config = config or TSNEConfig()
    seed = secrets.randbits(32) if seed is None else check_seed(seed)
    with opened(data) as data_set:
        config = replace(config, perplexity=choose_perplexity(data_set, config))
        points = tsne(data_set, config, seed=seed)
        settings = f"perplexity {config.perplexity:g}, learning rate {config.learning_rate:g}, seed {seed}"
        title = f"t-SNE of {Path(data_set.name).name}\n{settings}"
        plot_points(figure, points, data_set.label_nominal, title)
