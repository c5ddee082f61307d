"""Whether a release is whole: its manifest, its typed files, and every table that it lists."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import ReleaseError
from regulars.release.advice_report import ChurnAdvice
from regulars.release.churn_report import ChurnReport
from regulars.release.project_facts import ProjectFacts, ReleaseManifest
from regulars.release.release_files import read_file
from regulars.release.scoring_bundle import ScoringBundle
from regulars.release.table_files import table_files
from regulars.release.value_report import ValueReport

_FILES = (ChurnReport, ValueReport, ChurnAdvice, ScoringBundle)


def check_release(folder: Path, *, contents: bool = True) -> None:
    """Raises ReleaseError for the first file that is missing or damaged.

    NewerRelease is for one that this version cannot judge. `contents` reads all rows; otherwise
    only the footer of each table is read, which names its rows.
    """
    manifest = read_file(ReleaseManifest, folder)
    if manifest is None or read_file(ProjectFacts, folder) is None:
        missing = ReleaseManifest if manifest is None else ProjectFacts
        raise ReleaseError(f"{missing.file_name} is missing", where=str(folder))
    for kind in _FILES:
        read_file(kind, folder)
    files = table_files(folder)
    for table, rows in manifest.tables.items():
        parts = files.get(table)
        if not parts:
            raise ReleaseError(f"{table}.parquet is missing", where=str(folder))
        row_count = sum(_rows(path, contents=contents) for path in parts)
        if row_count != rows:
            raise ReleaseError(
                f"{table} has {row_count:,} rows instead of {rows:,}", where=str(folder)
            )


def _rows(path: Path, *, contents: bool) -> int:
    try:
        with path.open("rb") as start:  # Arrow reads from the end; DuckDB looks here first
            if start.read(4) != b"PAR1":
                raise ValueError("it does not begin as a Parquet file does")
        with pq.ParquetFile(path) as file:
            for _ in file.iter_batches() if contents else ():
                pass
            return int(file.metadata.num_rows)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ReleaseError(
            f"{path.name} cannot be read: {str(error).splitlines()[0]}", where=str(path)
        ) from None
