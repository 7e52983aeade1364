"""Embedding on a Dask cluster."""

from collections.abc import Generator, Sequence
from functools import lru_cache
from pathlib import Path

from audeep.backend.cluster import ahead, check_readable, connected, map_batches
from audeep.backend.embedding.config import EmbeddingConfig
from audeep.backend.embedding.stream import Result, embed_files
from audeep.backend.embedding.trained import TrainedModel
from audeep.backend.spectrograms.cluster import BATCH
from audeep.backend.training.description import FILE
from audeep.backend.training.generation import Origin, check_weights


def embed_on_cluster(
    models: Sequence[TrainedModel], paths: Sequence[Path], address: str, windows: EmbeddingConfig | None = None
) -> Generator[Result, None, None]:
    """Yield what `embed_files` yields; workers are a few batches ahead."""
    files = [path.absolute() for path in paths]
    origins = tuple((item.folder.absolute(), item.step, item.config, item.facts["weights"]) for item in models)
    with connected(address) as client:
        size = max(1, min(BATCH, len(files) // ahead(client)))
        batches = (files[start : start + size] for start in range(0, len(files), size))
        for results in map_batches(client, _embed_there, batches, origins, windows):
            yield from results


def _embed_there(
    paths: Sequence[Path], origins: tuple[Origin, ...], windows: EmbeddingConfig | None
) -> list[Result]:
    """Embed some recordings on a worker."""
    check_readable(paths, "the recordings")
    return [*embed_files(_loaded(origins), paths, windows, jobs=1)]


@lru_cache(maxsize=2)
def _loaded(origins: tuple[Origin, ...]) -> list[TrainedModel]:
    """Load models on a worker, once for all recordings."""
    check_readable([folder / FILE for folder, *_ in origins], "the models")
    models = [TrainedModel(folder, step, config) for folder, step, config, _ in origins]
    for model, (folder, _, _, weights) in zip(models, origins, strict=True):
        check_weights(folder, model.model, weights)
    return models
