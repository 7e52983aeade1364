"""Commands in processes of their own that start in milliseconds: to be killed, to fill a disk, to train together.

The zygote is a process that has imported everything, TensorFlow included, and computed nothing. It forks a child
for each command.
"""

import gc
import importlib
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import audeep

#: What the commands import when they need it, beside all modules of the package.
DEFERRED = (
    "matplotlib.figure", "matplotlib.backends.backend_agg", "sklearn.decomposition", "sklearn.manifold",
    "tensorboard.plugins.hparams.api", "tensorboard.plugins.projector",
)  # fmt: skip

#: What the zygote says once it has imported everything.
READY = 0
#: Exit code of a child that an exception ended.
UNKNOWN = 99


@dataclass
class Child:
    """A command that runs in a folder; what it prints goes to the file `screen`."""

    zygote: "Zygote"
    pid: int
    screen: Path

    def send(self, signal_number: int) -> None:
        os.kill(self.pid, signal_number)

    def wait(self) -> int:
        """Return the exit code; that of a child that was killed is the negative number of the signal."""
        return self.zygote.ask(wait=self.pid)

    def printed(self) -> list[str]:
        """Return the lines of standard error, but for notices of TensorFlow's C++ code."""
        lines = self.screen.read_text().splitlines()
        return [line for line in lines if not line.startswith(("WARNING: All log", "I0", "W0", "E0"))]


class Zygote:
    """The process that forks."""

    def __init__(self, screens: Path) -> None:
        self.screens, self.count = screens, 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self.answer() == READY

    def ask(self, **request: Any) -> int:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())

    def start(
        self,
        folder: Path,
        *argv: object,
        limit: int | None = None,
        variables: Mapping[str, str] | None = None,
        function: str = "audeep.main:main",
    ) -> Child:
        """Start a command in a folder.

        Parameters
        ----------
        folder
            The working directory.
        argv
            The command line.
        limit
            Bytes that no file may exceed.
        variables
            Further environment variables.
        function
            What to call with the command line, as ``module:function``; it returns the exit code.
        """
        self.count += 1
        screen = self.screens / f"{self.count}.txt"
        request = {"argv": [str(word) for word in argv], "folder": str(folder), "screen": str(screen)}
        pid = self.ask(**request, limit=limit, variables=dict(variables or {}), function=function)
        return Child(self, pid, screen)

    def run(self, folder: Path, *argv: object, **keywords: Any) -> tuple[int, list[str]]:
        """Run a command to its end; returns the exit code and what it printed to standard error."""
        child = self.start(folder, *argv, **keywords)
        return child.wait(), child.printed()

    def timed(self, folder: Path, *argv: object, **keywords: Any) -> float:
        """Run a command that must succeed; returns how many seconds it took."""
        begin = time.monotonic()
        code, printed = self.run(folder, *argv, **keywords)
        assert code == 0, printed
        return time.monotonic() - begin


@contextmanager
def zygote(screens: Path) -> Iterator[Zygote]:
    """Start a zygote; it ends with the block, and children that still run are killed."""
    server = Zygote(screens)
    try:
        yield server
    finally:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.communicate()


def serve() -> None:
    """Read requests from standard input, a JSON object a line, and answer each with a number."""
    modules = [module.name for module in pkgutil.walk_packages(audeep.__path__, "audeep.")]
    for name in (*modules, *DEFERRED):
        if not name.endswith("__main__"):
            importlib.import_module(name)
    # Children need not look through all that was imported whenever they collect garbage.
    gc.collect()
    gc.freeze()
    print(READY, flush=True)  # noqa: T201
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            _, status = os.waitpid(request["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        elif not (answer := os.fork()):
            become(**request)
        print(answer, flush=True)  # noqa: T201


def become(
    argv: list[str], folder: str, screen: str, limit: int | None, variables: dict[str, str], function: str
) -> None:
    """Run a command in this process, and end it."""
    os.chdir(folder)
    os.environ.update(variables)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    os.dup2(os.open(screen, os.O_WRONLY | os.O_CREAT), 2)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    code = UNKNOWN
    try:
        code = pkgutil.resolve_name(function)(argv)
    except SystemExit as leave:
        code = int(leave.code or 0)
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
