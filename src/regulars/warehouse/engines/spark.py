"""Spark: SQL runs on its executors, over Parquet files in a folder that all of them see.

A DuckDB file holds the catalogue of the tables, and the records of runs (`ops`), which change by a
few rows at a time: Spark would start a job for each. Statements about these alone run there.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import EngineError
from regulars.warehouse.engines import spark_session
from regulars.warehouse.engines.duckdb import ROWS_IN_GROUP, DuckDBWarehouse
from regulars.warehouse.engines.spark_catalogue import Catalogue, Piece, SparkRelation
from regulars.warehouse.engines.spark_sql import literal, unquoted
from regulars.warehouse.engines.spark_statements import changed_rows
from regulars.warehouse.engines.spark_types import held_type, scan_expression, spark_type
from regulars.warehouse.engines.spark_views import SessionViews
from regulars.warehouse.literals import filled_in
from regulars.warehouse.protocol import Row

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_BATCH = 100_000
_LOCAL_LAYER = "ops"


class SparkWarehouse:
    """Tables as Parquet files below `location`, with their catalogue in the DuckDB file `path`."""

    engine = "spark"
    file_folder = None  # landed files are written below the location

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
        self._location = location.absolute()
        self._prefix = schema_prefix
        session = spark_session.start(master, options=options or {})
        self._database = DuckDBWarehouse(
            path, schema_prefix=schema_prefix, threads=threads, memory_limit=memory_limit
        )
        self._catalogue = Catalogue(self._database)
        self._views = SessionViews(
            session, self._catalogue, self._database, location=self._location, options=options or {}
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
        if re.match(r"\s*create schema\b", bound, re.IGNORECASE) or self._is_local(bound):
            self._database.execute(bound)
            self._views.changed_locally()
        else:
            changed_rows(self, bound)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        bound = filled_in(sql, parameters, literal)
        if self._is_local(bound):
            return self._database.rows(bound)
        with spark_session.mapped_errors():
            return [tuple(row) for row in self._views.query(bound).collect()]

    def arrow(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        bound = filled_in(sql, parameters, literal)
        if self._is_local(bound):
            return self._database.arrow(bound)
        with spark_session.mapped_errors():
            return _plain(self._views.query(bound).toArrow())

    def arrow_batches(self, sql: str, *, rows: int = _BATCH) -> Iterator[pa.RecordBatch]:
        if self._is_local(sql):
            yield from self._database.arrow_batches(sql, rows=rows)
        elif self._views.is_small:
            yield from self.arrow(sql).to_batches(max_chunksize=rows)
        else:
            with self._written(sql) as (files, _):
                scan = f"select * from {_files_in_order(files)}"
                yield from self._database.arrow_batches(scan, rows=rows)

    def mapped(
        self,
        sql: str,
        function: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]],
        *,
        columns: Mapping[str, str],
    ) -> pa.Table:
        """What a function makes of a query's rows, on the executors.

        It gets batches of a part of the rows and gives batches of `columns` (DuckDB types).
        """
        schema = ", ".join(f"`{name}` {spark_type(kind)}" for name, kind in columns.items())
        with spark_session.mapped_errors():
            return _plain(self._views.query(sql).mapInArrow(function, schema).toArrow())

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
        else:
            self._change_column(layer, table, name=name, kind=kind)

    def change_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        if layer == _LOCAL_LAYER:
            self._database.change_column(layer, table, name=name, kind=kind)
            self._views.changed_locally()
        else:
            self._change_column(layer, table, name=name, kind=kind)

    def create_view(self, layer: str, view: str, query: str) -> None:
        if layer == _LOCAL_LAYER and self._is_local(query):
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
        with spark_session.mapped_errors(), self._views.computed_in_parts(query) as frame:
            if columns is not None and {unquoted(name).lower() for name in columns} == {
                name.lower() for name in frame.columns
            }:  # else a check says so
                held = {unquoted(name): held_type(kind) for name, kind in columns.items()}
                frame = frame.selectExpr(
                    *(f"cast(`{name}` as {spark_type(kind)}) as `{name}`"
                      for name, kind in held.items())
                )  # fmt: skip
            self._drop_local(layer, table)
            self._fill((self.schema(layer), table), frame)

    def take_in(self, layer: str, table: str, query: str, *, keys: Sequence[str]) -> None:
        """Add the rows of a query to a table, in place of those with the same keys."""
        place = (self.schema(layer), table)
        held = self._held(place)
        with spark_session.mapped_errors():
            added = self._views.query(query)
            columns = {name: held.columns[name] for name in held.columns}
            frame = added.selectExpr(
                *(f"cast(`{name}` as {spark_type(kind)}) as `{name}`"
                  for name, kind in columns.items())
            )  # fmt: skip
            piece = self._write_frame(place, frame, columns)
            before = held.pieces
            if keys:
                new = self._views.frame(SparkRelation(columns, (piece,)))
                kept = self._views.frame(held).join(
                    new.select(*keys).distinct(), on=list(keys), how="left_anti"
                )
                kept = kept.select(*(f"`{name}`" for name in columns))
                before = (self._write_frame(place, kept, columns),)
        self._catalogue.put(place, SparkRelation(columns, (*before, piece)))

    def replace_table(self, layer: str, table: str, data: pa.Table) -> None:
        if layer == _LOCAL_LAYER:
            if self._catalogue.get((self.schema(layer), table)) is not None:
                self._catalogue.drop((self.schema(layer), table))
            self._database.replace_table(layer, table, data)
            self._views.changed_locally()
            return
        with self._database.registered(data) as name:
            columns = self._scanned(f"select * from {name}")
            held = {column: held_type(kind) for column, kind in columns.items()}
            place = (self.schema(layer), table)
            piece, _ = self._write_scan(place, f"select * from {name}", columns)
        self._catalogue.put(place, SparkRelation(held, (piece,)))

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
        scanned = self._scanned(scan)
        columns = {name: scanned[name] for name in scanned}
        unknown = [name for name in columns if name not in held.columns]
        if unknown:
            raise EngineError(f"the table {'.'.join(place)} has no column {unknown[0]}")
        piece, count = self._write_scan(place, scan, columns, held=held.columns)
        self._catalogue.put(place, replace(held, pieces=(*held.pieces, piece), version=_new()))
        return count

    def scan(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self._database.rows(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._depth:  # one within another takes effect with it
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
        if self._is_local(sql):
            return self._database.export_parquet(sql, path)
        if self._views.is_small:
            table = self.arrow(sql)
            pq.write_table(table, path, compression="zstd", row_group_size=ROWS_IN_GROUP)
            return table.num_rows
        with self._written(sql) as (files, columns):
            listed = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
            scan = f"select {listed} from {_files_in_order(files)}"
            return self._database.export_parquet(scan, path)

    def dbt_output(self) -> dict[str, object]:
        # What dbt would need to parse; the catalogue of the tables is not one that dbt knows.
        return {"type": "spark", "method": "session", "schema": self.schema("gold"), "host": "NA"}

    def dbt_environment(self) -> dict[str, str]:
        return {}

    def close(self) -> None:
        if not self._depth:
            self._remove_orphans()
        self._views.close()
        self._database.close()

    def forget(self, layer: str, table: str) -> None:
        """Drop a table or view, if it is there."""
        self._catalogue.drop((self.schema(layer), table))
        self._drop_local(layer, table)

    def _is_local(self, sql: str) -> bool:
        """Whether a statement is about tables of the DuckDB file alone."""
        return self._views.is_local(sql)

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

    def _change_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        place = (self.schema(layer), table)
        held = self._held(place)
        columns = {**held.columns, name: held_type(kind)}
        self._catalogue.put(place, replace(held, columns=columns, version=_new()))

    def _fill(self, place: tuple[str, str], frame: DataFrame) -> None:
        columns = self._views.columns_of(frame)
        piece = self._write_frame(place, frame, columns)
        self._catalogue.put(place, SparkRelation(columns, (piece,)))

    def _write_frame(
        self, place: tuple[str, str], frame: DataFrame, columns: dict[str, str]
    ) -> Piece:
        path = "/".join([*place, _new()])
        frame.write.parquet(str(self._location / path))
        return Piece(path, columns)

    def _write_scan(
        self,
        place: tuple[str, str],
        scan: str,
        columns: Mapping[str, str],
        *,
        held: Mapping[str, str] | None = None,
    ) -> tuple[Piece, int]:
        """Write the rows of a DuckDB query as a file."""
        path = "/".join([*place, f"{_new()}.parquet"])
        file = self._location / path
        file.parent.mkdir(parents=True, exist_ok=True)
        kinds = {name: (held or {}).get(name) or held_type(kind) for name, kind in columns.items()}
        chosen = ", ".join(
            f"cast({scan_expression(_quoted(name), kind)} as {kinds[name]}) as {_quoted(name)}"
            for name, kind in columns.items()
        )
        count = self._database.rows(
            f"copy (select {chosen} from ({scan}) as scanned) to '{_escaped(file)}' "
            "(format parquet, compression zstd)"
        )[0][0]
        return Piece(path, kinds), int(count)

    def _scanned(self, scan: str) -> dict[str, str]:
        return {str(row[0]): str(row[1]) for row in self._database.rows(f"describe {scan}")}

    @contextmanager
    def _written(self, sql: str) -> Iterator[tuple[list[Path], list[str]]]:
        """A result as files in its order, for as long as they are read."""
        folder = self._location / "results" / _new()
        try:
            with spark_session.mapped_errors():
                frame = self._views.query(sql)
                frame.write.parquet(str(folder))
            yield sorted(folder.glob("part-*.parquet")), frame.columns
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _remove_orphans(self) -> None:
        """Remove files that no table consists of: earlier states, and what killed runs left."""
        known = set(self._catalogue.paths())
        for schema in self._location.glob("*"):
            for table in schema.glob("*"):
                if schema.name == "results":
                    shutil.rmtree(table, ignore_errors=True)
                    continue
                for piece in table.glob("*"):
                    if piece.relative_to(self._location).as_posix() not in known:
                        if piece.is_dir():
                            shutil.rmtree(piece, ignore_errors=True)
                        else:
                            piece.unlink(missing_ok=True)


def _plain(table: pa.Table) -> pa.Table:
    """A result without what Spark notes of its columns."""
    return pa.table(table.columns, pa.schema([pa.field(f.name, f.type) for f in table.schema]))


def _files_in_order(files: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(chr(39) + _escaped(file) + chr(39) for file in files)}])"


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _new() -> str:
    return uuid4().hex
