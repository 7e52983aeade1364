"""Run the benchmarks, print a table, and write it with a plot: python -m benchmarks [NAME ...]."""

import argparse
import datetime
import os
import platform
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.measure import Row

NAMES = (
    "startup", "preprocessing", "training", "generation", "classification", "data", "tables", "memory",
)  # fmt: skip
#: They have tables of their own, and take minutes or hours: they run only if they are named.
OWN_TABLES = ("vectors", "tasks", "lengths", "mixtures", "supervised")
VECTORS, TASKS, LENGTHS, MIXTURES, SUPERVISED = OWN_TABLES
HELP = (
    f"{', '.join(NAMES)} (default: all of these); {VECTORS}, the accuracy of vectors learned in every way; "
    f"{TASKS}, sets of labels and continuous targets; {LENGTHS}, recordings of different lengths; {MIXTURES}, "
    f"sets of labels with the autoencoder of the tutorial; {SUPERVISED}, networks that learn from labels"
)
HEADER = "| what : compared with | ours | other | ratio | at most |\n|---|---:|---:|---:|---:|\n"


def main() -> None:
    """Run those that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, *OWN_TABLES, []], metavar="NAME", help=HELP)
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks"), help="folder of tables and plots")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"{VECTORS}: one seed in place of three; {LENGTHS}, {MIXTURES} and {SUPERVISED}: a trial",
    )
    args = parser.parse_args()
    for name in [name for name in args.names if name in OWN_TABLES]:
        report(name, args.output, quick=args.quick)
        args.names.remove(name)
        if not args.names:
            return
    machine = f"{processor()}, {os.cpu_count()} processors, {datetime.date.today()}"
    print(f"{machine}\n\n{HEADER}", end="", flush=True)
    rows = []
    for name in args.names or NAMES:
        for row in import_module(f"benchmarks.{name}").rows():
            rows.append(row)
            print(line(row), end="", flush=True)
    args.output.mkdir(parents=True, exist_ok=True)
    table = f"Seconds (of memory: megabytes), {machine}\n\n{HEADER}{''.join(map(line, rows))}"
    (args.output / "benchmarks.md").write_text(table, encoding="utf-8")
    plot(rows, machine).savefig(args.output / "benchmarks.png", dpi=150)
    print(f"\nwrote benchmarks.md and benchmarks.png to {args.output}")


def report(name: str, output: Path, *, quick: bool) -> None:
    """Run a benchmark that has tables of its own."""
    if name == VECTORS:
        from benchmarks import vectors

        vectors.report(output, seeds=vectors.SEEDS[:1] if quick else vectors.SEEDS)
    elif name == TASKS:
        from benchmarks import tasks

        tasks.report(output / name)
    elif name == SUPERVISED:
        from benchmarks import supervised

        trial = {"seeds": supervised.SEEDS[:1], "num_epochs": 3} if quick else {}
        supervised.report(output, **trial)
    else:
        from benchmarks import tutorial

        # Both keep what they have made, which must not be mixed.
        getattr(tutorial, name)(output / (f"{name}-quick" if quick else name), quick=quick)


def processor() -> str:
    """Return the name of the processor, as well as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def line(row: Row) -> str:
    """Write a row of the table."""
    return f"| {row.what} | {row.ours:.3g} | {row.other:.3g} | {row.ratio:.2f} | {row.at_most:.2f} |\n"


def plot(rows: Sequence[Row], machine: str) -> Figure:
    """Draw each ratio as a part of what it may be."""
    figure = Figure(figsize=(9, 1.5 + 0.3 * len(rows)), layout="constrained")
    axes = figure.subplots()
    parts = [row.ratio / row.at_most for row in rows]
    axes.barh(range(len(rows)), parts, color=["C0" if part <= 1 else "C3" for part in parts])
    axes.set_yticks(range(len(rows)), [row.what for row in rows])
    axes.invert_yaxis()
    axes.axvline(1, color="black", linewidth=1)
    axes.set(xlabel="ratio, as a part of what it is to be at most", title=machine)
    return figure


if __name__ == "__main__":
    main()
