"""What the sources deliver now, known without reading it."""

from __future__ import annotations

from regulars.core.errors import SourceError
from regulars.core.fingerprints import fingerprint_of
from regulars.core.settings import Project
from regulars.ingest.source_reading import reading_of
from regulars.ingest.sources.files import find_files


def deliveries_fingerprint(project: Project) -> str:
    """Changes whenever a landing might find something new; from stat alone, so it is cheap."""
    parts = []
    for name, source in project.sources.items():
        parts.append(f"{name} {source.model_dump_json(include={'path', 'sql', 'load'})}")
        parts.append(reading_of(source))
        if source.path is not None and not source.is_remote:
            parts += _seen(project, name)
    return fingerprint_of(parts)


def _seen(project: Project, source: str) -> list[str]:
    try:
        files = find_files(project, source)
    except SourceError:
        return ["no files"]  # landing says so, with what to do about it
    return [f"{file.name} {file.size} {file.modified_ns}" for file in files]
