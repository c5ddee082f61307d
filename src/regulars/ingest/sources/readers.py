"""One way in: how to read any file of a source."""

from __future__ import annotations

from pathlib import Path

from regulars.core.settings import Source
from regulars.ingest.sources.columnar import parquet_scan
from regulars.ingest.sources.delimited import delimited_scan
from regulars.ingest.sources.files import FoundFile, file_format
from regulars.ingest.sources.json_records import json_scan
from regulars.ingest.sources.object_storage import copied_object
from regulars.ingest.sources.scans import Scan
from regulars.ingest.sources.text_columns import text_columns_scan
from regulars.ingest.sources.workbooks import workbook_scan
from regulars.warehouse.protocol import Warehouse


def scan_of(file: FoundFile, source: Source, *, warehouse: Warehouse, workspace: Path) -> Scan:
    """How DuckDB reads this file; copies that it needs are made in the workspace.

    Raises SourceError where the file is empty, cut off, damaged or in another encoding.
    """
    kind = file_format(file.path, source)
    if kind == "parquet":
        return parquet_scan(file, warehouse=warehouse)
    if file.uri is not None:
        file = copied_object(file, warehouse=warehouse, folder=workspace / "copied")
    if kind == "excel":
        return workbook_scan(file, source, workspace=workspace)
    if kind == "json":
        return json_scan(file, source, warehouse=warehouse, workspace=workspace)
    if kind == "csv":
        return delimited_scan(file, source, warehouse=warehouse, workspace=workspace)
    return text_columns_scan(
        file, source.model_copy(update={"format": kind}), warehouse=warehouse, workspace=workspace
    )
