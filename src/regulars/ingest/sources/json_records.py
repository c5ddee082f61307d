"""JSON: an object a line, or an array of objects; every field is text, as in delimited files.

Objects inside an object give columns of their own, one level down (`customer.id` -> customer_id);
what is nested deeper, and arrays, stay JSON text.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.core.errors import EngineError, SourceError
from regulars.core.names import unique_names
from regulars.core.settings import Source
from regulars.ingest.sources.decoding import CHUNK, plain_text
from regulars.ingest.sources.files import FoundFile
from regulars.ingest.sources.scans import TEXT, MalformedRow, Scan, ScanResult, literal, quoted
from regulars.ingest.sources.text_columns import text_records
from regulars.warehouse.protocol import Warehouse

_LARGEST_OBJECT = 1 << 27  # bytes of one object, or of a whole file that is one object
_SOUND = "case when json_valid(line) then json_type(line) = 'OBJECT' else false end"
_MOST_KEYS = 100_000


@dataclass(frozen=True)
class _Field:
    """A field of the objects: its keys from the top, and its name as a label."""

    keys: tuple[str, ...]

    @property
    def pointer(self) -> str:
        """Where it is, as a JSON pointer."""
        return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in self.keys)

    @property
    def label(self) -> str:
        """Its name."""
        return "_".join(self.keys)


def json_scan(file: FoundFile, source: Source, *, warehouse: Warehouse, workspace: Path) -> Scan:
    """How to read JSON; SourceError where the file holds no objects."""
    path = _without_mark(
        plain_text(file, encoding=source.encoding, workspace=workspace), workspace=workspace
    )
    objects, malformed = _objects(path, file, warehouse=warehouse)
    try:
        fields = _fields(warehouse, objects)
    except EngineError as error:
        raise SourceError(f"is not readable JSON: {error.what}", where=file.name) from None
    if not fields:
        raise SourceError("holds no JSON objects with fields", where=file.name)
    names = unique_names(field.label for field in fields)
    columns = ", ".join(
        f"j ->> {literal(field.pointer)} as {quoted(name)}"
        for field, name in zip(fields, names, strict=True)
    )

    def inspect(_rows: int) -> ScanResult:
        if malformed is None:
            return ScanResult([])
        return ScanResult(
            [
                MalformedRow(int(row), f"line {line:,}: no JSON object")
                for row, line in warehouse.scan(malformed)
            ]
        )

    return Scan(
        dict.fromkeys(names, TEXT),
        f"select {columns}, _row_number from {objects}",
        inspect,
        {name: field.label for name, field in zip(names, fields, strict=True)},
    )


def json_rows(value: Any) -> str | None:
    """The key of the one array of objects that an object wraps, as many interfaces deliver it."""
    if not isinstance(value, dict):
        return None
    arrays = [
        key
        for key, inner in value.items()
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner)
    ]
    return arrays[0] if len(arrays) == 1 else None


def _objects(path: Path, file: FoundFile, *, warehouse: Warehouse) -> tuple[str, str | None]:
    """A query of the objects (`j`) with their numbers, and one of the lines that are none."""
    with path.open("rb") as stream:
        head = stream.read(CHUNK).lstrip()
    if head.startswith(b"["):
        read = (
            f"read_json_objects({literal(path)}, format = 'array', "
            f"maximum_object_size = {_LARGEST_OBJECT})"
        )
        return f"(select json as j, row_number() over () as _row_number from {read})", None
    first = head.split(b"\n", 1)[0].strip()
    if _is_object(first) and (b"\n" in head.strip() or json_rows(json.loads(first)) is None):
        lines = text_records(path, header=False)
        return (
            f"(select try_cast(line as json) as j, _row_number from {lines} where {_SOUND})",
            f"select _row_number, _line from {lines} where not {_SOUND} order by 1",
        )
    return _wrapped(path, file), None


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _wrapped(path: Path, file: FoundFile) -> str:
    """The rows of a file that is one object: those of the array in it, or the object itself."""
    if path.stat().st_size > _LARGEST_OBJECT:
        raise SourceError(
            f"is one JSON object of more than {_LARGEST_OBJECT:,} bytes",
            where=file.name,
            hint="Export an object a line (.jsonl), or an array of objects.",
        )
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise SourceError(f"is not readable JSON: {error}", where=file.name) from None
    key = json_rows(value)
    content = f"(select content::json as c from read_text({literal(path)}))"
    if key is None:
        return f"(select c as j, 1 as _row_number from {content})"
    pointer = _Field((key,)).pointer
    return (
        "(select j, row_number() over () as _row_number from (select "
        f"unnest(cast(c -> {literal(pointer)} as json[])) as j from {content}))"
    )


def _fields(warehouse: Warehouse, objects: str) -> list[_Field]:
    """All fields of all objects, in the order in which they come up."""
    outer = warehouse.scan(
        "select entry.key, min(_row_number * 1000 + least(entry.id, 999)), "
        "bool_or(entry.type = 'OBJECT'), bool_or(entry.type not in ('OBJECT', 'NULL')) "
        f"from {objects} as delivered, json_each(j) as entry "
        f"group by 1 order by 2 limit {_MOST_KEYS}"
    )
    inner = warehouse.scan(
        "select entry.key, part.key, min(_row_number * 1000 + least(part.id, 999)) "
        f"from {objects} as delivered, json_each(j) as entry, json_each(entry.value) as part "
        f"where entry.type = 'OBJECT' group by 1, 2 order by 3 limit {_MOST_KEYS}"
    )
    fields: list[_Field] = []
    for key, _, has_objects, has_values in outer:
        if has_values or not has_objects:
            fields.append(_Field((str(key),)))
        if has_objects:
            fields += [_Field((str(key), str(part))) for owner, part, _ in inner if owner == key]
    return fields


def _without_mark(path: Path, *, workspace: Path) -> Path:
    """The file without a byte-order mark, which no JSON reader takes."""
    with path.open("rb") as stream:
        if stream.read(3) != codecs.BOM_UTF8:
            return path
        workspace.mkdir(parents=True, exist_ok=True)
        target = workspace / "unmarked.json"
        with target.open("wb") as out:
            while chunk := stream.read(CHUNK):
                out.write(chunk)
    return target
