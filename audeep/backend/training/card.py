"""Model card: a page in the folder of a run that says what the model is, how to use it, and how it was trained."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from audeep.backend.atomic import replacing
from audeep.backend.errors import AudeepError
from audeep.backend.log import LOG
from audeep.backend.options import default_text, flag
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
    """Yield how to turn recordings into vectors, on the command line and in Python."""
    folder = facts["model_dir"]
    commands = [
        [
            f"audeep {facts['kind']} generate",
            f"--model-dir {shlex.quote(folder)}",
            "--input spectrograms.nc",
            "--output vectors.nc",
        ]
    ]
    lines = [
        f'[vectors] = audeep.generate({json.dumps(folder)}, "spectrograms.nc")',
        'vectors.save("vectors.nc")',
    ]
    if config := spectrogram_config(facts.get("spectrograms")):
        chosen = [item.name for item in fields(config) if getattr(config, item.name) != item.default]
        options = (option(name, getattr(config, name)) for name in chosen)
        folders = ("--basedir recordings", "--parser NoMetadataParser")
        commands.insert(0, ["audeep preprocess", *folders, *options, "--output spectrograms.nc"])
        plain = config.to_dict()
        lines = [
            "config = audeep.SpectrogramConfig(",
            *(f"    {name}={plain[name]!r}," for name in chosen),
            ")",
            'audeep.preprocess("recordings", "spectrograms.nc", config, parser="NoMetadataParser")',
            *lines,
        ]
        yield "Extract spectrograms with the settings of the training data, then generate vectors:"
    yield "\n".join(["```console", *(f"$ {wrapped(words)}" for words in commands), "```"])
    yield "In Python:"
    yield "\n".join(["```python", "import audeep", "", *lines, "```"])


def spectrogram_config(settings: Mapping[str, Any] | None) -> SpectrogramConfig | None:
    """Return the settings of spectrograms as a configuration; None if they are not known."""
    # A data set may contain settings of another program, or of a later version.
    with suppress(AudeepError):
        return SpectrogramConfig.of(settings) if settings else None
    return None


def option(name: str, value: Any) -> str:
    """Write a parameter as an option of the command line.

    >>> option("center_fixed", True), option("scale_range", (-60.0, 0.0))
    ('--center-fixed', '--scale-range -60 0')
    """
    values = value if isinstance(value, tuple) else (value,)
    texts = [f"{item:.10g}" if isinstance(item, float) else default_text(item) for item in values]
    return flag(name) if value is True else " ".join([flag(name), *texts])


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
