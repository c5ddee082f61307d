"""The Parquet files of a Spark warehouse: written once, below one folder, never changed."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.engines.spark_catalogue import Piece
from regulars.warehouse.engines.spark_sql import Place
from regulars.warehouse.engines.spark_types import held_type, scan_expression

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

RESULTS = "results"  # files that only the query that wrote them reads


class TableFiles:
    """Files below `location`; a DuckDB database writes what comes from outside of Spark."""

    def __init__(self, location: Path, database: DuckDBWarehouse) -> None:
        self.location = location
        self._database = database

    def write(self, place: Place, frame: DataFrame, columns: dict[str, str]) -> Piece:
        """Write rows on the executors, into a folder."""
        path = "/".join([*place, uuid4().hex])
        frame.write.parquet(str(self.location / path))
        return Piece(path, columns)

    def write_scan(
        self, place: Place, scan: str, *, held: Mapping[str, str] | None = None
    ) -> tuple[Piece, int]:
        """Write the rows of a DuckDB query into a file; `held` are types that a table has."""
        path = "/".join([*place, f"{uuid4().hex}.parquet"])
        file = self.location / path
        file.parent.mkdir(parents=True, exist_ok=True)
        scanned = self.scanned(scan)
        kinds = {name: (held or {}).get(name) or held_type(kind) for name, kind in scanned.items()}
        chosen = ", ".join(
            f"cast({scan_expression(_quoted(name), kind)} as {kinds[name]}) as {_quoted(name)}"
            for name, kind in scanned.items()
        )
        count = self._database.rows(
            f"copy (select {chosen} from ({scan}) as scanned) to {_text(file)} "
            "(format parquet, compression zstd)"
        )[0][0]
        return Piece(path, kinds), int(count)

    def scanned(self, scan: str) -> dict[str, str]:
        """The columns of a DuckDB query, with their types."""
        return {str(row[0]): str(row[1]) for row in self._database.rows(f"describe {scan}")}

    @contextmanager
    def result(self, frame: DataFrame) -> Iterator[str]:
        """A DuckDB query over the rows of a result in their order, for as long as it is read."""
        folder = self.location / RESULTS / uuid4().hex
        try:
            frame.write.parquet(str(folder))
            listed = ", ".join(map(_text, sorted(folder.glob("part-*.parquet"))))
            columns = ", ".join(map(_quoted, frame.columns))
            yield f"select {columns} from read_parquet([{listed}])"
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def remove_orphans(self, known: Collection[str]) -> None:
        """Remove what no table consists of: earlier states, and what killed runs left."""
        for piece in self.location.glob("*/*/*"):
            if piece.relative_to(self.location).as_posix() not in known:
                if piece.is_dir():
                    shutil.rmtree(piece, ignore_errors=True)
                else:
                    piece.unlink(missing_ok=True)
        shutil.rmtree(self.location / RESULTS, ignore_errors=True)


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
