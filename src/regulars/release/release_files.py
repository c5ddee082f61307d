"""Read and write the typed files of a release; older ones are migrated, others refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from regulars.core.errors import NewerRelease, ReleaseError
from regulars.release.contract import FORMAT, ReleaseFile
from regulars.release.migrations import migrated

File = TypeVar("File", bound=ReleaseFile)


def write_file(folder: Path, content: ReleaseFile) -> Path:
    """Write a file under its name, keys in order so that the same content gives the same bytes."""
    path = folder / content.file_name
    path.write_text(as_text(content), "utf-8")
    return path


def as_text(content: ReleaseFile) -> str:
    """The JSON text of a file."""
    plain = content.model_dump(mode="json")
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False)


def read_file(kind: type[File], folder: Path) -> File | None:
    """A file of a release; None where it holds none.

    Raises ReleaseError where it is damaged or was written by a newer version.
    """
    path = folder / kind.file_name
    try:
        stored = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        content: Any = json.loads(stored.decode("utf-8"))
        return parse_content(kind, content, where=path)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(
            f"{path.name} cannot be read: {_reason(error)}",
            where=str(path),
            hint="`regulars run --resume-from stage` writes a new release.",
        ) from None


def parse_content(kind: type[File], content: dict[str, Any], *, where: Path) -> File:
    """The content of a file under today's names; `where` is the path that an error names."""
    version = int(content.get("format", 1))
    if version > FORMAT:
        raise NewerRelease(
            f"{kind.file_name} was written by a newer version",
            where=str(where),
            hint="pip install --upgrade regulars",
        )
    if version < FORMAT:
        content = {**migrated(kind.file_name, content, version=version), "format": FORMAT}
    return kind.model_validate(content)


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return f"{type(error).__name__}: {error}"
