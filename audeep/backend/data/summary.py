"""Summary of a data set, as facts to print."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from audeep.backend.data import attributes, schema
from audeep.backend.data.chunks import Files
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.data.operations import InspectionConfig
from audeep.backend.data.schema import Partition, Presence, Split

#: Names of the splits of a fold.
SIDES: dict[int, str] = {Split.TRAIN: "training", Split.VALID: "validation"}


def describe(
    data: Path | str | DataSet, config: InspectionConfig | Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Describe a data set.

    Parameters
    ----------
    data
        A data set, or its file.
    config
        What to report besides the sizes.

    Returns
    -------
    dict
        Facts by name; values are numbers, strings, lists and dicts of these.

    Raises
    ------
    DataError
        If the file cannot be read.
    OptionError
        If the index of the instance is out of range.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> facts = audeep.describe(make_data_set(4, labels=["cat", "dog"], generated=3))
    >>> facts["number_of_instances"], facts["instances_per_label"]
    (4, {'cat': 2, 'dog': 2})
    """
    config = InspectionConfig.of(config)
    with opened(data) as data_set:
        return {
            **_general(data_set),
            **({} if config.instance is None else {"instance": _instance(data_set, config.instance)}),
            **({"folds": _folds(data_set)} if config.detailed_folds else {}),
        }


def _general(data_set: DataSet) -> dict[str, Any]:
    files, recordings = Files.of(data_set.filename), Files.with_channels(data_set)
    channels = np.bincount(files.of_instance[recordings.first])
    labels = count_labels(data_set.label_nominal)
    unlabelled = int((~data_set.is_labelled).sum())
    unpartitioned = int(np.isnan(data_set.partition.astype(float)).sum())
    label_map = dict(sorted((data_set.label_map or {}).items(), key=itemgetter(1)))
    skipped = attributes.read(data_set.attrs, schema.SKIPPED, list)
    partitions = {
        item.name.lower(): count for item in Partition if (count := int((data_set.partition == item).sum()))
    }
    return {
        "number_of_instances": len(data_set),
        "number_of_audio_files": len(files),
        **({"channels_per_file": _one_or_range(channels)} if data_set.has_channels else {}),
        "chunks_per_file": _one_or_range(recordings.num_chunks),
        "feature_dimensions": data_set.feature_sizes,
        **({} if data_set.lengths is None else {"lengths": _lengths(data_set.lengths, data_set.feature_shape[0])}),
        "number_of_labels": len(labels),
        **({"unlabelled_instances": unlabelled} if unlabelled and labels else {}),
        **({"instances_per_label": labels} if labels else {}),
        **({"label_map": label_map} if label_map else {}),
        **_of_names(data_set),
        "cross_validation_folds": data_set.num_folds,
        **({"partitions": partitions} if partitions else {}),
        **({"instances_without_partition": unpartitioned} if unpartitioned and partitions else {}),
        **({"skipped_recordings": len(skipped)} if skipped else {}),
        **_origin(data_set),
    }


def _lengths(lengths: np.ndarray, longest: int) -> dict[str, float]:
    """Describe the lengths of instances; `longest` is the size of the dimension."""
    share = 1 - lengths.mean() / longest
    return {"minimum": int(lengths.min()), "maximum": int(lengths.max()), "share_of_padding": round(share, 3)}


def _of_names(data_set: DataSet) -> dict[str, Any]:
    """Describe sets of labels and continuous targets."""
    facts: dict[str, Any] = {}
    if data_set.label_names:
        counts = np.nansum(data_set.labels, axis=0).astype(int).tolist()
        facts["instances_per_label_of_sets"] = dict(zip(data_set.label_names, counts, strict=True))
    if data_set.target_names:
        targets = pd.DataFrame(data_set.targets, columns=data_set.target_names)
        of_all = targets.agg(["min", "mean", "max"]).set_axis(["minimum", "mean", "maximum"])
        facts["targets"] = {name: {what: _finite(value) for what, value in of_all[name].items()} for name in of_all}
    return facts


def _origin(data_set: DataSet) -> dict[str, Any]:
    """Return the settings of the spectrograms or waveforms, and the models that generated the features."""
    models = [_model(model) for model in data_set.models]
    settings = [model.get(schema.SPECTROGRAMS) for model in data_set.models]
    spectrograms = data_set.spectrograms or (settings[0] if settings and settings[1:] == settings[:-1] else None)
    return _without_unset(
        {
            schema.SPECTROGRAMS: _without_unset(spectrograms),
            schema.WAVEFORMS: _without_unset(data_set.waveforms),
            schema.MODEL: models[0] if len(models) == 1 else None,
            "models": models if len(models) > 1 else None,
            schema.VERSION: str(data_set.attrs.get(schema.VERSION, "")),
        }
    )


def _model(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a model is, and how it generated the features."""
    return _without_unset(
        {name: description.get(name) for name in ("kind", "step")}
        | (description.get("architecture") or {})
        | (description.get("generation") or {})
    )


def _without_unset(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Drop values that are not set."""
    unset: tuple[Any, ...] = (None, "", {})
    return {name: value for name, value in (values or {}).items() if value is not False and value not in unset}


def _instance(data_set: DataSet, index: int) -> dict[str, Any]:
    (features,) = data_set.at(index).instances()
    return {
        "index": index,
        "filename": data_set.filename[index],
        "chunk_number": int(data_set.chunk_nr[index]),
        **({} if np.isnan(data_set.channel[index]) else {"channel": int(data_set.channel[index])}),
        "label": data_set.label_nominal[index] or None,
        "label_number": _known(data_set.label_numeric[index], int),
        **({"labels": _labels(data_set, index)} if data_set.label_names else {}),
        **({"targets": _targets(data_set, index)} if data_set.target_names else {}),
        "partition": _known(data_set.partition[index], lambda code: Partition(code).name.lower()),
        "cross_validation_splits": [
            _known(code, lambda code: SIDES[Split(code)]) for code in data_set.cv_folds[index]
        ],
        "feature_shape": list(features.shape),
        "minimum": _finite(features.min(initial=np.inf)),
        "mean": _finite(features.mean(dtype=np.float64) if features.size else np.nan),
        "maximum": _finite(features.max(initial=-np.inf)),
    }


def _labels(data_set: DataSet, index: int) -> list[str] | None:
    """Return the labels in the set of an instance; None if they are unknown."""
    applies = data_set.labels[index]
    names = [name for name, one in zip(data_set.label_names, applies, strict=True) if one == Presence.PRESENT]
    return None if np.isnan(applies).all() else names


def _targets(data_set: DataSet, index: int) -> dict[str, float | None]:
    """Return the targets of an instance by name; None where missing."""
    return dict(zip(data_set.target_names, map(_finite, data_set.targets[index]), strict=True))


def _folds(data_set: DataSet) -> list[dict[str, Any]]:
    """Describe both splits of each fold."""
    return [
        {
            name: {"instances": int(here.sum()), "labels": count_labels(data_set.label_nominal[here])}
            for split, name in SIDES.items()
            for here in [sides == split]
        }
        for sides in data_set.cv_folds.T
    ]


def count_labels(labels: np.ndarray) -> dict[str, int]:
    """Count the instances of each label, in alphabetical order, ignoring unlabelled ones.

    >>> count_labels(np.array(["b", "", "a", "b"]))
    {'a': 1, 'b': 2}
    """
    names, counts = np.unique(labels[labels != ""].astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _one_or_range(values: np.ndarray) -> int | dict[str, int] | None:
    """Return the value if all are equal, else the smallest and the largest."""
    if not values.size:
        return None
    low, high = int(values.min()), int(values.max())
    return low if low == high else {"minimum": low, "maximum": high}


def _known(number: float, meaning: Callable[[int], Any]) -> Any:
    """Return what a code stands for, None if it is missing."""
    return None if np.isnan(number) else meaning(int(number))


def _finite(number: float) -> float | None:
    """Return None for NaN and infinity, which JSON lacks."""
    return float(number) if np.isfinite(number) else None
