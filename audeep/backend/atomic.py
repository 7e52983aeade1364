"""Output files that are either complete or not there, and folders that belong to one process.

What is unfinished lies in a folder of its own, locked for as long as its process lives. The lock goes with the
process however that ends, so that what a kill left behind is known, and deleted by the next one that writes there.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from audeep.backend.errors import AudeepError

#: How the names of folders with unfinished files begin.
PREFIX = ".audeep-unfinished-"
#: The file that is locked.
LOCK = ".lock"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path near `path` that takes its place once the block ends without an error.

    Missing folders are made. On an error or an interruption the temporary file is removed and whatever
    was at `path` before stays as it was.

    Raises
    ------
    AudeepError
        If the file cannot be written.
    """
    path = Path(path)
    if path.is_dir():
        raise AudeepError(f"{path} is a folder; give the name of a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _own_folder(path.parent) as folder:
            temporary = folder / path.name
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
    except OSError as error:
        raise AudeepError(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def temporary_folder(folder: Path | None = None) -> Iterator[Path]:
    """Yield a folder that is deleted with all its content at the end of the block.

    Parameters
    ----------
    folder
        A folder that must not exist yet, unless a kill has left it behind; by default a new one among the
        temporary files of the system.

    Raises
    ------
    AudeepError
        If the folder exists, or cannot be made.
    """
    if folder is None:
        with _own_folder(Path(tempfile.gettempdir())) as new:
            yield new
        return
    _delete_if_abandoned(folder)
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise AudeepError(f"{folder} exists; give a folder that can be made, and deleted afterwards") from None
    except OSError as error:
        raise AudeepError(f"cannot make the folder {folder}: {error.strerror}") from error
    with _deleted(folder):
        yield folder


@contextmanager
def exclusive(folder: Path, use: str) -> Iterator[None]:
    """Keep a folder to this process; missing folders are made.

    Raises
    ------
    AudeepError
        If another process has it, for a `use` that the message names.
    """
    lock = FileLock(folder / LOCK, blocking=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise AudeepError(f"{folder} is in use by another {use}; wait for its end, or use another folder") from None
    except OSError as error:
        raise AudeepError(f"cannot write into {folder}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _own_folder(parent: Path) -> Iterator[Path]:
    """Yield a new folder in `parent`, and delete those that are abandoned there."""
    for leftover in parent.glob(f"{PREFIX}*"):
        _delete_if_abandoned(leftover)
    with _deleted(Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))) as folder:
        yield folder


@contextmanager
def _deleted(folder: Path) -> Iterator[Path]:
    """Lock a folder for the time of the block, and delete it at the end."""
    try:
        with FileLock(folder / LOCK):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _delete_if_abandoned(folder: Path) -> None:
    """Delete a folder that was locked by a process that is no more."""
    lock = folder / LOCK
    if not lock.exists():
        return
    try:
        with FileLock(lock, blocking=False):
            shutil.rmtree(folder, ignore_errors=True)
    except (OSError, Timeout):
        # It is in use, or it is not ours to delete.
        return
