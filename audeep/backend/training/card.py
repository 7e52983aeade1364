"""Model card: a page in the folder of a run that says what the model is, how to use it, and how it was trained."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from audeep.backend.atomic import replacing
from audeep.backend.data.schema import FREQ, TIME
from audeep.backend.errors import AudeepError
from audeep.backend.log import LOG
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.training import curve

#: Name of the card in the folder of a run.
FILE = "README.md"
#: First line of every card: a page without it was written by someone else.
MARK = "<!-- Written by auDeep, again whenever training continues. -->"
#: Number of characters in a line of a command.
WIDTH = 78


def write_card(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write the card of a model into the folder of its run, unless that has another page of this name.

    `facts` are those of `audeep.describe_model`.
    """
    path = folder / FILE
    if path.exists() and MARK.encode() not in path.read_bytes():
        LOG.warning("%s exists and is not a model card; left as it is", path)
        return
    text = "\n\n".join(sections(facts))
    with replacing(path) as temporary:
        temporary.write_text(f"{text}\n", encoding="utf-8")


def sections(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the paragraphs of the card, in Markdown."""
    yield MARK
    yield f"# {Path(facts['model_dir']).absolute().parent.name}"
    size = " x ".join("any" if size is None else f"{size:,}" for size in facts["vector_dimensions"].values())
    version = facts["versions"].get("audeep", "")
    yield f"A `{facts['kind']}` model made with auDeep {version}. It turns a recording into {size} numbers."
    yield "## Use"
    yield from usage(facts)
    yield "## Training"
    if "epochs" in facts:
        yield f"![Loss of each epoch]({curve.FILE})"
    single = {name: value for name, value in facts.items() if not isinstance(value, dict)}
    del single["kind"], single["model_dir"]
    yield table({name.replace("_", " "): value for name, value in single.items()})
    yield "## Data"
    sizes = facts["feature_dimensions"].items()
    shape = " x ".join(f"{name} ({'any' if size is None else size})" for name, size in sizes)
    data = {name.replace("num_", "number of ").replace("_", " "): value for name, value in facts["data"].items()}
    yield table(data | {"an instance": shape})
    yield "## Settings"
    for name in ("spectrograms", "architecture", "training", "versions"):
        if name in facts:
            yield f"### {name.capitalize()}"
            yield table({f"`{key}`": value for key, value in facts[name].items()})


def usage(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield how to get vectors, on the command line and in Python: from recordings, or else from spectrograms."""
    folder = facts["model_dir"]
    model_dir = f"--model-dir {shlex.quote(folder)}"
    if takes_recordings(facts):
        command = ["audeep embed", model_dir, "recordings", "--output vectors.csv"]
        lines = [f"model = audeep.load_model({json.dumps(folder)})", 'vector = model.embed("recording.wav")']
        yield "Turn all recordings in a folder into vectors:"
    else:
        command = [f"audeep {facts['kind']} generate", model_dir, "--input spectrograms.nc", "--output vectors.nc"]
        lines = [
            f'[vectors] = audeep.generate({json.dumps(folder)}, "spectrograms.nc")',
            'vectors.save("vectors.nc")',
        ]
        yield "Turn features like those of the training data into vectors:"
    yield "\n".join(["```console", f"$ {wrapped(command)}", "```"])
    yield "In Python:"
    yield "\n".join(["```python", "import audeep", "", *lines, "```"])


def takes_recordings(facts: Mapping[str, Any]) -> bool:
    """Return whether ``audeep embed`` works: spectrograms are made as in training, into vectors of one shape."""
    # A data set may contain settings of another program, or of a later version.
    with suppress(AudeepError):
        is_known = "spectrograms" in facts and not SpectrogramConfig.of(facts["spectrograms"]).unknown
        is_spectrogram = [*facts["feature_dimensions"]] == [TIME, FREQ]
        return is_known and is_spectrogram and None not in facts["vector_dimensions"].values()
    return False


def wrapped(words: Sequence[str]) -> str:
    r"""Write a command over several lines.

    >>> print(wrapped(["audeep export", "--input " + 50 * "x", "--output csv", "--format csv"]))
    audeep export --input xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx \
          --output csv --format csv
    """
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) > WIDTH - 4:
            lines.append(f"      {word}")
        else:
            lines[-1] += f" {word}"
    return " \\\n".join(lines)


def table(values: Mapping[str, Any]) -> str:
    """Format a table of names and values in Markdown."""
    rows = [f"| {name} | {cell(value)} |" for name, value in values.items()]
    return "\n".join(["| | |", "|---|---|", *rows])


def cell(value: Any) -> str:
    r"""Format a value for a table.

    >>> cell(["a|b.nc", "c.nc"]), cell(True), cell(0.123456)
    ('a\\|b.nc, c.nc', 'yes', '0.1235')
    """
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value).replace("|", "\\|")
