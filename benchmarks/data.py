"""Commands on 100,000 instances against the copy of all variables with plain h5py."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import data_sets
from benchmarks.measure import AUDEEP, Row, compare, python

COUNT = 100_000
SHAPES = {"1,024 values": {"generated": 1024}, "64 x 40": {"time": 64, "freq": 40}}
COMMANDS = {
    "inspect netcdf": [],
    "validate": [],
    "modify": ["--add-cv-setup", "5"],
    "upsample": [],
    "fuse chunks": ["--dimension"],
    "fuse": ["--dimension"],
}
COPY = """
import sys
import h5py
*inputs, output = sys.argv[1:]
with h5py.File(output, "w") as new:
    for number, path in enumerate(inputs):
        with h5py.File(path) as file:
            for name, old in file.items():
                if old.attrs.get("CLASS") == b"DIMENSION_SCALE":
                    continue
                copy = new.create_dataset(f"{name} {number}", old.shape, old.dtype, chunks=old.chunks)
                for start in range(0, len(old), 4096):
                    copy[start : start + 4096] = old[start : start + 4096]
"""


def rows() -> Iterator[Row]:
    """Compare each command that reads or moves whole data sets."""
    with tempfile.TemporaryDirectory() as place:
        for shape, sizes in SHAPES.items():
            data = str(data_sets.save(Path(place, "data.nc"), COUNT, **sizes))
            for command, options in COMMANDS.items():
                inputs = [data, data] if command == "fuse" else [data]
                ours = [AUDEEP, *command.split(), "--input", *inputs, *options]
                if options == ["--dimension"]:
                    ours.append(next(reversed(sizes)))
                if command not in ("inspect netcdf", "validate"):
                    ours += ["--output", f"{place}/ours.nc"]
                other = python(COPY, *inputs, f"{place}/other.nc")
                yield compare(f"{command}, 100,000 of {shape} : copy with h5py", ours, other, 3)
