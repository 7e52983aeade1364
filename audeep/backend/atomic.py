"""Output files that appear complete or not at all, and folders locked for one process.

Unfinished files live in a locked folder of their own. The lock is released when the process ends, however it ends,
so leftovers of a killed process are recognised and deleted by the next one that writes there.
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

#: Prefix of folders with unfinished files.
PREFIX = ".audeep-unfinished-"
#: Name of the lock file.
LOCK = ".lock"
#: First bytes of a data set: HDF5, or classic netCDF.
SIGNATURES = (b"\x89HDF\r\n\x1a\n", b"CDF")
#: Size of a typical write by a library.
PROBE_BYTES = 2**20


@contextmanager
def replacing(path: Path, *, inputs: Sequence[Path] = (), is_data_set: bool = False) -> Iterator[Path]:
    """Yield a temporary path near `path`, renamed to `path` when the block ends without an error.

    Creates missing folders and follows a link. On an error or an interruption, deletes the temporary file and
    leaves `path` unchanged. `refuse_to_replace` lists what is never overwritten.
    """
    refuse_to_replace(path, inputs=inputs, is_data_set=is_data_set)
    # Not `Path.is_symlink`, which raises if a name is too long.
    target = Path(os.path.realpath(path) if os.path.islink(path) else path)  # noqa: PTH114
    with replacing_all([target], target.parent) as (temporary,):
        yield temporary


def refuse_to_replace(path: Path, *, inputs: Sequence[Path] = (), is_data_set: bool = False) -> None:
    """Refuse to overwrite an input or, with a data set, anything but another data set or an empty file."""
    for other in inputs:
        refuse_same_file(output=path, input=other)
    # If the file cannot be read, the attempt to write it will say why.
    with suppress(OSError):
        if is_data_set and path.is_file() and path.stat().st_size:
            with path.open("rb") as file:
                if not file.read(8).startswith(SIGNATURES):
                    raise DataError(
                        f"{path} exists and is not an auDeep data set; remove it, or choose another name"
                    )


def refuse_same_file(**paths: Path) -> None:
    """Refuse an output that is also an input, by whatever path; keywords are the parameter names."""
    (output, written), (input, read) = paths.items()
    if is_same_file(written, read):
        raise OptionError(f"`{output}` and `{input}` must be different files, not both {read}")


def is_same_file(path: Path, other: Path) -> bool:
    """Return whether two paths lead to the same file; False if either cannot be read."""
    with suppress(OSError, ValueError):
        return path.samefile(other)
    return False


@contextmanager
def replacing_all(paths: Sequence[Path], folder: Path) -> Iterator[list[Path]]:
    """Yield a temporary path for each of several files in or below a folder; see `replacing`."""
    path = folder
    try:
        for path in paths:
            if path.is_dir():
                raise AudeepError(f"{path} is a folder; expected a file name")
            if path.exists() and not path.is_file():
                raise AudeepError(f"cannot overwrite {path}: not a regular file")
            path.parent.mkdir(parents=True, exist_ok=True)
        with own_folder(folder) as place:
            temporary = [place / f"{number}{path.suffix}" for number, path in enumerate(paths)]
            yield temporary
            for source, path in zip(temporary, paths, strict=True):
                finish(source, path)
    except OSError as error:
        # Not `strerror`, in which libraries may say more than the system, in their own words.
        reason = os.strerror(error.errno) if error.errno else error
        raise AudeepError(f"cannot write {path}: {reason}") from error


@contextmanager
def temporary_folder(folder: Path | None = None) -> Iterator[Path]:
    """Yield a folder that is deleted with its contents at the end of the block.

    It is created in `folder`, which is deleted as well and may contain only leftovers of a killed process; by
    default in the system's folder for temporary files.
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
            raise AudeepError(
                f"{folder} exists; expected a folder that can be created, and deleted afterwards"
            ) from None
        except OSError as error:
            where = f"the folder {folder}" if folder else "a temporary folder"
            raise AudeepError(f"cannot create {where}: {error.strerror}") from error
        yield new


@contextmanager
def exclusive(folder: Path, use: str) -> Iterator[None]:
    """Lock a folder, created if missing, for this process; others are told that it is in use by another `use`."""
    lock = FileLock(folder / LOCK, blocking=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        _delete_abandoned(folder)
    except Timeout:
        raise AudeepError(
            f"{folder} is in use by another {use}; wait for it to end, or use another folder"
        ) from None
    except OSError as error:
        raise AudeepError(f"cannot write to {folder}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def why_not(path: Path) -> str | None:
    """Try to append to a file and return the system's error message, which not every library passes on."""
    try:
        with path.open("ab") as file:
            file.write(bytes(PROBE_BYTES))
    except OSError as error:
        return error.strerror
    return None


@contextmanager
def own_folder(parent: Path) -> Iterator[Path]:
    """Yield a new folder in `parent` for unfinished files, and delete abandoned ones."""
    _delete_abandoned(parent)
    # Its name is chosen before it is created, so that an interruption at any time leaves nothing behind.
    folder = parent / f"{PREFIX}{secrets.token_hex(8)}"
    lock = FileLock(folder / LOCK)
    try:
        _make_and_lock(folder, lock)
        yield folder
    finally:
        try:
            _delete(folder, lock)
        finally:
            # Again, in case the first attempt was interrupted.
            _delete(folder, lock)


def finish(temporary: Path, path: Path) -> None:
    """Flush a file to disk, then rename it to `path`, with the permissions of the file it replaces."""
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    if path.exists():
        shutil.copymode(path, temporary)
    temporary.replace(path)


def _make_and_lock(folder: Path, lock: BaseFileLock) -> None:
    """Create a folder and lock it; start over if another process deletes it as abandoned before it is locked."""
    while not lock.is_locked:
        folder.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError, FileExistsError):
            lock.acquire()


def _delete(folder: Path, lock: BaseFileLock) -> None:
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def _delete_abandoned(parent: Path) -> None:
    """Delete folders with unfinished files that no process has locked."""
    for folder in parent.glob(f"{PREFIX}*"):
        # A folder whose lock is taken is in use; any other error means that it is not ours to delete.
        with suppress(OSError, Timeout), FileLock(folder / LOCK, blocking=False):
            shutil.rmtree(folder, ignore_errors=True)


def _delete_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
