"""Files for TensorBoard's projector: vectors of recordings as points, each with its spectrogram."""

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import tensorflow as tf

from audeep.backend.atomic import replacing_all
from audeep.backend.audio.names import printable
from audeep.backend.data.data_set import DataSet
from audeep.backend.spectrograms.plotting import COLOURS

#: Subfolder of the model folder.
FOLDER = "projector"
#: Width and height of the picture of a spectrogram, in pixels.
THUMBNAIL = 64
#: Shares of the values that are drawn in the darkest and in the brightest colour.
DARKEST, BRIGHTEST = 0.01, 0.999


def write_projector(logs: Path, instances: DataSet, vectors: np.ndarray) -> None:
    """Write the vectors of some instances, shape (instance, feature), with their names, labels and spectrograms.

    There are pictures only of features with two dimensions, time and frequency.
    """
    # Deferred, because it takes TensorBoard a while to load.
    from google.protobuf import text_format
    from tensorboard.plugins.projector import ProjectorConfig
    from tensorboard.plugins.projector.metadata import PROJECTOR_FILENAME

    config = ProjectorConfig()
    embedding = config.embeddings.add()
    embedding.tensor_name = "vectors"
    files = {name: logs / FOLDER / name for name in ("vectors.tsv", "metadata.tsv", "spectrograms.png")}
    embedding.tensor_path, embedding.metadata_path, embedding.sprite.image_path = (
        str(path.relative_to(logs)) for path in files.values()
    )
    has_pictures = len(instances.feature_shape) == 2
    if has_pictures:
        embedding.sprite.single_image_dim.extend([THUMBNAIL, THUMBNAIL])
    else:
        embedding.ClearField("sprite")
        del files["spectrograms.png"]
    with replacing_all([*files.values(), logs / PROJECTOR_FILENAME], logs) as (
        table,
        metadata,
        *pictures,
        settings,
    ):
        np.savetxt(table, vectors, fmt="%.6g", delimiter="\t")
        write_metadata(metadata, instances)
        if has_pictures:
            pictures[0].write_bytes(tf.io.encode_png(sprite(instances.instances())).numpy())
        settings.write_text(text_format.MessageToString(config), encoding="utf-8")


def write_metadata(path: Path, instances: DataSet) -> None:
    """Write the name of each instance and, if there are any, its label and chunk number."""
    columns = {"recording": [printable(Path(name)) for name in instances.filename]}
    if instances.is_labelled.any():
        columns["label"] = [label or "(no label)" for label in instances.label_nominal]
    if instances.chunk_nr.any():
        columns["chunk"] = instances.chunk_nr.tolist()
    # The projector expects names of columns only if there are several.
    header = [tuple(columns)] if len(columns) > 1 else []
    with path.open("w", newline="", encoding="utf-8") as file:
        for row in [*header, *zip(*columns.values(), strict=True)]:
            file.write("\t".join(" ".join(str(value).split()) for value in row) + "\n")


def sprite(spectrograms: Iterable[np.ndarray]) -> np.ndarray:
    """Draw spectrograms, shape (time, bands), side by side as the projector expects them.

    Returns
    -------
    numpy.ndarray
        Red, green and blue, shape (height, width, 3), uint8: a square of thumbnails in rows from left to right, low
        frequencies at the bottom of each.
    """
    from matplotlib import colormaps

    small = np.stack([thumbnail(spectrogram) for spectrogram in spectrograms])
    low, high = np.quantile(small, (DARKEST, BRIGHTEST))
    side = math.ceil(len(small) ** 0.5)
    shares = np.zeros((side * side, THUMBNAIL, THUMBNAIL))
    shares[: len(small)] = (small - low) / max(high - low, np.finfo(np.float32).eps)
    rows = shares.reshape(side, side, THUMBNAIL, THUMBNAIL).transpose(0, 2, 1, 3)
    return colormaps[COLOURS](rows.reshape(side * THUMBNAIL, -1), bytes=True)[..., :3]


def thumbnail(spectrogram: np.ndarray) -> np.ndarray:
    """Shrink or stretch a spectrogram, shape (time, bands), to a square with low frequencies at the bottom."""
    image = np.flip(spectrogram.T, axis=0)[..., np.newaxis]
    return tf.image.resize(image, (THUMBNAIL, THUMBNAIL), method="area").numpy()[..., 0]
