"""Damage files, let the readers read them, and count what becomes of it.

Every file is made and read in a process of its own, so that no file can end or block this one. Where a library in
C crashes, loops or takes memory out of proportion, that is counted apart, for it cannot be mended here; all else
that is neither success nor an error of ours is a fault. Needs a system that can fork.
"""

import argparse
import faulthandler
import os
import re
import resource
import signal
import sys
import time
import traceback
import tracemalloc
from collections import Counter
from pathlib import Path
from random import Random

from tests.fuzz.readers import READERS, Reader

#: What one small file may take.
SECONDS, BYTES = 5, 2**29
OUTCOMES = ("accepted", "refused", "library", "faults")
#: What a process says that is ended in one of the libraries.
IN_LIBRARY = re.compile(r'\(most recent call first\):\n  File "[^"]*/(h5py|netCDF4|soundfile)\b')


def main() -> int:
    """Run from the command line; the exit code is 1 if there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1000, help="files for each reader (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="makes the files repeatable (default: %(default)s)")
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS), help="default: all")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the files that are not read well")
    args = parser.parse_args()
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
    _print("reader", "inputs", *OUTCOMES, "seconds")
    total: Counter[str] = Counter()
    for name in args.readers:
        start = time.monotonic()
        reader = READERS[name]
        for valid in reader.valid:
            assert reader.accepts(*valid), f"{valid[0]} is valid"
        counts: Counter[str] = Counter()
        for number in range(args.inputs):
            random = Random(f"{args.seed} {name} {number}")
            copy = args.keep / f"{name}-{args.seed}-{number}" if args.keep else Path(os.devnull)
            outcome, output = read_apart(reader, random, copy)
            counts[outcome] += 1
            if outcome in ("library", "faults"):
                sys.stderr.write(f"{name}, seed {args.seed}, file {number}: {output}\n")
            elif args.keep:
                copy.unlink()
        _print(name, args.inputs, *(counts[outcome] for outcome in OUTCOMES), round(time.monotonic() - start))
        total += counts
    return min(total["faults"], 1)


def read_apart(reader: Reader, random: Random, copy: Path) -> tuple[str, str]:
    """Make and read a file in a process of its own, with a copy; returns the outcome and what was printed."""
    receiver, sender = os.pipe()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = os.fork()
    if not child:
        os.dup2(sender, sys.__stderr__.fileno())
        faulthandler.enable(sys.__stderr__, all_threads=False)
        faulthandler.register(signal.SIGPROF, sys.__stderr__, all_threads=False, chain=True)
        # Seconds of the processor, for there may be others that want it.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        resource.setrlimit(resource.RLIMIT_DATA, (8 * BYTES, 8 * BYTES))
        try:
            name, content = reader.damaged(random)
            copy.write_bytes(content)
            # Knows of what Python and numpy take.
            tracemalloc.start()
            code = 0 if reader.accepts(name, content) else 1
            assert tracemalloc.get_traced_memory()[1] < BYTES, "memory out of proportion"
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
            sys.__stderr__.flush()
            code = 2
        os._exit(code)
    os.close(sender)
    with os.fdopen(receiver, errors="replace") as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        outcome = "library" if IN_LIBRARY.search(output) else "faults"
        return outcome, f"{signal.Signals(os.WTERMSIG(status)).name}\n{output}"
    outcome = {0: "accepted", 1: "refused"}.get(os.WEXITSTATUS(status), "faults")
    if outcome != "faults" and usage.ru_maxrss - before > BYTES // 1024:
        return "library", f"took {usage.ru_maxrss - before} KiB of memory"
    return outcome, output


def _print(name: str, *columns: object) -> None:
    sys.stdout.write(f"{name:10}" + "".join(f"{column:>10}" for column in columns) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
