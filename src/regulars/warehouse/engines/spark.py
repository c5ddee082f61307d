"""Spark: SQL runs on its executors, over Parquet files in a folder that all of them see.

A DuckDB file holds the catalogue of the tables, and the records of runs (`ops`), which change by a
few rows at a time: Spark would start a job for each. Statements about these alone run there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import EngineError
from regulars.warehouse.engines import spark_session
from regulars.warehouse.engines.duckdb import ROWS_IN_GROUP, DuckDBWarehouse
from regulars.warehouse.engines.spark_catalogue import Catalogue, SparkRelation
from regulars.warehouse.engines.spark_files import TableFiles
from regulars.warehouse.engines.spark_sql import literal, unquoted
from regulars.warehouse.engines.spark_statements import (
    changed_rows,
    dropped_schema,
    is_about_schemas,
)
from regulars.warehouse.engines.spark_types import held_type, spark_type
from regulars.warehouse.engines.spark_views import SessionViews, as_declared, plain
from regulars.warehouse.literals import filled_in
from regulars.warehouse.protocol import Row

_BATCH = 100_000
_LOCAL_LAYER = "ops"


class SparkWarehouse:
    """Tables as Parquet files below `location`, with their catalogue in the DuckDB file `path`."""

    engine = "spark"
    file_folder = None  # landed files are written below the location
    undoes_changes_of_tables = True

    def __init__(
        self,
        path: Path,
        location: Path,
        *,
        master: str,
        options: Mapping[str, str] | None = None,
        schema_prefix: str = "",
        threads: int = 2,
        memory_limit: str = "4GB",
    ) -> None:
        self._prefix = schema_prefix
        session = spark_session.start(master, options=options or {})
        self._database = DuckDBWarehouse(
            path, schema_prefix=schema_prefix, threads=threads, memory_limit=memory_limit
        )
        self._files = TableFiles(location.absolute(), self._database)
        self._catalogue = Catalogue(self._database)
        self._views = SessionViews(
            session, self._catalogue, self._database, files=self._files, options=options or {}
        )
        self._depth = 0

    def schema(self, layer: str) -> str:
        return f"{self._prefix}{layer}"

    def relation(self, layer: str, table: str) -> str:
        return f'"{self.schema(layer)}"."{table}"'

    def sql_type(self, kind: str) -> str:
        return spark_type(kind)

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        bound = filled_in(sql, parameters, literal)
        self._catalogue.drop_all(dropped_schema(bound))
        if is_about_schemas(bound) or self._views.is_local(bound):
            self._database.execute(bound)
            self._views.changed_locally()
        else:
            changed_rows(self, bound)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        bound = filled_in(sql, parameters, literal)
        if self._views.is_local(bound):
            return self._database.rows(bound)
        with spark_session.mapped_errors():
            return [tuple(row) for row in self._views.query(bound).collect()]

    def arrow(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        bound = filled_in(sql, parameters, literal)
        if self._views.is_local(bound):
            return self._database.arrow(bound)
        with spark_session.mapped_errors():
            return plain(self._views.query(bound).toArrow())

    def arrow_batches(self, sql: str, *, rows: int = _BATCH) -> Iterator[pa.RecordBatch]:
        if self._views.is_local(sql):
            yield from self._database.arrow_batches(sql, rows=rows)
        elif self._views.is_small:
            yield from self.arrow(sql).to_batches(max_chunksize=rows)
        else:
            with self._written(sql) as scan:
                yield from self._database.arrow_batches(scan, rows=rows)

    def columns(self, layer: str, table: str) -> dict[str, str]:
        held = self._catalogue.get((self.schema(layer), table))
        return dict(held.columns) if held is not None else self._database.columns(layer, table)

    def tables(self, layer: str) -> list[str]:
        return sorted({*self._catalogue.names(self.schema(layer)), *self._database.tables(layer)})

    def create_table(self, layer: str, table: str, columns: dict[str, str]) -> None:
        place = (self.schema(layer), table)
        if layer == _LOCAL_LAYER:
            self._database.create_table(layer, table, columns)
            self._views.changed_locally()
        elif self._catalogue.get(place) is None:
            held = {name: held_type(kind) for name, kind in columns.items()}
            self._catalogue.put(place, SparkRelation(held))

    def add_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        if layer == _LOCAL_LAYER:
            self._database.add_column(layer, table, name=name, kind=kind)
            self._views.changed_locally()
            return
        place = (self.schema(layer), table)
        held = self._held(place)
        columns = {**held.columns, name: held_type(kind)}
        self._catalogue.put(place, SparkRelation(columns, held.pieces))

    def change_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        if layer == _LOCAL_LAYER:
            self._database.change_column(layer, table, name=name, kind=kind)
            self._views.changed_locally()
        else:  # files never change: readers get their values in the new type
            self.add_column(layer, table, name=name, kind=kind)

    def create_view(self, layer: str, view: str, query: str) -> None:
        if layer == _LOCAL_LAYER and self._views.is_local(query):
            self._database.create_view(layer, view, query)
            self._views.changed_locally()
            return
        with spark_session.mapped_errors():
            columns = self._views.columns(query)
        self._drop_local(layer, view)
        self._catalogue.put((self.schema(layer), view), SparkRelation(columns, query=query))

    def build_table(
        self, layer: str, table: str, query: str, *, columns: dict[str, str] | None
    ) -> None:
        with spark_session.mapped_errors(), self._views.computed_in_parts(query) as rows:
            held, frame = self._views.columns_of(rows), rows
            declared = {unquoted(name): held_type(kind) for name, kind in (columns or {}).items()}
            if {name.lower() for name in declared} == {name.lower() for name in held}:
                held, frame = declared, as_declared(rows, declared)  # else a check says so
            self._drop_local(layer, table)
            place = (self.schema(layer), table)
            self._catalogue.put(
                place, SparkRelation(held, (self._files.write(place, frame, held),))
            )

    def add_rows(
        self, layer: str, table: str, query: str, *, keys: Sequence[str], before: str
    ) -> None:
        place = (self.schema(layer), table)
        if before:
            self.execute(before)
        held = self._held(place)
        columns, before_pieces = held.columns, held.pieces
        with spark_session.mapped_errors():
            frame = as_declared(self._views.query(query), columns)
            piece = self._files.write(place, frame, columns)
            if keys:
                new = self._views.frame(SparkRelation(columns, (piece,)))
                kept = self._views.frame(held).join(
                    new.select(*keys).distinct(), on=list(keys), how="left_anti"
                )
                kept = as_declared(kept, columns)
                before_pieces = (self._files.write(place, kept, columns),)
        self._catalogue.put(place, SparkRelation(columns, (*before_pieces, piece)))

    def replace_table(self, layer: str, table: str, data: pa.Table) -> None:
        if layer == _LOCAL_LAYER:
            self._catalogue.drop((self.schema(layer), table))
            self._database.replace_table(layer, table, data)
            self._views.changed_locally()
            return
        place = (self.schema(layer), table)
        with self._database.registered(data) as name:
            piece, _ = self._files.write_scan(place, f"select * from {name}")
        self._catalogue.put(place, SparkRelation(piece.columns, (piece,)))

    def append_table(self, layer: str, table: str, data: pa.Table) -> None:
        with self._database.registered(data) as name:
            self.append_scan(layer, table, f"select * from {name}")

    def append_scan(self, layer: str, table: str, scan: str) -> int:
        if layer == _LOCAL_LAYER:
            count = self._database.append_scan(layer, table, scan)
            self._views.changed_locally()
            return count
        place = (self.schema(layer), table)
        held = self._held(place)
        unknown = [name for name in self._files.scanned(scan) if name not in held.columns]
        if unknown:
            raise EngineError(f"the table {'.'.join(place)} has no column {unknown[0]}")
        piece, count = self._files.write_scan(place, scan, held=held.columns)
        self._catalogue.put(place, SparkRelation(held.columns, (*held.pieces, piece)))
        return count

    def scan(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self._database.rows(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._depth:  # it takes effect with the outer one
            yield
            return
        self._depth += 1
        try:
            with self._database.transaction():
                yield
        except BaseException:
            self._catalogue.reload()
            self._views.changed_locally()
            raise
        finally:
            self._depth -= 1

    def export_parquet(self, sql: str, path: Path) -> int:
        if self._views.is_local(sql):
            return self._database.export_parquet(sql, path)
        if self._views.is_small:
            table = self.arrow(sql)
            pq.write_table(table, path, compression="zstd", row_group_size=ROWS_IN_GROUP)
            return int(table.num_rows)
        with self._written(sql) as scan:
            return int(self._database.export_parquet(scan, path))

    def dbt_output(self) -> dict[str, object]:
        # What dbt would need to parse; the catalogue of the tables is not one that dbt knows.
        return {"type": "spark", "method": "session", "schema": self.schema("gold"), "host": "NA"}

    def dbt_environment(self) -> dict[str, str]:
        return {}

    def close(self) -> None:
        if not self._depth:
            self._catalogue.reload()  # a second warehouse of this process may have written
            self._files.remove_orphans(set(self._catalogue.paths()))
        self._views.close()
        self._database.close()

    def forget(self, layer: str, table: str) -> None:
        """Drop a table or view, if it is there."""
        self._catalogue.drop((self.schema(layer), table))
        self._drop_local(layer, table)

    def _held(self, place: tuple[str, str]) -> SparkRelation:
        held = self._catalogue.get(place)
        if held is None or held.query is not None:
            raise EngineError(f"there is no table {'.'.join(place)}")
        return held

    def _drop_local(self, layer: str, table: str) -> None:
        if layer == _LOCAL_LAYER and self._database.columns(layer, table):
            kinds = self._database.rows(
                "select table_type from information_schema.tables "
                "where table_schema = ? and table_name = ?",
                [self.schema(layer), table],
            )
            word = "view" if kinds == [("VIEW",)] else "table"
            self._database.execute(f"drop {word} {self.relation(layer, table)}")
            self._views.changed_locally()

    @contextmanager
    def _written(self, sql: str) -> Iterator[str]:
        with spark_session.mapped_errors(), self._files.result(self._views.query(sql)) as scan:
            yield scan
