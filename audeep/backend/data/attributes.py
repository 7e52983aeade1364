"""Attributes of a data set: facts about all of its instances, as JSON."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audeep.backend.data import schema
from audeep.backend.errors import DataError

#: JSON names of Python types.
JSON_TYPES: dict[type, str] = {list: "array", dict: "object"}


def write_label_map(label_map: Mapping[str, int] | None) -> dict[str, str]:
    """Return a label map as an attribute."""
    if label_map is None:
        return {}
    return {schema.LABEL_MAP: json.dumps(sorted((str(name), int(number)) for name, number in label_map.items()))}


def read_label_map(attrs: Mapping[str, Any]) -> dict[str, int] | None:
    """Return the number of each label name; None if there is no label map."""
    pairs = read(attrs, schema.LABEL_MAP, list)
    if pairs is None:
        return None
    if not all(_is_name_and_number(pair) for pair in pairs) or len(dict(pairs)) < len(pairs):
        raise DataError(
            f"attribute {schema.LABEL_MAP} is not a list of [name, number] pairs with unique names; correct or "
            "remove it"
        )
    return dict(pairs)


def _is_name_and_number(pair: Any) -> bool:
    return isinstance(pair, list) and list(map(type, pair)) == [str, int] and abs(pair[1]) < 2**63


def write_models(models: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the descriptions of models as an attribute: an object if there is one, else an array."""
    if not models:
        return {}
    return {schema.MODEL: json.dumps(models[0] if len(models) == 1 else list(models))}


def read_models(attrs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the descriptions of the models that generated the features; empty if there are none."""
    value = _parsed(attrs, schema.MODEL)
    models = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(model, dict) for model in models):
        raise DataError(f"attribute {schema.MODEL} is not a JSON object, or an array of them; correct or remove it")
    return models


def write_skipped(names: Iterable[str], problems: Iterable[str]) -> dict[str, str]:
    """Return skipped recordings, with the reasons, as an attribute."""
    # A name may not be valid text, which is one of the reasons.
    texts = (name.encode(errors="backslashreplace").decode() for name in names)
    skipped = [*zip(texts, problems, strict=True)]
    return {schema.SKIPPED: json.dumps(skipped)} if skipped else {}


def read(attrs: Mapping[str, Any], name: str, kind: type[list] | type[dict]) -> Any:
    """Read an attribute that is a JSON array (`kind` is list) or object (dict); None if there is none."""
    value = _parsed(attrs, name)
    if not isinstance(value, kind | None):
        raise DataError(f"attribute {name} is not a JSON {JSON_TYPES[kind]}; correct or remove it")
    return value


def _parsed(attrs: Mapping[str, Any], name: str) -> Any:
    """Parse the JSON of an attribute; None if there is none, an ellipsis if it is invalid."""
    text = attrs.get(name)
    try:
        # An empty string counts as a missing attribute.
        value = None if text is None or str(text) == "" else json.loads(text)
        # JSON can encode characters that no file can store.
        json.dumps(value, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        return ...
    return value


def read_padding(attrs: Mapping[str, Any]) -> float:
    """Return the value of features beyond the length of an instance; by default -1, as in scaled spectrograms."""
    try:
        padding = float(attrs.get(schema.PADDING, -1.0))
    except (TypeError, ValueError):
        padding = math.nan
    if not math.isfinite(padding):
        raise DataError(f"attribute {schema.PADDING} is not a finite number; correct or remove it")
    return padding


def check(attrs: Mapping[str, Any], feature_dims: Sequence[str]) -> None:
    """Refuse invalid attributes; all of them are optional."""
    read_label_map(attrs)
    read_padding(attrs)
    read(attrs, schema.SPECTROGRAMS, dict)
    read(attrs, schema.WAVEFORMS, dict)
    read(attrs, schema.SKIPPED, list)
    for model in read_models(attrs):
        for part in ("architecture", "generation", "training", schema.SPECTROGRAMS):
            if not isinstance(model.get(part) or {}, dict):
                raise DataError(f"attribute {schema.MODEL}: its {part} is not a JSON object; correct or remove it")
    named = read(attrs, schema.FEATURE_DIMS, list)
    if named not in (None, list(feature_dims)):
        raise DataError(
            f"attribute {schema.FEATURE_DIMS} names the dimensions {named!s:.80}, but the features have "
            f"{list(feature_dims)}; correct or remove it"
        )
