"""Parquet: typed already, so its types are kept."""

from __future__ import annotations

from regulars.core.errors import EngineError, SourceError
from regulars.core.names import unique_names
from regulars.ingest.sources.files import FoundFile
from regulars.ingest.sources.scans import Scan, described, literal, quoted
from regulars.warehouse.protocol import Warehouse


def parquet_scan(file: FoundFile, *, warehouse: Warehouse) -> Scan:
    """How to read a Parquet file; SourceError where it is not one."""
    read = f"read_parquet({literal(file.location)}, file_row_number = true)"
    try:
        raw = described(warehouse, f"select * from {read}")
    except EngineError as error:
        raise SourceError(
            f"is not a readable Parquet file: {error.what}",
            where=file.name,
            hint="Write it again, or set the source's `format` to what it really is.",
        ) from None
    del raw["file_row_number"]
    names = unique_names(raw)
    renamed = ", ".join(
        f"{quoted(old)} as {quoted(new)}" for old, new in zip(raw, names, strict=True)
    )
    sql = f"select {renamed}, file_row_number + 1 as _row_number from {read}"
    return Scan(dict(zip(names, raw.values(), strict=True)), sql)
