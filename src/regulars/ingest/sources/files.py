"""Which files a source means: one file, a folder or a pattern; distinguished by stat alone."""

from __future__ import annotations

import glob
import hashlib
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from regulars.core.errors import SourceError
from regulars.core.names import nearest
from regulars.core.settings import Project, Source

Format = Literal["csv", "parquet", "excel", "json", "fixed", "whitespace"]

COMPRESSED = (".gz", ".zst", ".zip")
FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".psv": "csv",
    ".txt": "csv",
    ".dat": "csv",
    ".asc": "csv",
    ".tab": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")  # a workbook of the old format


@dataclass(frozen=True)
class FoundFile:
    """A file of a source; `name` is its path from the project's folder, with slashes.

    An object of a store has its address (`uri`) and what tells its content apart (`content`).
    """

    path: Path
    name: str
    size: int
    modified_ns: int
    uri: str | None = None
    content: str | None = None

    @property
    def location(self) -> str:
        """Where DuckDB finds it."""
        return self.uri or str(self.path)


def find_files(project: Project, source: str) -> list[FoundFile]:
    """The files of a `path` source, by name; SourceError when there are none."""
    setting = project.sources[source]
    pattern = project.root / Path(setting.path or "").expanduser()
    if pattern.is_dir():
        paths = _data_files(pattern, setting)
    elif pattern.is_file():
        paths = [pattern]
    else:
        # Not Path.glob: the pattern may be absolute.
        names = glob.glob(str(pattern), recursive=True)  # noqa: PTH207
        paths = [path for path in map(Path, names) if path.is_file()]
    if pattern.is_file() or setting.follow_links:
        links = []
    else:
        links = [path for path in paths if _leads_out(path, pattern)]
    if links:
        raise _link(links[0], source=source)
    if not paths:
        raise _nothing_found(setting, pattern, project=project, source=source)
    return sorted((found_file(path, root=project.root) for path in paths), key=lambda f: f.name)


def found_file(path: Path, *, root: Path) -> FoundFile:
    """A file as stat sees it, named from the project's folder."""
    stat = path.stat()
    name = _name_from(path, root)
    try:
        name.encode()
    except UnicodeEncodeError:
        raise SourceError(
            "the name of this file is not UTF-8", where=ascii(name), hint="Rename it."
        ) from None
    return FoundFile(path, name, stat.st_size, stat.st_mtime_ns)


def file_format(path: Path, source: Source) -> Format:
    """The format a source states, or else the one its ending or its first bytes tell."""
    if source.format is not None:
        return source.format
    known = format_by_name(path)
    if not path.exists():  # in a store, where only the name can tell
        return known or "parquet"
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return _format_in_archive(path) or known or "csv"
    with path.open("rb") as stream:
        head = stream.read(len(_COMPOUND_FILE))
    by_content = _format_by_content(head)
    if suffix == ".xls" and by_content is None and head:
        return "csv"  # text that was named so that a spreadsheet opens it
    if known is None or (known == "csv" and suffix not in COMPRESSED):
        return by_content or known or "csv"
    return known


def _format_by_content(head: bytes) -> Format | None:
    if head.startswith(b"PAR1"):
        return "parquet"
    return "excel" if head.startswith((b"PK\3\4", _COMPOUND_FILE)) else None


def _format_in_archive(path: Path) -> Format | None:
    """The format of the first file in an archive, by its name."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
    except (OSError, zipfile.BadZipFile):
        return None  # reading it says so
    by_name = format_by_name(Path(names[0])) if names else None
    return by_name if by_name in ("csv", "json") else None


def content_of(file: FoundFile) -> str:
    """What tells a file's content from another's: its SHA-256, or what its store says of it."""
    return file.content or sha256(file.path)


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _data_files(folder: Path, source: Source) -> list[Path]:
    """Files below a folder that look like the source's format; hidden ones are left out."""
    files = []
    for path in folder.rglob("*"):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        by_name = format_by_name(path)
        # Where nothing is stated, JSON beside tables is rather a description of them.
        known = by_name not in (None, "json")
        wanted = known if source.format is None else _may_be(by_name, source.format)
        if wanted and not hidden and path.is_file():
            files.append(path)
    return files


def _leads_out(path: Path, pattern: Path) -> bool:
    """Whether a symbolic link leads out of the folder that a path names, or a pattern begins at."""
    folder = pattern
    while glob.has_magic(str(folder)) or not folder.is_dir():
        folder = folder.parent
    return not path.resolve().is_relative_to(folder.resolve())


def _link(path: Path, *, source: str) -> SourceError:
    return SourceError(
        f"this is a link out of the folder of source '{source}', to {path.resolve()}",
        where=str(path),
        hint=f"Put the file itself there. Or set sources.{source}.follow_links: true where you "
        "know who makes such links.",
    )


def _may_be(by_name: Format | None, wanted: Format) -> bool:
    textual = ("csv", "fixed", "whitespace")
    return by_name == wanted or (by_name in (None, *textual) and wanted in textual)


def format_by_name(path: Path) -> Format | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
        return FORMATS.get(suffixes[-1], "csv") if suffixes else "csv"
    return FORMATS.get(suffixes[-1]) if suffixes else None


def _name_from(path: Path, root: Path) -> str:
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()


def _nothing_found(setting: Source, pattern: Path, *, project: Project, source: str) -> SourceError:
    folder = next(parent for parent in pattern.parents if parent.is_dir())
    near = nearest(pattern.name, [path.name for path in folder.iterdir()])
    advice = f"Did you mean '{near}'? " if near else f"Looked in {folder}. "
    what = "holds no data files" if pattern.is_dir() else "matches no file"
    return SourceError(
        f"source '{source}': the path '{setting.path}' {what}",
        where=str(project.root / "regulars.yaml"),
        hint=f"{advice}Correct sources.{source}.path, or put the file there.",
    )
