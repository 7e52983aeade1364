"""How long the command line takes to start, and to begin with the work."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import data_sets
from benchmarks.measure import AUDEEP, Row, compare, in_turn, python, run
from benchmarks.training import BANDS, FRAMES, OPTIONS, RECORDINGS, first_step

CLIFF, TENSORFLOW = python("import cliff.app"), python("import tensorflow, keras")
#: Instances in a batch when the tutorial's representations are generated.
BATCH = 66


def rows() -> Iterator[Row]:
    """Compare with the import of the library that each is built on."""
    yield compare("audeep --version : import cliff.app", [AUDEEP, "--version"], CLIFF, 2, runs=15)
    yield compare("audeep --help : import cliff.app", [AUDEEP, "--help"], CLIFF, 5, runs=15)
    imports = partial(run, TENSORFLOW)
    with tempfile.TemporaryDirectory() as place:
        data = data_sets.save(Path(place, "data.nc"), RECORDINGS, time=FRAMES, freq=BANDS)
        batch = data_sets.save(Path(place, "batch.nc"), BATCH, time=FRAMES, freq=BANDS)
        what = "first step of the tutorial : import tensorflow, keras"
        yield in_turn(what, partial(first_step, data), imports, 2.2)
        run([AUDEEP, "t-rae", "train", "--input", str(batch), "--run-name", place, *OPTIONS, "--num-epochs", "1"])
        generate = [AUDEEP, "t-rae", "generate", "--model-dir", f"{place}/logs", "--input", str(batch)]
        what = "first batch generated, and written : import tensorflow, keras"
        yield in_turn(what, partial(run, [*generate, "--output", f"{place}/out.nc"]), imports, 2.2)
