"""Integrity constraints: the rules of the data model beyond the schema."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from audeep.backend.data import schema
from audeep.backend.data.chunks import Files
from audeep.backend.data.columns import differ
from audeep.backend.data.data_set import DataSet, opened


@dataclass(frozen=True)
class Constraint:
    """A rule of the data model."""

    name: str
    #: The rule, for reports.
    rule: str
    #: Returns whether each instance, or its file, breaks the rule.
    broken: Callable[[DataSet, Files], np.ndarray]
    #: Returns the value of each instance that the rule is about.
    found: Callable[[DataSet, Files], np.ndarray]


def constraints() -> tuple[Constraint, ...]:
    """Return all rules: the chunks of a file agree in each column of recordings, and `OTHERS`."""
    variables = dict.fromkeys([*AGREEMENTS, *schema.per_recording()])
    return (*map(_agreement, variables), *OTHERS)


def _agreement(variable: str) -> Constraint:
    """Make the rule that all chunks of a file agree in a column."""
    name, rule = AGREEMENTS.get(variable, (variable, f"all chunks of a file have the same {variable}"))
    return Constraint(
        name,
        rule,
        broken=lambda data_set, files: _of_files(files, files.contradictory(data_set[variable])),
        found=lambda data_set, _: data_set[variable],
    )


def _of_files(files: Files, some: np.ndarray) -> np.ndarray:
    """Return whether each instance is in one of some files, given by index."""
    return np.isin(files.of_instance, some)


def _off_the_map(data_set: DataSet, _: Files) -> np.ndarray:
    """Find the instances whose labels do not match the label map; having no label is allowed."""
    label_map = data_set.label_map
    if label_map is None:
        return np.zeros(len(data_set), bool)
    mapped = pd.Series(data_set.label_nominal, dtype=object).map(label_map).to_numpy(np.float64, na_value=np.nan)
    unknown = np.isnan(mapped) & data_set.is_labelled
    return unknown | differ(data_set.label_numeric.astype(np.float64), mapped)


def _out_of_range(data_set: DataSet, _: Files) -> np.ndarray:
    """Find the instances whose length is not within the features; a missing one is."""
    longest = data_set.feature_shape[0] if data_set.feature_shape else 0
    return (data_set.length < 1) | (data_set.length > longest)


def _chunks_missing(data_set: DataSet, files: Files) -> np.ndarray:
    """Find the instances of files with an unusual number of chunks, if all should have the same."""
    settings = data_set.spectrograms or {}
    has_lengths = not np.isnan(data_set.length).all()
    # Vectors have no lengths, but the attributes say how their recordings were cut.
    if has_lengths or settings.get("keep_partial_chunks") or schema.WINDOWS in data_set.attrs:
        return np.zeros(len(data_set), bool)
    return _of_files(files, files.unusual())


def _as_text(numbers: np.ndarray) -> np.ndarray:
    """Return integers as strings, shape (instance,), object; empty where missing."""
    return pd.Series(numbers).astype("Int64").astype(str).where(~pd.isna(numbers), "").to_numpy(object)


#: Name and text of the rules about single columns that do not follow the general pattern.
AGREEMENTS = {
    schema.LABEL_NOMINAL: ("nominal_labels", "all chunks of a file have the same nominal label"),
    schema.LABEL_NUMERIC: ("numeric_labels", "all chunks of a file have the same numeric label"),
    schema.CV_FOLDS: ("cv_folds", "all chunks of a file are on the same side of each fold"),
    schema.PARTITION: ("partitions", "all chunks of a file are in the same partition"),
}
#: Rules about more than one column.
OTHERS = (
    Constraint(
        "label_map",
        "labels and their numbers match the label map",
        broken=_off_the_map,
        found=lambda data_set, _: data_set.label_nominal + ": " + _as_text(data_set.label_numeric),
    ),
    Constraint(
        "number_of_chunks",
        "all files have the same number of chunks, unless recordings differ in length",
        broken=_chunks_missing,
        found=lambda _, files: files.num_chunks[files.of_instance],
    ),
    Constraint(
        "chunk_numbers",
        "the chunks of a file are numbered 0, 1, 2 and so on",
        broken=lambda data_set, files: _of_files(files, files.misnumbered(data_set.chunk_nr)),
        found=lambda data_set, _: data_set.chunk_nr,
    ),
    Constraint(
        "lengths",
        "each length is from 1 to the size of the first feature dimension",
        broken=_out_of_range,
        found=lambda data_set, _: data_set.length,
    ),
)


def validate(data: Path | str | DataSet) -> pd.DataFrame:
    """Check a data set against the integrity constraints of the data model.

    Parameters
    ----------
    data
        A data set, or its file.

    Returns
    -------
    pandas.DataFrame
        The violations, empty if the data set is valid: one row for each instance of a file that breaks a rule
        (for ``label_map``, each instance that breaks it), with the columns ``constraint`` (the name of one of
        `constraints`), ``filename``, ``chunk_nr``, ``channel`` if there are any, and ``found``, the value the rule
        is about: the label, its number, the splits, the partition, label and number, the number of chunks, the
        chunk number, or the length.

    Raises
    ------
    DataError
        If the file cannot be read.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> data_set = make_data_set(2, chunks=2, generated=3)
    >>> audeep.validate(data_set).empty
    True
    >>> audeep.validate(data_set.select([0, 2, 3]))["constraint"].unique().tolist()
    ['number_of_chunks']
    """
    with opened(data) as data_set:
        files = Files.with_channels(data_set)
        # Keep the chunks of a file together.
        order = files.chunk_order(data_set.chunk_nr)
        violations = []
        for constraint in constraints():
            instances = order[constraint.broken(data_set, files)[order]]
            found = constraint.found(data_set, files)[instances].astype(object)
            found[pd.isna(found)] = None
            facts = {"filename": data_set.filename[instances], "chunk_nr": data_set.chunk_nr[instances]}
            if data_set.has_channels:
                facts["channel"] = data_set.channel[instances]
            facts["found"] = pd.Series(found.tolist(), dtype=object)
            violations.append(pd.DataFrame({"constraint": constraint.name, **facts}))
        return pd.concat(violations, ignore_index=True)


def count_files(violations: pd.DataFrame) -> dict[str, int]:
    """Return the number of files that violate each constraint, by name."""
    counts = violations.groupby("constraint")["filename"].nunique()
    return {constraint.name: int(counts.get(constraint.name, 0)) for constraint in constraints()}
