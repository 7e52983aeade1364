"""Output files that are either complete or not there, and folders that belong to one process.

What is unfinished lies in a folder of its own, locked for as long as its process lives. The lock goes with the
process however that ends, so that what a kill left behind is known, and deleted by the next one that writes there.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from audeep.backend.errors import AudeepError, DataError, OptionError

#: How the names of folders with unfinished files begin.
PREFIX = ".audeep-unfinished-"
#: The file that is locked.
LOCK = ".lock"
#: How a data set begins: with HDF5, or an older netCDF.
SIGNATURES = (b"\x89HDF\r\n\x1a\n", b"CDF")
#: As much as libraries write at once.
PROBE_BYTES = 2**20


@contextmanager
def replacing(path: Path, *, inputs: Sequence[Path] = (), is_data_set: bool = False) -> Iterator[Path]:
    """Yield a temporary path near `path` that takes its place once the block ends without an error.

    Missing folders are made, and a link is followed. On an error or an interruption the temporary file is removed
    and whatever was at `path` before stays as it was. See `refuse_to_replace` for what is not replaced.
    """
    refuse_to_replace(path, inputs=inputs, is_data_set=is_data_set)
    # Not `Path.is_symlink`, which raises for names that are too long.
    target = Path(os.path.realpath(path) if os.path.islink(path) else path)  # noqa: PTH114
    with replacing_all([target], target.parent) as (temporary,):
        yield temporary


def refuse_to_replace(path: Path, *, inputs: Sequence[Path] = (), is_data_set: bool = False) -> None:
    """Refuse to write over an input, or, as a data set, over anything but a data set and an empty file."""
    for other in inputs:
        refuse_same_file(output=path, input=other)
    # Whatever keeps a file from being looked at, writing it will explain.
    with suppress(OSError):
        if is_data_set and path.is_file() and path.stat().st_size:
            with path.open("rb") as file:
                if not file.read(8).startswith(SIGNATURES):
                    raise DataError(
                        f"{path} is no data set, and not replaced by one; remove it, or choose another name"
                    )


def refuse_same_file(**paths: Path) -> None:
    """Refuse an output that is an input, whatever path leads to it; the names of both are those of parameters."""
    (output, written), (input, read) = paths.items()
    if is_same_file(written, read):
        raise OptionError(f"`{output}` and `{input}` must be different files, not both {read}")


def is_same_file(path: Path, other: Path) -> bool:
    """Tell whether two paths lead to the same file; one that cannot be looked at is no other."""
    with suppress(OSError, ValueError):
        return path.samefile(other)
    return False


@contextmanager
def replacing_all(paths: Sequence[Path], folder: Path) -> Iterator[list[Path]]:
    """Yield a temporary path for each of several files, in or below a folder; see `replacing`."""
    path = folder
    try:
        for path in paths:
            if path.is_dir():
                raise AudeepError(f"{path} is a folder; give the name of a file")
            if path.exists() and not path.is_file():
                raise AudeepError(f"{path} is no regular file, and cannot be replaced by one")
            path.parent.mkdir(parents=True, exist_ok=True)
        with own_folder(folder) as place:
            temporary = [place / f"{number}{path.suffix}" for number, path in enumerate(paths)]
            yield temporary
            for source, path in zip(temporary, paths, strict=True):
                finish(source, path)
    except OSError as error:
        raise AudeepError(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def temporary_folder(folder: Path | None = None) -> Iterator[Path]:
    """Yield a folder that is deleted with all its content at the end of the block.

    It is made in `folder`, which is deleted as well, and must hold nothing but what a kill has left behind; by
    default in that of the temporary files of the system.
    """
    with ExitStack() as stack:
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
                if any(not item.name.startswith(PREFIX) for item in folder.iterdir()):
                    raise FileExistsError
                stack.callback(_delete_if_empty, folder)
            new = stack.enter_context(own_folder(folder or Path(tempfile.gettempdir())))
        except FileExistsError:
            raise AudeepError(f"{folder} exists; give a folder that can be made, and deleted afterwards") from None
        except OSError as error:
            where = f"the folder {folder}" if folder else "a temporary folder"
            raise AudeepError(f"cannot make {where}: {error.strerror}") from error
        yield new


@contextmanager
def exclusive(folder: Path, use: str) -> Iterator[None]:
    """Keep a folder to this process, for a `use` that the message to others names; missing folders are made."""
    lock = FileLock(folder / LOCK, blocking=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        _delete_abandoned(folder)
    except Timeout:
        raise AudeepError(f"{folder} is in use by another {use}; wait for its end, or use another folder") from None
    except OSError as error:
        raise AudeepError(f"cannot write into {folder}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def why_not(path: Path) -> str | None:
    """Try to append to a file; returns what the system has against it, since not every library tells."""
    try:
        with path.open("ab") as file:
            file.write(bytes(PROBE_BYTES))
    except OSError as error:
        return error.strerror
    return None


@contextmanager
def own_folder(parent: Path) -> Iterator[Path]:
    """Yield a new folder in `parent` for unfinished files, and delete those that are abandoned there."""
    _delete_abandoned(parent)
    # Its name is known before it is there, so that no interruption comes too early for it to be deleted.
    folder = parent / f"{PREFIX}{secrets.token_hex(8)}"
    lock = FileLock(folder / LOCK)
    try:
        _make_and_lock(folder, lock)
        yield folder
    finally:
        try:
            _delete(folder, lock)
        finally:
            # Once more, for the interruption that came meanwhile.
            _delete(folder, lock)


def finish(temporary: Path, path: Path) -> None:
    """Give a file its name, and the permissions of what it replaces, once all of it is on disk."""
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    if path.exists():
        shutil.copymode(path, temporary)
    temporary.replace(path)


def _make_and_lock(folder: Path, lock: BaseFileLock) -> None:
    """Make a folder and lock it; once more if somebody took it for abandoned before it was locked."""
    while not lock.is_locked:
        folder.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError, FileExistsError):
            lock.acquire()


def _delete(folder: Path, lock: BaseFileLock) -> None:
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def _delete_abandoned(parent: Path) -> None:
    """Delete the folders with unfinished files that no process has locked."""
    for folder in parent.glob(f"{PREFIX}*"):
        # One is in use if the lock cannot be had at once; any other error means that it is not ours to delete.
        with suppress(OSError, Timeout), FileLock(folder / LOCK, blocking=False):
            shutil.rmtree(folder, ignore_errors=True)


def _delete_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
