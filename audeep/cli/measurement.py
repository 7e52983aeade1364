"""Tables of the measures of sets of labels and of continuous targets."""

from collections.abc import Iterable, Mapping
from typing import Any

from audeep.cli.command import fact_table

#: Measures in words: of a single label or target, and averaged over all.
TITLES = {
    "average_precision": ("average precision", "mean average precision"),
    "auc": ("AUC", "mean AUC"),
    "rmse": ("RMSE", "root mean square error (RMSE)"),
    "pearson": ("Pearson", "Pearson correlation"),
    "spearman": ("Spearman", "Spearman correlation"),
    "ccc": ("CCC", "concordance correlation (CCC)"),
}


def measurement_text(title: str, facts: Mapping[str, Any], explanation: str, *, quiet: bool) -> str:
    """Format the facts of a `Measurement`; `quiet` leaves only the means, in one line."""
    names = [name for name in TITLES if name in facts]
    if quiet:
        return ",".join(_write(facts[name]) for name in names) + "\n"
    table = fact_table(title, _rows(facts, names))
    return f"{table}\n{explanation}{_table_by_name(facts, names)}\n"


def _rows(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    rows: dict[str, str] = {}
    kind = "labels" if "labels" in facts else "targets"
    several = len(facts["folds"]) > 1
    for number, fold in enumerate(facts["folds"], start=1):
        place = f"fold {number} " if several else ""
        rows |= {f"{place}{TITLES[name][1]}": _write(fold[name]) for name in names if several}
        if fold["left_out"]:
            rows[f"{place}{kind} left out"] = str(fold["left_out"])
        rows |= chosen_rows(fold, place)
    for name in names:
        deviation = facts[f"{name}_std"]
        rows[TITLES[name][1]] = _write(facts[name]) + ("" if deviation is None else f" (± {2 * deviation:.4f})")
    return rows


def chosen_rows(fold: Mapping[str, Any], place: str) -> dict[str, str]:
    """Format the parameters that were chosen in a fold: those of its facts that have a value per repetition."""
    chosen = {name: values for name, values in fold.items() if isinstance(values, tuple | list)}
    return {
        f"{place}{name.replace('_', ' ')}": ", ".join(f"{value:g}" for value in values)
        for name, values in chosen.items()
    }


def _table_by_name(facts: Mapping[str, Any], names: Iterable[str]) -> str:
    from prettytable import PrettyTable

    kind = "labels" if "labels" in facts else "targets"
    table = PrettyTable([kind.removesuffix("s"), *(TITLES[name][0] for name in names)], align="r")
    table.align[kind.removesuffix("s")] = "l"
    table.add_rows([[each, *(_write(measures[name]) for name in names)] for each, measures in facts[kind].items()])
    return table.get_string()


def _write(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
