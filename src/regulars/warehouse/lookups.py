"""One row of a Parquet file by its key: only the group of rows where it can be is read.

A query for one row spends most of its time on being planned. Files in the order of the key have
narrow groups, so this reads one of them; in another order it is slower, and as right.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


class ParquetLookup:
    """Rows of one file by a column of texts; many threads may ask. The footer is read once."""

    def __init__(self, path: Path, *, key: str) -> None:
        self._path = path
        self._key = key
        self._metadata = pq.read_metadata(path)
        at = self.columns.index(key)
        groups = range(self._metadata.num_row_groups)
        self._bounds = [self._bounds_of(group, at) for group in groups]

    @property
    def columns(self) -> list[str]:
        """Column names, in order."""
        return list(self._metadata.schema.to_arrow_schema().names)

    def row(self, value: str, columns: Sequence[str]) -> dict[str, Any] | None:
        """The first row of this key, with these columns; None where there is none."""
        with pq.ParquetFile(self._path, metadata=self._metadata, memory_map=True) as file:
            for group, (low, high) in enumerate(self._bounds):
                if low is not None and high is not None and not low <= value <= high:
                    continue
                keys = file.read_row_group(group, columns=[self._key], use_threads=False)
                at = pc.index(keys[self._key], pa.scalar(value, pa.string())).as_py()
                if at >= 0:
                    rows = file.read_row_group(group, columns=list(columns), use_threads=False)
                    row: dict[str, Any] = rows.slice(at, 1).to_pylist()[0]
                    return row
        return None

    def _bounds_of(self, group: int, column: int) -> tuple[str | None, str | None]:
        """Least and greatest key of a group, where the file tells."""
        statistics = self._metadata.row_group(group).column(column).statistics
        if statistics is None or not statistics.has_min_max or not isinstance(statistics.min, str):
            return None, None
        return statistics.min, statistics.max
