"""Files that look like deliveries of a source, and that its path does not read.

A pattern that was written for last year (`sales_2024-*.csv`) goes on without an error when this
year's files come. Names that differ in their numbers only are taken for deliveries of one source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from regulars.core.errors import SourceError
from regulars.core.settings import Project
from regulars.ingest.sources.files import find_files, found_file


@dataclass(frozen=True)
class UnreadFile:
    """A file that no source reads, and the source that reads files of such names."""

    source: str
    file: str


def unread_files(project: Project) -> tuple[UnreadFile, ...]:
    """All of them, by source and name; by names alone, nothing is opened."""
    read: set[Path] = set()
    source_of: dict[tuple[Path, str], str] = {}
    for name, source in project.sources.items():
        if source.path is None or source.is_remote:
            continue
        try:
            files = find_files(project, name)
        except SourceError:  # landing says so
            continue
        read |= {file.path for file in files}
        source_of |= {(file.path.parent, _shape(file.path)): name for file in files}
    return tuple(
        UnreadFile(source_of[folder, _shape(path)], found_file(path, root=project.root).name)
        for folder in sorted({folder for folder, _ in source_of})
        for path in sorted(folder.iterdir())
        if path not in read and (folder, _shape(path)) in source_of and path.is_file()
    )


def _shape(path: Path) -> str:
    return re.sub(r"\d+", "0", path.name)
