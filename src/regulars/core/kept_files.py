"""Files that are expensive to make and safe to lose: beside a project, or shared by all of a user.

A file names what it was made from and digests its own content: one that was made from something
else, cut short or damaged counts as absent.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from regulars.core.private_folder import make_private

_FOLDER = "regulars"


def read_kept(path: Path, *, made_from: str) -> bytes | None:
    """The content of a kept file that was made from this; None where there is none such."""
    try:
        stored = path.read_bytes()
    except OSError:
        return None
    heading, _, content = stored.partition(b"\n")
    return content if heading == _heading(made_from, content) else None


def write_kept(path: Path, content: bytes, *, made_from: str) -> None:
    """Keep a content; readers see all of it or what was there before.

    Where nothing can be written, such as on a full disk, nothing is kept: it is no error.
    """
    with contextlib.suppress(OSError):
        make_private(path.parent)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(_heading(made_from, content) + b"\n" + content)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def drop_older(folder: Path, pattern: str, *, keep: int) -> None:
    """Leave the newest files of a pattern in a folder, by when they were written."""
    with contextlib.suppress(OSError):
        written = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in written[keep:]:
            path.unlink(missing_ok=True)


def user_cache() -> Path | None:
    """The folder for what all projects of a user share; None where the user has no home."""
    try:
        return _cache_of_system() / _FOLDER
    except (KeyError, RuntimeError):
        return None


def _cache_of_system() -> Path:
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return chosen if chosen.is_absolute() else Path.home() / ".cache"


def _heading(made_from: str, content: bytes) -> bytes:
    return f"{made_from} {hashlib.sha256(content).hexdigest()}".encode()
