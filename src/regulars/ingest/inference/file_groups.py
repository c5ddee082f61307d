"""Which files belong together, and how they are read: format, encoding, delimiter, header."""

from __future__ import annotations

import glob
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from regulars.core.errors import SourceError
from regulars.core.names import printable, snake_case
from regulars.core.settings import Source
from regulars.ingest.sources.decoding import CHUNK, plain_text, unpacked
from regulars.ingest.sources.dialects import (
    agreement,
    records,
    sample_text,
    sniffed_delimiter,
)
from regulars.ingest.sources.files import FORMATS, FoundFile, file_format, found_file

_NUMBER = re.compile(r"[-+(]?[^\w\s]?\s*[\d.,]+\)?%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
_MOST_CHECKED = 64 * CHUNK  # of a file, for its encoding


@dataclass(frozen=True)
class FileGroup:
    """Files of one shape: a source in the making; `pattern` finds exactly these files."""

    name: str
    files: tuple[FoundFile, ...]
    pattern: Path
    source: Source
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Look:
    """One file, how it is read, and what tells it from files of another shape."""

    file: FoundFile
    settings: dict[str, object]
    shape: tuple[object, ...]
    ascii_only: bool = False
    notes: tuple[str, ...] = field(default=())


def deliveries(
    paths: Iterable[Path], *, workspace: Path
) -> tuple[list[FileGroup], list[tuple[str, SourceError]]]:
    """The tables that these files and folders hold, and the files that are none, with why."""
    looks: list[_Look] = []
    refused: list[tuple[str, SourceError]] = []
    for path in _files(paths):
        try:
            looks.append(_look(found_file(path, root=path.parent), workspace=workspace))
        except SourceError as error:
            refused.append((printable(path.name), error))
    groups: dict[tuple[object, ...], list[_Look]] = defaultdict(list)
    for look in looks:
        groups[(look.file.path.parent, *look.shape)].append(look)
    file_groups = [delivery for group in groups.values() for delivery in _grouped(group)]
    return _with_own_names(file_groups), refused


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += [inner for inner in sorted(path.rglob("*")) if _is_data(inner, below=path)]
        elif path.is_file():
            files.append(path)
        else:
            raise SourceError("there is no such file or folder", where=str(path))
    return list(dict.fromkeys(path.resolve() for path in files))


def _is_data(path: Path, *, below: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in path.relative_to(below).parts)
    return path.is_file() and not hidden and bool(set(path.suffixes) & set(FORMATS))


def _look(file: FoundFile, *, workspace: Path) -> _Look:
    kind = file_format(file.path, Source(path=file.name))
    if kind != "csv":
        by_name = file.path.suffix.lower() in FORMATS
        return _Look(file, {} if by_name else {"format": kind}, (kind, *_parquet_names(file, kind)))
    encoding, ascii_only = _encoding(file)
    sample = sample_text(plain_text(file, encoding=encoding, workspace=workspace))
    settings: dict[str, object] = {} if encoding == "utf-8" else {"encoding": encoding}
    delimiter = sniffed_delimiter(sample, quote='"')
    share, _ = agreement(sample, delimiter, quote='"')
    if share >= 0.8:
        rows = records(sample, delimiter, quote='"', escape='"')
        if delimiter != ",":
            settings["delimiter"] = delimiter
        return _with_header(file, rows, settings, kind=delimiter, ascii_only=ascii_only)
    lines = [line.split() for line in sample.splitlines() if line.strip()]
    if len(lines) > 1 and len(lines[0]) > 1 and len({len(line) for line in lines}) == 1:
        return _with_header(
            file, lines, {"format": "whitespace", **settings}, kind="space", ascii_only=ascii_only
        )
    raise SourceError("is no table: its lines have no fields in common", where=file.name)


def _with_header(
    file: FoundFile,
    rows: list[list[str]],
    settings: dict[str, object],
    *,
    kind: str,
    ascii_only: bool,
) -> _Look:
    first = next(row for row in rows if row)
    headless = any(_NUMBER.fullmatch(cell.strip()) for cell in first)
    if not headless:
        return _Look(file, settings, (kind, *map(snake_case, first)), ascii_only)
    names = [f"column_{number}" for number in range(1, len(first) + 1)]
    return _Look(file, {**settings, "columns": names}, (kind, "headless", len(first)), ascii_only)


def _parquet_names(file: FoundFile, kind: str) -> list[str]:
    if kind != "parquet":
        return [file.name]  # sheets of different workbooks are not taken for one another
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(file.path).names)
    except (OSError, pa.ArrowException) as error:
        what = str(error).split("\n", 1)[0]
        raise SourceError(f"is not a readable Parquet file: {what}", where=file.name) from None


def _encoding(file: FoundFile) -> tuple[str, bool]:
    """The encoding that all of the file's bytes agree with, and whether it is plain ASCII."""
    with unpacked(file) as stream:
        head = stream.read(_MOST_CHECKED)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16", False
    if head.isascii():
        return "utf-8", True
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not a sign that the limit cut in two
            windows = any(0x80 <= byte <= 0x9F for byte in head)
            return ("cp1252" if windows else "latin-1"), False
    return "utf-8", False


def _grouped(looks: list[_Look]) -> list[FileGroup]:
    encodings = {look.settings.get("encoding") for look in looks if not look.ascii_only}
    paths = [look.file.path for look in looks]
    pattern = _pattern(paths)
    if len(encodings) > 1 or pattern is None:
        return [_delivery([look], look.file.path) for look in looks]
    return [_delivery(looks, pattern)]


def _delivery(looks: list[_Look], pattern: Path) -> FileGroup:
    # Plain ASCII reads the same in every encoding, so one that is not decides for all.
    deciding_look = next((look for look in looks if not look.ascii_only), looks[0])
    stems = [look.file.path.name.split(".")[0] for look in looks]
    return FileGroup(
        _source_name(_shared_start(stems)),
        tuple(look.file for look in looks),
        pattern,
        Source.model_validate({"path": str(pattern), **deciding_look.settings}),
        tuple(note for look in looks for note in look.notes),
    )


def _pattern(paths: list[Path]) -> Path | None:
    """One path or pattern that finds these files of one folder and no other."""
    if len(paths) == 1:
        return paths[0]
    names = [path.name for path in paths]
    before = _shared_start(names)
    after = _shared_start([name[::-1] for name in names])[::-1]
    pattern = paths[0].parent / f"{before}*{after}"
    matching = {Path(name) for name in glob.glob(str(pattern))}  # noqa: PTH207
    return pattern if matching == set(paths) else None


def _shared_start(names: list[str]) -> str:
    return os.path.commonprefix(names)  # noqa: RUF071  (characters are what is wanted)


def _source_name(text: str) -> str:
    name = re.sub(r"[^a-z0-9_]+", "", re.sub(r"[\d_]+$", "", snake_case(text)))
    return name if name[:1].isalpha() else f"table_{name}".rstrip("_")


def _with_own_names(groups: list[FileGroup]) -> list[FileGroup]:
    counts: dict[str, int] = defaultdict(int)
    named = []
    for group in groups:
        counts[group.name] += 1
        number = counts[group.name]
        name = group.name if number == 1 else f"{group.name}_{number}"
        named.append(FileGroup(name, group.files, group.pattern, group.source, group.notes))
    return named
