"""Draw those pictures of the documentation that no command draws.

python docs/images/make.py flow docs/images/flow.svg
python docs/images/make.py reconstruction LOGS DATA RECORDING docs/images/reconstruction.png

LOGS is the folder of a model, DATA the spectrograms that it was trained on. ``networks.py`` draws the family of
networks that learn from labels. The others are what ``audeep preprocess --pretend``, ``audeep mlp evaluate`` and
``audeep visualize tsne|kernels|views|attention`` write with ``--plot``; confusion matrix and t-SNE are those of the
tutorial with ``--seed 1``.
"""

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon

from audeep import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor

sys.path.insert(0, str(Path(__file__).parents[2] / "samples"))
from make_sounds import RATE, SECONDS, chirp, clicks, waves

SETTINGS = SpectrogramConfig(window_width=0.08, window_overlap=0.04, mel_spectrum=64, clip_below=-50)
#: On a page of its own colour, the picture is as legible on a dark page as on a white one.
PAGE, INK, SOFT, BLUE, ORANGE = "#FFFFFF", "#1F2937", "#6B7280", "#2563A8", "#D9762B"
#: Where the rows of recordings are, and how high they are; one unit is an inch.
ROWS, HEIGHT = (2.6, 1.75, 0.9), 0.66


def draw_flow(file: str) -> None:
    """Draw all steps from recordings to vectors, from left to right."""
    path = Path(file)
    mpl.rcParams.update({"svg.hashsalt": "flow", "svg.fonttype": "path", "font.size": 10, "text.color": INK})
    figure = Figure(figsize=(13, 4.2))
    page = figure.add_axes((0, 0, 1, 1), xlim=(0, 13), ylim=(0, 4.2))
    page.set_axis_off()
    page.add_patch(
        FancyBboxPatch((0.15, 0.15), 12.7, 3.9, boxstyle="round,pad=0.1", facecolor=PAGE, edgecolor="#D1D5DB")
    )
    rng = np.random.default_rng(3)
    time = np.arange(int(RATE * SECONDS)) / RATE
    fading = np.exp(-2 * (time % 1))
    sounds = [fading * chirp(rng, time), clicks(rng, time), waves(rng, time)]
    sounds = [sound + 0.02 * rng.normal(size=time.size) for sound in sounds]
    extractor = Extractor(SETTINGS, RATE)
    for sound, bottom in zip(sounds, ROWS, strict=True):
        draw_recording(inset(figure, 0.45, bottom, 1.9), sound)
        draw_spectrogram(
            inset(figure, 3.75, bottom, 1.9), extractor.decibels(sound[:, None].astype(np.float32), RATE)
        )
        draw_vector(inset(figure, 10.55, bottom + 0.17, 1.95, 0.32), rng)
    draw_autoencoder(page)
    for x, title, note in (
        (1.4, "recordings", "a folder of audio files"),
        (4.7, "spectrograms", "one data set, netCDF"),
        (7.95, "autoencoder", "learns without labels"),
        (11.525, "vectors", "one for each recording"),
    ):
        page.text(x, 3.62, title, ha="center", fontsize=14, fontweight="bold")
        page.text(x, 3.4, note, ha="center", fontsize=10, color=SOFT)
    draw_arrow(page, 2.5, 3.6, "preprocess")
    draw_arrow(page, 5.8, 6.75, "t-rae train")
    draw_arrow(page, 9.2, 10.4, "t-rae generate")
    page.text(11.525, 0.45, "classify   cluster   plot   export", ha="center", fontsize=10.5, color=BLUE)
    figure.savefig(path, transparent=True, metadata={"Date": None} if path.suffix == ".svg" else {})


def inset(figure: Figure, left: float, bottom: float, width: float, height: float = HEIGHT) -> Axes:
    """Make axes without ticks; lengths are in inches."""
    page_width, page_height = figure.get_size_inches()
    axes = figure.add_axes((left / page_width, bottom / page_height, width / page_width, height / page_height))
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


def draw_recording(axes: Axes, samples: np.ndarray) -> None:
    """Draw a waveform as its range in each of a few hundred stretches."""
    stretches = samples[: len(samples) // 200 * 200].reshape(200, -1)
    axes.fill_between(np.arange(200), stretches.min(axis=1), stretches.max(axis=1), color=BLUE, linewidth=0.6)
    axes.margins(x=0)


def draw_spectrogram(axes: Axes, decibels: np.ndarray) -> None:
    """Draw a spectrogram, shape (frames, bands)."""
    axes.imshow(decibels.T, origin="lower", aspect="auto", cmap="magma", interpolation="nearest")


def draw_vector(axes: Axes, rng: np.random.Generator) -> None:
    """Draw a row of random colours, which stands for the values of a vector."""
    axes.imshow(rng.normal(size=(1, 16)), aspect="auto", cmap="RdBu", vmin=-2.2, vmax=2.2)
    axes.set_xticks(np.arange(0.5, 15), minor=True)
    axes.grid(which="minor", axis="x", color=PAGE, linewidth=1.2)
    axes.tick_params(which="minor", length=0)


def draw_autoencoder(page: Axes) -> None:
    """Draw encoder, vector and decoder."""
    low, high, middle = ROWS[-1], ROWS[0] + HEIGHT, (ROWS[-1] + ROWS[0] + HEIGHT) / 2
    for left, right, wide_left in ((6.9, 7.7, True), (8.2, 9.0, False)):
        tall, small = (low, high), (middle - 0.5, middle + 0.5)
        (a, b), (c, d) = (tall, small) if wide_left else (small, tall)
        corners = [(left, a), (left, b), (right, d), (right, c)]
        page.add_patch(Polygon(corners, facecolor="#DCE8F5", edgecolor=BLUE, linewidth=1.2, joinstyle="round"))
    page.add_patch(
        FancyBboxPatch(
            (7.87, middle - 0.45), 0.16, 0.9, boxstyle="round,pad=0.03", facecolor=ORANGE, edgecolor="none"
        )
    )
    page.text(7.3, middle, "encoder", rotation=90, ha="center", va="center", color=BLUE)
    page.text(8.6, middle, "decoder", rotation=90, ha="center", va="center", color=BLUE)
    page.text(7.95, middle + 0.68, "vector", ha="center", color=ORANGE, fontsize=9.5)
    page.text(7.95, 0.45, "reads a spectrogram and writes it again", ha="center", fontsize=9.5, color=SOFT)


def draw_arrow(page: Axes, left: float, right: float, command: str) -> None:
    """Draw an arrow below the command that does the step."""
    middle = (ROWS[-1] + ROWS[0] + HEIGHT) / 2
    page.add_patch(
        FancyArrowPatch(
            (left, middle),
            (right, middle),
            arrowstyle="-|>",
            mutation_scale=18,
            color=SOFT,
            linewidth=1.6,
            shrinkA=0,
            shrinkB=0,
        )
    )
    page.text((left + right) / 2, middle + 0.14, command, ha="center", fontsize=9, family="monospace", color=INK)


def draw_reconstruction(logs: str, data: str, recording: str, file: str) -> None:
    """Draw the spectrogram of a recording beside what a model makes of it."""
    from audeep import load
    from audeep.backend.autoencoders import architectures  # noqa: F401, without which no model is known
    from audeep.backend.spectrograms.scales import Scales
    from audeep.backend.training.checkpoints import load_models

    ((_, model),) = load_models(Path(logs), None)
    spectrograms = load(data)
    scales = Scales.of(spectrograms.feature_dims, spectrograms.feature_shape, spectrograms.spectrograms)
    inputs = spectrograms.select(spectrograms.filename == recording).features.values
    reconstruction = np.asarray(model.targets(model(inputs)["reconstruction"]))
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    both = figure.subplots(1, 2, sharey=True)
    # Levels between this one and the loudest point are scaled to [-1, 1].
    floor = spectrograms.spectrograms["clip_below"]
    for axes, scaled, title in zip(both, (inputs, reconstruction), ("spectrogram", "reconstruction"), strict=True):
        image = axes.imshow(
            (1 - scaled[0].T) / 2 * floor,
            origin="lower", aspect="auto", cmap="magma", vmin=floor, vmax=0, extent=scales.extent(scaled.shape[1:]),
        )  # fmt: skip
        axes.set_title(title)
        scales.label(axes)
        axes.label_outer()
    figure.colorbar(image, ax=both, label="level (dB)", pad=0.02)
    figure.savefig(file, dpi=110)


if __name__ == "__main__":
    {"flow": draw_flow, "reconstruction": draw_reconstruction}[sys.argv[1]](*sys.argv[2:])
