"""Run the benchmarks and print a table: python -m benchmarks [startup] [preprocessing] [training]."""

import argparse
import os
import platform
from importlib import import_module

NAMES = ("startup", "preprocessing", "training")


def main() -> None:
    """Run those that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names or NAMES
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, {platform.platform()}")
    print(f"{'what':55} {'ours (s)':>9} {'other (s)':>9} {'ratio':>6} {'at most':>7}")
    for name in names:
        for row in import_module(f"benchmarks.{name}").rows():
            print(f"{row.what:55} {row.ours:9.3f} {row.other:9.3f} {row.ours / row.other:6.2f} {row.at_most:7.2f}")


if __name__ == "__main__":
    main()
