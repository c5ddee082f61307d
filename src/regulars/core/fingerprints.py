"""Fingerprints: the same inputs, code and settings give the same text."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

_CODE = (".py", ".sql", ".yml", ".yaml", ".html", ".css", ".js")


def fingerprint(*parts: Any) -> str:
    """A short digest of anything that JSON can hold (dates and paths as text)."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@cache
def code_fingerprint(room: str) -> str:
    """A digest of the source of a room of the package, such as 'features', or of one file of it."""
    root = Path(str(resources.files("regulars"))) / room
    paths = [root] if root.is_file() else sorted(root.rglob("*"))
    digest = hashlib.sha256()
    for path in paths:
        if path.suffix in _CODE and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root.parent).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:20]
