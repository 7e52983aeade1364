"""Report on reconstructions: a table of errors, pictures, and sound."""

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import soundfile
from matplotlib.figure import Figure

from audeep.backend.atomic import replacing
from audeep.backend.autoencoders.config import ReportConfig
from audeep.backend.autoencoders.reconstruction import reconstruct, reconstruction_errors
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.errors import OptionError
from audeep.backend.log import LOG, progress
from audeep.backend.spectrograms.inversion import extractor_of, invert
from audeep.backend.spectrograms.plotting import COLOURS, short_name
from audeep.backend.spectrograms.scales import Scales

#: Number of instances that are drawn by default, and the name of the table.
SHOWN, TABLE = 10, "errors.csv"


def report_reconstructions(
    model_dir: Path | str,
    data: Path | str | DataSet,
    output: Path | str,
    config: ReportConfig | Mapping[str, Any] | None = None,
    *,
    seed: int | None = None,
) -> pd.DataFrame:
    """Reconstruct spectrograms, and write their errors, pictures and sound to a folder.

    Parameters
    ----------
    model_dir
        The ``logs`` folder of the training of a recurrent autoencoder.
    data
        Spectrograms like those that the model was trained on.
    output
        Folder for ``errors.csv``, and for the pictures and sounds of some instances: ``INDEX-NAME.png``,
        ``INDEX-NAME.original.wav`` and ``INDEX-NAME.reconstruction.wav``.
    config
        How to reconstruct, and which instances to draw.
    seed
        Makes the sound repeatable.

    Returns
    -------
    pandas.DataFrame
        One row for each instance, the largest error first, with the columns ``index``, ``filename``, ``channel`` if
        there are any, ``chunk_nr``, ``label`` and ``error``, the root mean squared error.

    Raises
    ------
    ModelError
        If the model does not exist, is not an autoencoder, or was trained on different data.
    OptionError
        If an instance does not exist.
    DataError
        If there can be no sound, because the data set lacks the settings of the spectrograms.
    """
    config, folder = ReportConfig.of(config), Path(output)
    with opened(data) as data_set:
        for index in config.instances or ():
            if index >= len(data_set):
                raise OptionError(f"`instances`: {index} is out of range; {data_set.name} has {len(data_set)}")
        reconstruction = reconstruct(model_dir, data_set, config)
        if config.audio:
            extractor_of(data_set.spectrograms or {}, data_set.feature_shape[1])
        errors = reconstruction_errors(data_set, reconstruction)
        table = table_of(data_set, errors)
        chosen = np.array(config.instances or table["index"][:SHOWN], int)
        with replacing(folder / TABLE) as temporary:
            table.to_csv(temporary, index=False)
        names = data_set.instance_names()
        scales = Scales.of(data_set.feature_dims, data_set.feature_shape, data_set.spectrograms)
        pairs = zip(
            chosen,
            data_set.select(chosen).instances(),
            reconstruction.select(chosen).instances(),
            strict=True,
        )
        for index, original, reconstructed in progress(pairs, total=len(chosen), what="draw", unit="instance"):
            name = file_name(index, len(data_set), data_set.filename[index])
            title = f"{short_name(names[index])}: error {errors[index]:.3f}"
            write_picture(folder / f"{name}.png", title, original, reconstructed, scales)
            if config.audio:
                for what, features in {"original": original, "reconstruction": reconstructed}.items():
                    write_sound(folder / f"{name}.{what}.wav", features, data_set.spectrograms or {}, seed)
    LOG.info("wrote the errors of %d instances, and %d pictures, to %s", len(table), len(chosen), folder)
    return table


def table_of(data_set: DataSet, errors: np.ndarray) -> pd.DataFrame:
    """Return the errors with the names of the instances, the largest first."""
    columns = {name: data_set[name] for name in (schema.FILENAME, schema.CHUNK_NR)}
    table = pd.DataFrame({"index": range(len(errors)), **columns, "label": data_set.label_nominal, "error": errors})
    if data_set.has_channels:
        # As objects, since JSON has no NaN.
        channels = [None if np.isnan(number) else int(number) for number in data_set.channel]
        table.insert(list(table).index(schema.CHUNK_NR), schema.CHANNEL, pd.Series(channels, dtype=object))
    return table.sort_values("error", ascending=False, kind="stable", ignore_index=True)


def file_name(index: int, count: int, filename: str) -> str:
    """Return the beginning of the names of the files of an instance.

    >>> file_name(7, 400, "a b/Dog: 1.wav")
    '007-Dog_1'
    """
    stem = re.sub(r"[^\w.-]+", "_", Path(filename).stem)[:60]
    return f"{index:0{len(str(count - 1))}}-{stem}"


def write_picture(path: Path, title: str, original: np.ndarray, reconstruction: np.ndarray, scales: Scales) -> None:
    """Write a picture of a spectrogram beside its reconstruction."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    plot_reconstruction(figure, original, reconstruction, scales)
    figure.suptitle(title, fontsize=10, parse_math=False)
    # A name may have characters that no font has.
    with replacing(path) as temporary, warnings.catch_warnings(action="ignore"):
        figure.savefig(temporary, dpi=110)


def write_sound(path: Path, features: np.ndarray, settings: Mapping[str, Any], seed: int | None) -> None:
    """Write the sound of a spectrogram, as estimated by `invert`."""
    samples, sample_rate = invert(features, settings, seed=seed)
    # libsndfile does not say why it cannot write a file.
    content = io.BytesIO()
    soundfile.write(content, samples, sample_rate, format="WAV")
    with replacing(path) as temporary:
        temporary.write_bytes(content.getvalue())


def plot_reconstruction(figure: Figure, original: np.ndarray, reconstruction: np.ndarray, scales: Scales) -> None:
    """Plot a spectrogram beside its reconstruction, both of shape (frames, bands), in [-1, 1]."""
    both: Sequence[Any] = figure.subplots(1, 2, sharey=True)
    titles = ("spectrogram", "reconstruction")
    for axes, features, title in zip(both, (original, reconstruction), titles, strict=True):
        image = axes.imshow(
            features.T, origin="lower", aspect="auto", interpolation="nearest", cmap=COLOURS, vmin=-1, vmax=1,
            extent=scales.extent(features.shape),
        )  # fmt: skip
        axes.set_title(title, fontsize=10)
        scales.label(axes)
        axes.label_outer()
    figure.colorbar(image, ax=both, label="level, scaled", pad=0.02)
