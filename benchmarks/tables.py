"""CSV out and in against pandas."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import data_sets
from benchmarks.measure import AUDEEP, Row, compare, python, run

COUNT = 10_000
#: Both with everything around them: pandas reads and writes the netCDF file with xarray.
TO_CSV = """
import sys
import pandas, xarray
with xarray.open_dataset(sys.argv[1], engine="h5netcdf") as data:
    frame = pandas.DataFrame(data["features"].values)
    frame.insert(0, "filename", data["filename"].values)
    frame.insert(1, "chunk_nr", data["chunk_nr"].values)
    frame.to_csv(sys.argv[2], index=False)
"""
READ_CSV = """
import sys
import pandas, xarray
frame = pandas.read_csv(sys.argv[1])
features = frame.select_dtypes("float").to_numpy("float32")
xarray.Dataset({"features": (("instance", "generated"), features)}).to_netcdf(sys.argv[2], engine="h5netcdf")
"""


def rows() -> Iterator[Row]:
    """Compare export and import of one table, start included."""
    with tempfile.TemporaryDirectory() as place:
        data = data_sets.save(Path(place, "data.nc"), COUNT, generated=1024)
        without_folds = f"{place}/plain.nc"
        compare_input = [AUDEEP, "modify", "--input", str(data), "--output", without_folds, "--remove-cv-setup"]
        export = [AUDEEP, "export", "--input", without_folds, "--format", "csv", "--output", f"{place}/csv"]
        run(compare_input)
        yield compare(
            "export, 10,000 of 1,024 values : to_csv",
            export,
            python(TO_CSV, without_folds, f"{place}/pandas.csv"),
            1.5,
            runs=3,
        )
        yield compare(
            "import, 10,000 of 1,024 values : read_csv",
            [AUDEEP, "import", "--basedir", f"{place}/csv", "--name", "plain", "--output", f"{place}/back.nc"],
            python(READ_CSV, f"{place}/csv/plain.csv", f"{place}/back-pandas.nc"),
            1.5,
            runs=3,
        )
