"""Programs on a terminal of their own, typed to and read as a person does."""

import os
import pty
import re
import select
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

#: A character that is taken back, a control sequence.
CONTROL = re.compile(r".\x08|\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A terminal with a program on it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def type(self, keys: str) -> None:
        os.write(self.descriptor, keys.encode())

    def wait_for(self, text: str) -> str:
        """Read what appears until there is a text in it, and return all of it, without what moves the cursor."""
        seen, end = "", time.monotonic() + 60
        while text not in (plain := CONTROL.sub("", seen)):
            readable, _, _ = select.select([self.descriptor], [], [], max(0, end - time.monotonic()))
            assert readable, seen
            seen += os.read(self.descriptor, 4096).decode(errors="replace")
        return plain


@contextmanager
def terminal(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Iterator[Terminal]:
    """Start a program in a folder; the terminal closes with the block, which ends the program."""
    # Compiled libraries have threads here, but the child does nothing before it becomes another program.
    pid, descriptor = pty.fork()
    if not pid:
        os.chdir(folder)
        # Some programs ask others where the cursor is, and wait for the answer.
        os.execvpe(command[0], command, {**os.environ, "TERM": "vt100", "PROMPT_TOOLKIT_NO_CPR": "1", **variables})
    try:
        yield Terminal(descriptor)
    finally:
        os.close(descriptor)
        os.waitpid(pid, 0)
