"""Output files that are either complete or not there."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audeep.backend.errors import AudeepError

#: How the names of unfinished files begin; such a file that was left by a kill can be deleted.
PREFIX = ".audeep-unfinished-"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` that takes its place once the block ends without an error.

    Missing folders are made. On an error or an interruption the temporary file is removed and whatever
    was at `path` before stays as it was.

    Raises
    ------
    AudeepError
        If the folder cannot be written to.
    """
    path = Path(path)
    if path.is_dir():
        raise AudeepError(f"{path} is a folder; give the name of a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=path.suffix[-16:], dir=path.parent)
    except OSError as error:
        raise AudeepError(f"cannot write {path}: {error.strerror}") from error
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def temporary_folder(folder: Path | None = None) -> Iterator[Path]:
    """Yield a folder that is deleted with all its content at the end of the block.

    Parameters
    ----------
    folder
        A folder that must not exist yet; by default a new one among the temporary files of the system.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="audeep-") as name:
            yield Path(name)
        return
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise AudeepError(f"{folder} exists; give a folder that can be made, and deleted afterwards") from None
    except OSError as error:
        raise AudeepError(f"cannot make the folder {folder}: {error.strerror}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
