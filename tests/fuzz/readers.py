"""What reads files, and valid files to start from."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import h5py
import numpy as np

from audeep.backend.audio.reading import read_header
from audeep.backend.autoencoders.architectures import FrequencyAutoencoderConfig, TimeAutoencoderConfig
from audeep.backend.classifiers.config import SVMConfig
from audeep.backend.classifiers.saving import load_classifier, train_classifier
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.data.features import InMemory
from audeep.backend.data.integrity import validate
from audeep.backend.data.operations import InspectionConfig
from audeep.backend.data.summary import describe
from audeep.backend.errors import AudeepError
from audeep.backend.exchange.export import export
from audeep.backend.exchange.importing import import_tables
from tests.fuzz.mutations import mutate, mutate_or_rearrange
from tests.helpers.audio import write_audio
from tests.helpers.golden import GOLDEN


@dataclass(frozen=True)
class Reader:
    """Something that reads files of one kind.

    Parameters
    ----------
    read
        Reads the file at a path, completely.
    write
        Writes valid files into a folder, and returns their paths.
    damage
        Makes another content of that of a valid file.
    """

    read: Callable[[Path], object]
    write: Callable[[Path], list[Path]]
    damage: Callable[[bytes, Random], bytes] = mutate

    @cached_property
    def valid(self) -> list[tuple[str, bytes]]:
        """Names and contents of valid files."""
        with TemporaryDirectory() as folder:
            return [(path.name, path.read_bytes()) for path in self.write(Path(folder))]

    def damaged(self, random: Random) -> tuple[str, bytes]:
        """Make the name and the content of a file that is probably not valid."""
        name, content = random.choice(self.valid)
        return name, self.damage(content, random)

    def accepts(self, name: str, content: bytes) -> bool:
        """Tell whether the reader takes a file; it may refuse it with an error of ours, but with no other."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            try:
                self.read(path)
            except AudeepError:
                return False
        return True


def example(**columns: Any) -> DataSet:
    """Make a data set that has a bit of everything."""
    model = {"kind": "t-rae", "step": 3, "architecture": {"num_units": 1}, "spectrograms": {}}
    return from_columns(
        np.arange(18).reshape(3, 3, 2),
        ["time", "freq"],
        filename=["x", "y z", "x"],
        chunk_nr=[0, 0, 1],
        label_nominal=["a", "", "a"],
        label_numeric=[1, None, 1],
        label_map={"a": 1, "b": 0},
        attrs={"spectrograms": json.dumps({"clip_below": -60, "channels": "MEAN"}), "model": json.dumps(model)},
        **columns,
    )


def write_data_sets(folder: Path) -> list[Path]:
    """Write data sets: as we do, as the oldest HDF5, and as the original did."""
    ours, old, original = (folder / name for name in ("ours.nc", "old.nc", "original.nc"))
    data_set = example(cv_folds=[[0], [np.nan], [1]], partition=[0, 2, 0])
    data_set.save(ours)
    with h5py.File(old, "w", libver=("earliest", "v108")) as file:
        variables = data_set.to_xarray().variables
        scales = data_set.to_xarray().sizes
        for dim in scales.keys() - variables.keys():
            scale = file.create_dataset(dim, (scales[dim],))
            scale.make_scale("This is a netCDF dimension but not a netCDF variable.")
        # Names of labels and targets are scales themselves.
        for name in sorted(variables, key=lambda name: name not in scales):
            variable = variables[name]
            dtype = h5py.string_dtype() if variable.dtype == object else variable.dtype
            dataset = file.create_dataset(name, data=variable, dtype=dtype)
            if name in scales:
                dataset.make_scale(name)
                continue
            for axis, dim in zip(dataset.dims, variable.dims, strict=True):
                axis.attach_scale(file[dim])
        file.attrs.update(data_set.attrs)
    original.write_bytes((GOLDEN / "netcdf" / "chunks_cv2.nc").read_bytes())
    return [ours, old, original]


def read_data_set(path: Path) -> None:
    """Read all that is in a data set, and write it again."""
    describe(path, InspectionConfig(instance=0, detailed_folds=True))
    validate(path)
    again = path.with_name("again.nc")
    with load(path) as data_set:
        data_set.save(again)
    load(again).close()


def write_csv(folder: Path) -> list[Path]:
    """Write a table as other programs do, and export one."""
    other = folder / "other.csv"
    other.write_bytes(b'filename,x,"y, z"\r\n"a ""b""\nc",1,-2.5e-3\r\nd,nan,inf\r\n')
    return [other, *_export(folder, "csv")]


def write_arff(folder: Path) -> list[Path]:
    """Write a table as other programs do, and export one."""
    other = folder / "other.arff"
    other.write_text(
        "% comment\n@relation r\n@attribute filename string\n@attribute 'x y' numeric\n"
        "@attribute label_nominal {owl, 'blue tit', \"a\\'b\"}\n@data\n'a b\\u00e9\\'', 1, owl\nb,?,'blue tit'\n"
    )
    return [other, *_export(folder, "arff")]


def write_record(folder: Path) -> list[Path]:
    """Write the record of an export."""
    _export(folder, "csv")
    return [folder / "ours.audeep.json"]


def _export(folder: Path, suffix: str) -> list[Path]:
    example().save(folder / "ours.nc")
    return export(folder / "ours.nc", folder, suffix)


def read_table(path: Path) -> None:
    """Import a table."""
    output = path.with_name("out.nc")
    import_tables(path.parent, path.name, output)
    load(output).close()


def read_record(path: Path) -> None:
    """Import the table that a record belongs to."""
    table = path.with_name("ours.csv")
    table.write_text("a,b,c,d,e,f\n1,2,3,4,5,6\n")
    read_table(table)


def write_recordings(folder: Path) -> list[Path]:
    """Write recordings in several formats."""
    return [write_audio(folder / f"a.{suffix}", seconds=0.02) for suffix in ("wav", "flac", "ogg", "aiff", "mp3")]


def write_descriptions(folder: Path) -> list[Path]:
    """Write the descriptions of models."""
    from audeep.backend.training.description import ModelDescription

    paths = []
    for config in (TimeAutoencoderConfig(cell="LSTM"), FrequencyAutoencoderConfig()):
        description = ModelDescription(config.kind, config.to_dict(), ["time", "freq"], [3, 2], {"clip_below": -60})
        (folder / config.kind).mkdir()
        paths.append(folder / config.kind / "model.json")
        paths[-1].write_text(json.dumps(asdict(description)))
    return paths


def read_description(path: Path) -> None:
    """Read the description of a model."""
    # Deferred, because it takes long to import TensorFlow, and to fork afterwards.
    from audeep.backend.training.description import ModelDescription

    ModelDescription.read(path.parent)


def write_classifiers(folder: Path) -> list[Path]:
    """Write a classifier."""
    data_set = example().with_features(InMemory(np.arange(6, dtype=np.float32).reshape(3, 2)), ["generated"])
    labelled = data_set.with_columns(label_nominal=np.array(["a", "b", "a"], object))
    train_classifier(labelled, SVMConfig(complexity=1), folder, seed=1)
    return [folder / "classifier.json", folder / "weights.npz"]


def read_classifier(path: Path) -> None:
    """Load a classifier, with a valid file beside the other."""
    for name, content in READERS["classifier"].valid:
        if name != path.name:
            path.with_name(name).write_bytes(content)
    load_classifier(path.parent)


READERS = {
    "netCDF": Reader(read_data_set, write_data_sets, mutate_or_rearrange),
    "CSV": Reader(read_table, write_csv),
    "ARFF": Reader(read_table, write_arff),
    "record": Reader(read_record, write_record),
    "recording": Reader(read_header, write_recordings),
    "model": Reader(read_description, write_descriptions),
    "classifier": Reader(read_classifier, write_classifiers),
}
