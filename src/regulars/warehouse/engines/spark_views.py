"""What a session of Spark sees of a warehouse: views, made when a statement first names them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa

from regulars.core.fingerprints import fingerprint
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.engines.spark_catalogue import Catalogue, Piece, SparkRelation
from regulars.warehouse.engines.spark_files import RESULTS, TableFiles
from regulars.warehouse.engines.spark_parts import parts_of
from regulars.warehouse.engines.spark_session import end, fit
from regulars.warehouse.engines.spark_sql import (
    Place,
    quoted,
    relations_in,
    spark_sql,
    view_name,
)
from regulars.warehouse.engines.spark_types import duckdb_type, spark_schema, spark_type

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Below so many bytes of Parquet, a query takes longer to prepare than to compute.
SMALL = 4_000_000


class SessionViews:
    """The relations of a catalogue, and tables of the database beside it, as views of a session.

    A view keeps the plan that it was made with: it is made again when what it reads has changed.
    """

    def __init__(
        self,
        session: SparkSession,
        catalogue: Catalogue,
        database: DuckDBWarehouse,
        *,
        files: TableFiles,
        options: Mapping[str, str],
    ) -> None:
        self._session = session
        self._catalogue = catalogue
        self._database = database
        self._location = files.location
        self._options = options
        self._made: dict[Place, str] = {}
        self._bytes: dict[str, int] = {}
        self._local_version = 0
        self._local_tables: set[Place] | None = None
        self._fitted: bool | None = None

    @property
    def is_small(self) -> bool:
        """Whether there are so few rows that preparing a query is what takes time."""
        total = 0
        for path in self._catalogue.paths():
            if path not in self._bytes:
                self._bytes[path] = _size(self._location / path)
            total += self._bytes[path]
        return total < SMALL

    def is_local(self, sql: str) -> bool:
        """Whether a statement names tables of the database only, and at least one of them."""
        places = relations_in(sql)
        if any(self._catalogue.get(place) for place in places):
            return False
        return any(self._is_in_database(place) for place in places)

    def changed_locally(self) -> None:
        """Tables of the database have other rows, or others are there."""
        self._local_version += 1
        self._local_tables = None

    def query(self, sql: str) -> DataFrame:
        """The rows of a query in standard SQL, not yet computed."""
        small = self.is_small
        if small is not self._fitted:
            fit(self._session, is_small=small, options=self._options)
            self._fitted = small
        return self._planned(sql)

    @contextmanager
    def computed_in_parts(self, sql: str) -> Iterator[DataFrame]:
        """A query of which parts that are read more than once are computed once, into files.

        Spark would compute them as often as they are read, and plan all of it as one.
        """
        folder = self._location / RESULTS / uuid4().hex
        parts, names = parts_of(sql), []
        self.query("select 1")  # plans for as many rows as there are
        try:
            for part in parts[:-1]:
                frame = self._planned(part.sql)
                if part.reads > 1:
                    place = str(folder / part.name)
                    frame.write.parquet(place)
                    frame = self._session.read.schema(frame.schema).parquet(place)
                frame.createOrReplaceTempView(part.name)
                names.append(part.name)
            yield self._planned(parts[-1].sql)
        finally:
            for name in names:
                self._session.catalog.dropTempView(name)
            shutil.rmtree(folder, ignore_errors=True)

    def columns(self, sql: str) -> dict[str, str]:
        """The columns of a query, with DuckDB types."""
        return self.columns_of(self._planned(sql))

    @staticmethod
    def columns_of(frame: DataFrame) -> dict[str, str]:
        """Columns with DuckDB types."""
        return {field.name: duckdb_type(field.dataType.simpleString()) for field in frame.schema}

    def frame(self, relation: SparkRelation) -> DataFrame:
        """The rows of a table: all of its pieces, with its columns."""
        groups: dict[str, list[Piece]] = {}
        for piece in relation.pieces:
            groups.setdefault(spark_schema(piece.columns), []).append(piece)
        frames = [
            self._session.read.schema(schema)
            .parquet(*(str(self._location / piece.path) for piece in pieces))
            .selectExpr(*_as_held(relation.columns, pieces[0].columns))
            for schema, pieces in groups.items()
        ]
        if not frames:
            return self._session.createDataFrame([], spark_schema(relation.columns))
        united, *rest = frames
        for frame in rest:
            united = united.unionAll(frame)
        return united

    def close(self) -> None:
        """Let go of the session."""
        end(self._session)

    def _planned(self, sql: str) -> DataFrame:
        for place in relations_in(sql):
            self._make(place)
        return self._session.sql(spark_sql(sql, self._is_relation))

    def _make(self, place: Place) -> str:
        """Let a view show a relation as it is now; what it is made of, in a word."""
        relation = self._catalogue.get(place)
        if relation is None:
            if not self._is_in_database(place):
                return ""
            version = f"local {self._local_version}"
            if self._made.get(place) != version:
                schema, table = ('"' + part.replace('"', '""') + '"' for part in place)
                rows = self._database.arrow(f"select * from {schema}.{table}")
                self._replace(place, self._session.createDataFrame(rows))
        elif relation.query is None:
            version = relation.version
            if self._made.get(place) != version:
                self._replace(place, self.frame(relation))
        else:
            read = [self._make(other) for other in relations_in(relation.query)]
            version = fingerprint(relation.version, read)
            if self._made.get(place) != version:
                self._replace(
                    place, self._session.sql(spark_sql(relation.query, self._is_relation))
                )
        self._made[place] = version
        return version

    def _replace(self, place: Place, frame: DataFrame) -> None:
        frame.createOrReplaceTempView(view_name(place).strip("`"))

    def _is_relation(self, place: Place) -> bool:
        return self._catalogue.get(place) is not None or self._is_in_database(place)

    def _is_in_database(self, place: Place) -> bool:
        if self._local_tables is None:
            self._local_tables = {
                (str(schema), str(name))
                for schema, name in self._database.rows(
                    "select table_schema, table_name from information_schema.tables"
                )
            }
        return place in self._local_tables


def as_declared(frame: DataFrame, columns: Mapping[str, str]) -> DataFrame:
    """The columns of a frame in their types, in this order."""
    return frame.selectExpr(
        *(f"cast({quoted(name)} as {spark_type(kind)}) as {quoted(name)}"
          for name, kind in columns.items())
    )  # fmt: skip


def plain(table: pa.Table) -> pa.Table:
    """A result without what Spark notes of its columns."""
    return pa.table(table.columns, pa.schema([pa.field(f.name, f.type) for f in table.schema]))


def _as_held(columns: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """The columns of a table out of those of a piece; null for those that it does not have."""
    expressions = []
    for name, kind in columns.items():
        column = quoted(name)
        if given.get(name) == kind:
            expressions.append(column)
        else:
            value = column if name in given else "null"
            expressions.append(f"cast({value} as {spark_type(kind)}) as {column}")
    return expressions


def _size(path: Path) -> int:
    files = path.glob("*.parquet") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.exists())
