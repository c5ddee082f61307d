"""The state of a project is for its owner: it holds personal data, keys and estimators."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OF_OTHERS = 0o077


def make_private(folder: Path) -> None:
    """Make the folder, or take what others may do to it away; what it holds is closed with it.

    Files of earlier versions are closed one by one, once: when the folder itself was still open.
    Nothing happens to what belongs to another user, and on systems without such modes.
    """
    if os.name != "posix":
        folder.mkdir(parents=True, exist_ok=True)
        return
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    if not is_open_to_others(folder):
        return
    for path in folder.rglob("*"):
        _close(path)
    _close(folder)


def is_open_to_others(folder: Path) -> bool:
    """Whether others than its owner may enter, read or change a folder."""
    return os.name == "posix" and bool(folder.stat().st_mode & _OF_OTHERS)


def keep_new_files_private() -> None:
    """Let this process, and those that it starts, write files that only their owner can read."""
    os.umask(os.umask(_OF_OTHERS) | _OF_OTHERS)


def _close(path: Path) -> None:
    try:
        status = path.lstat()
        if not stat.S_ISLNK(status.st_mode):
            path.chmod(stat.S_IMODE(status.st_mode) & ~_OF_OTHERS)
    except (PermissionError, FileNotFoundError):
        return
