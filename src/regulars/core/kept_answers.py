"""Answers of our code that a file keeps beside the run records: right until the code changes.

A file names what its content was made from; one made from something else, or damaged, counts as
absent. It is safe to lose.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from regulars import __version__
from regulars.core.fingerprints import fingerprint, package_folder


def read_kept(path: Path, *made_from: Any) -> Any:
    """The content that was made from this by the code as it is; None where there is none such."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        return kept["content"] if kept["key"] == _key(made_from) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_kept(path: Path, content: Any, *made_from: Any) -> None:
    """Keep a content. Where nothing may be written nothing is kept: it is no error."""
    draft = path.with_suffix(".new")
    try:
        draft.write_text(json.dumps({"key": _key(made_from), "content": content}, indent=1))
        draft.replace(path)
    except OSError:
        pass


def _key(made_from: tuple[Any, ...]) -> str:
    return fingerprint(_package_state(), made_from)


@cache
def _package_state() -> str:
    """Changes whenever a file of the package does; from stat alone, so it is cheap."""
    files = [[name, *stat] for name, stat in sorted(_stats(str(package_folder())))]
    return fingerprint(__version__, sys.version, str(package_folder()), files)


def _stats(folder: str) -> Iterator[tuple[str, tuple[int, int, int]]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _stats(entry.path)
        elif not entry.name.endswith(".pyc"):
            about = entry.stat()
            yield entry.path, (about.st_size, about.st_mtime_ns, about.st_ctime_ns)
