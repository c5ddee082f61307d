"""What was landed: the tables ops.batches, ops.batch_files and ops.malformed_rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from regulars.core.fingerprints import fingerprint_of
from regulars.ingest import watermarks
from regulars.ingest.bronze_columns import FileColumns
from regulars.ingest.landed import FileObservation, ObservationKind
from regulars.ingest.sources.files import FoundFile
from regulars.ingest.sources.scans import MalformedRow, OutsideLine
from regulars.warehouse.protocol import Warehouse

_TIME = pa.timestamp("us")
_BATCHES = pa.schema(
    [
        ("batch_id", pa.string()),
        ("source", pa.string()),
        ("load", pa.string()),
        ("landed_at", _TIME),
        ("files", pa.int64()),
        ("rows", pa.int64()),
        ("malformed", pa.int64()),
        ("is_current", pa.bool_()),
        ("fingerprint", pa.string()),  # of the files' contents
        ("reading", pa.string()),  # of the settings that decide how files are read
        ("is_synthetic", pa.bool_()),  # because the source failed
        ("number", pa.int64()),  # deliveries are counted: a clock may go back
    ]
)
_BATCH_FILES = pa.schema(
    [
        ("batch_id", pa.string()),
        ("source", pa.string()),
        ("file", pa.string()),
        ("size_bytes", pa.int64()),
        ("modified_ns", pa.int64()),
        ("sha256", pa.string()),
        ("rows", pa.int64()),
        ("malformed", pa.int64()),
        ("columns", pa.string()),  # names, as JSON
        ("outside", pa.int64()),  # lines that are not of the table
    ]
)
_OUTSIDE = pa.schema(
    [
        ("batch_id", pa.string()),
        ("source", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("part", pa.string()),  # title, description or total
        ("text", pa.string()),
    ]
)
_MALFORMED = pa.schema(
    [
        ("batch_id", pa.string()),
        ("source", pa.string()),
        ("file", pa.string()),
        ("row_number", pa.int64()),
        ("reason", pa.string()),
    ]
)
# Deliveries of versions before had no number: they are the oldest.
NEWEST_LAST = "coalesce(batches.number, 0), batches.landed_at, batches.batch_id"
_TABLES = {
    "batches": _BATCHES,
    "batch_files": _BATCH_FILES,
    "malformed_rows": _MALFORMED,
    "outside_lines": _OUTSIDE,
    watermarks.TABLE: watermarks.SCHEMA,
}
_SQL_TYPES = {
    pa.string(): "varchar",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
    _TIME: "timestamp",
}


@dataclass(frozen=True)
class LandedFile:
    """One file of a batch, with the rows and the malformed records that it gave."""

    file: FoundFile
    sha256: str
    rows: int
    malformed: list[MalformedRow]
    columns: FileColumns
    outside: tuple[OutsideLine, ...] = ()

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file.name

    def observations(self, *, mapped: Collection[str]) -> Iterator[FileObservation]:
        """What somebody should know of it; `mapped` are the columns that the project reads."""
        columns = {
            ObservationKind.NEW_COLUMNS: [new for new in self.columns.new if new not in mapped],
            ObservationKind.ABSENT_COLUMNS: [
                absent for absent in self.columns.absent if absent in mapped
            ],
        }
        if self.rows == 0:
            yield FileObservation(ObservationKind.NO_ROWS, self.name)
        for kind, names in columns.items():
            if names:
                yield FileObservation(kind, self.name, tuple(names))


@dataclass(frozen=True)
class KnownFile:
    """A file as an earlier batch landed it."""

    batch_id: str
    name: str
    size: int
    modified_ns: int
    sha256: str
    reading: str


@dataclass(frozen=True)
class Batch:
    """One delivery of a source."""

    batch_id: str
    source: str
    load: str
    landed_at: datetime
    reading: str
    files: list[LandedFile]
    is_synthetic: bool = False

    @property
    def rows(self) -> int:
        """Rows landed."""
        return sum(file.rows for file in self.files)

    @property
    def malformed(self) -> int:
        """Records that could not be split into fields."""
        return sum(len(file.malformed) for file in self.files)

    @property
    def outside(self) -> int:
        """Lines of files that are not of their tables."""
        return sum(len(file.outside) for file in self.files)


def create_ledger(warehouse: Warehouse) -> None:
    """Create the schemas and tables that landing writes, where they are absent."""
    warehouse.execute(f'create schema if not exists "{warehouse.schema("bronze")}"')
    for table, schema in _TABLES.items():
        columns = {field.name: _SQL_TYPES[field.type] for field in schema}
        warehouse.create_table("ops", table, columns)
        held = warehouse.columns("ops", table)
        for name in columns.keys() - held:  # a warehouse of an earlier version
            warehouse.add_column("ops", table, name=name, kind=columns[name])


def known_files(warehouse: Warehouse, source: str) -> list[KnownFile]:
    """The files of a source's current batches, the newest landing of each name last.

    Synthetic batches are not among them: nothing real is known from them.
    """
    rows = warehouse.rows(
        "select files.batch_id, files.file, files.size_bytes, files.modified_ns, files.sha256, "
        f"batches.reading from {warehouse.relation('ops', 'batch_files')} as files "
        f"join {warehouse.relation('ops', 'batches')} as batches "
        "on batches.batch_id = files.batch_id "
        "where files.source = ? and batches.is_current "
        "and not coalesce(batches.is_synthetic, false) "
        f"order by {NEWEST_LAST}, files.file",
        [source],
    )
    return [KnownFile(*row) for row in rows]


def record(warehouse: Warehouse, batch: Batch) -> None:
    """Write a batch, its files and its malformed records."""
    key = {"batch_id": batch.batch_id, "source": batch.source}
    _append(warehouse, "batches", [key | _batch_row(warehouse, batch)])
    _append(warehouse, "batch_files", [key | _file_row(landed) for landed in batch.files])
    malformed = [
        {"file": landed.file.name, "row_number": bad.row, "reason": bad.reason}
        for landed in batch.files
        for bad in landed.malformed
    ]
    _append(warehouse, "malformed_rows", [key | row for row in malformed])
    outside = [
        {
            "file": landed.file.name,
            "line": outside.line,
            "part": str(outside.part),
            "text": outside.text,
        }
        for landed in batch.files
        for outside in landed.outside
    ]
    _append(warehouse, "outside_lines", [key | row for row in outside])


def _batch_row(warehouse: Warehouse, batch: Batch) -> dict[str, Any]:
    return {
        "load": batch.load,
        "landed_at": batch.landed_at,
        "files": len(batch.files),
        "rows": batch.rows,
        "malformed": batch.malformed,
        "is_current": True,
        "fingerprint": fingerprint_of(file.sha256 for file in batch.files),
        "reading": batch.reading,
        "is_synthetic": batch.is_synthetic,
        "number": _next_number(warehouse),
    }


def _file_row(landed: LandedFile) -> dict[str, Any]:
    return {
        "file": landed.file.name,
        "size_bytes": landed.file.size,
        "modified_ns": landed.file.modified_ns,
        "sha256": landed.sha256,
        "rows": landed.rows,
        "malformed": len(landed.malformed),
        # An empty file says nothing of the columns that others have.
        "columns": json.dumps(list(landed.columns.given)) if landed.columns.given else None,
        "outside": len(landed.outside),
    }


def _next_number(warehouse: Warehouse) -> int:
    batches = warehouse.relation("ops", "batches")
    return int(warehouse.rows(f"select coalesce(max(number), 0) + 1 from {batches}")[0][0])


def supersede(warehouse: Warehouse, batch_ids: Iterable[str]) -> None:
    """Mark batches as no longer current; their rows stay."""
    for batch_id in batch_ids:
        warehouse.execute(
            f"update {warehouse.relation('ops', 'batches')} set is_current = false "
            "where batch_id = ?",
            [batch_id],
        )


def synthetic_batches(warehouse: Warehouse, source: str | None = None) -> dict[str, str]:
    """Current batches of synthetic rows, with their sources: of one source, or of all."""
    rows = warehouse.rows(
        f"select batch_id, source from {warehouse.relation('ops', 'batches')} "
        "where is_current and coalesce(is_synthetic, false) order by source, batch_id"
    )
    return {batch: name for batch, name in rows if source in (None, name)}


def forget_synthetic(warehouse: Warehouse, source: str) -> None:
    """Take synthetic rows of a source out of bronze; their batches stay on record."""
    for batch_id in synthetic_batches(warehouse, source):
        relation = warehouse.relation("bronze", source)
        warehouse.execute(f"delete from {relation} where _batch_id = ?", [batch_id])
        supersede(warehouse, [batch_id])


def current_batches(warehouse: Warehouse) -> list[str]:
    """The batches that count now, sorted: what the tables after landing are made from."""
    rows = warehouse.rows(
        f"select batch_id from {warehouse.relation('ops', 'batches')} where is_current order by 1"
    )
    return [str(batch_id) for (batch_id,) in rows]


def replaced_sources(warehouse: Warehouse) -> set[str]:
    """Sources with real batches that do not count any more."""
    held = warehouse.columns("ops", "batches")
    if not held:
        return set()
    real = " and not coalesce(is_synthetic, false)" if "is_synthetic" in held else ""
    rows = warehouse.rows(
        f"select distinct source from {warehouse.relation('ops', 'batches')} "
        f"where not is_current{real}"
    )
    return {str(source) for (source,) in rows}


def _append(warehouse: Warehouse, table: str, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        data = pa.Table.from_pylist(list(rows), schema=_TABLES[table])
        warehouse.append_table("ops", table, data)
