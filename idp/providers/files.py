"""Files that hold keys: made once, whole or not at all, readable by their owner only.

Several processes may start on an empty folder at the same moment; a lock file lets one of them make the files and the
others read them. A reader of complete files needs neither the lock nor leave to write.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OWNER_ONLY = 0o600
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, making the folder if need be; the system lets it go when the process dies."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def write_private(path: Path, content: str) -> None:
    """Put `content` at `path` in one step, mode 0600, safe against a crash; the caller holds the lock."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, _NEW, _OWNER_ONLY), "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def exposed_files(folder: Path) -> tuple[Path, ...]:
    """Files in `folder` that the group or everybody may read or write; for `doctor`."""
    inside = folder.iterdir() if folder.is_dir() else ()
    files = sorted(path for path in inside if path.is_file() and not path.name.startswith("."))
    return tuple(path for path in files if path.stat().st_mode & 0o077)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
