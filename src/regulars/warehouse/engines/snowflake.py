"""Snowflake: SQL runs there; files are read here, and sent as Parquet through a stage.

A statement that changes what tables there are ends a transaction there. So a transaction goes on
after such a statement, but what it did before is kept even where it fails later
(`undoes_changes_of_tables`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.warehouse.adding_rows import add_rows_from
from regulars.warehouse.declared_columns import with_declared_types
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.engines.snowflake_columns import (
    comment_of,
    defined_column,
    own_name,
    own_names,
)
from regulars.warehouse.engines.snowflake_connection import Account
from regulars.warehouse.engines.snowflake_dialect import (
    SNOWFLAKE,
    bound,
    name_of_stored,
    stored_name,
)
from regulars.warehouse.engines.snowflake_session import Session
from regulars.warehouse.engines.snowflake_stage import Stage
from regulars.warehouse.engines.snowflake_types import (
    arrow_schema,
    duckdb_type,
    scan_expression,
    shaped,
    snowflake_type,
)
from regulars.warehouse.protocol import Row

_BATCH = 100_000


class SnowflakeWarehouse:
    """Schemas of a Snowflake database; files are read by a DuckDB in memory."""

    engine = "snowflake"
    file_folder = None  # the rows lie there
    undoes_changes_of_tables = False

    def __init__(
        self,
        account: Account,
        *,
        schema_prefix: str = "",
        threads: int = 2,
        memory_limit: str = "4GB",
    ) -> None:
        self._account = account
        self._prefix = schema_prefix
        self._threads = threads
        self._session = Session(account)
        self._files = DuckDBWarehouse(None, threads=threads, memory_limit=memory_limit)
        self._stage = Stage(self._session.run, self.schema("ops"))

    def schema(self, layer: str) -> str:
        return f"{self._prefix}{layer}"

    def relation(self, layer: str, table: str) -> str:
        return f"{SNOWFLAKE.quote(self.schema(layer))}.{SNOWFLAKE.quote(table)}"

    def sql_type(self, kind: str) -> str:
        return snowflake_type(kind)

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        statement = bound(sql, parameters)
        if statement.split(None, 1)[0].lower() in {"create", "alter", "drop", "truncate"}:
            self._session.change(statement)
        else:
            self._session.run(statement)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        with self._session.cursor(bound(sql, parameters)) as cursor:
            return list(cursor.fetchall())

    def arrow(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        with self._session.cursor(bound(sql, parameters)) as cursor:
            schema = arrow_schema(cursor.description)
            # The driver's own way to put the parts together needs pandas.
            parts = [shaped(part, schema) for part in cursor.fetch_arrow_batches()]
            return pa.concat_tables(parts) if parts else schema.empty_table()

    def arrow_batches(self, sql: str, *, rows: int = _BATCH) -> Iterator[pa.RecordBatch]:
        with self._session.cursor(bound(sql)) as cursor:
            schema = arrow_schema(cursor.description)
            for part in cursor.fetch_arrow_batches():
                yield from shaped(part, schema).to_batches(max_chunksize=rows)

    def columns(self, layer: str, table: str) -> dict[str, str]:
        place = [stored_name(self.schema(layer)), stored_name(table)]
        rows = self.rows(
            "select column_name, data_type, numeric_precision, numeric_scale "
            "from information_schema.columns where table_schema = ? and table_name = ? "
            "order by ordinal_position",
            place,
        )
        own = own_names(self, place) if rows else {}
        return {
            own.get(name, name_of_stored(name)): duckdb_type(kind, precision, scale)
            for name, kind, precision, scale in rows
        }

    def tables(self, layer: str) -> list[str]:
        rows = self.rows(
            "select table_name from information_schema.tables where table_schema = ? "
            "union select table_name from information_schema.views where table_schema = ?",
            2 * [stored_name(self.schema(layer))],
        )
        return sorted(name_of_stored(str(name)) for (name,) in rows)

    def create_table(self, layer: str, table: str, columns: dict[str, str]) -> None:
        self.execute(f"create schema if not exists {SNOWFLAKE.quote(self.schema(layer))}")
        listed = ", ".join(defined_column(name, kind) for name, kind in columns.items())
        self._session.change(
            f"create table if not exists {self.relation(layer, table)} "
            f"({listed}){comment_of(columns)}"
        )

    def add_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        relation = self.relation(layer, table)
        self.execute(f"alter table {relation} add column {defined_column(name, kind)}")
        known = own_names(self, [stored_name(self.schema(layer)), stored_name(table)])
        if own_name(name):
            comment = SNOWFLAKE.text(json.dumps(known | own_name(name)))
            self.execute(f"comment on table {relation} is {comment}")

    def change_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        columns = self.columns(layer, table)
        if snowflake_type(columns[name]) == snowflake_type(kind):
            return
        # A column of numbers cannot be made one of texts in place.
        changed = SNOWFLAKE.quote(name)
        chosen = ", ".join(
            f"cast({changed} as {snowflake_type(kind)}) as {changed}"
            if column == name
            else SNOWFLAKE.quote(column)
            for column in columns
        )
        relation = self.relation(layer, table)
        self._session.change(
            f"create or replace table {relation}{comment_of(columns)} "
            f"as select {chosen} from {relation}"
        )

    def create_view(self, layer: str, view: str, query: str) -> None:
        self._make_place(layer, view, kind="view")
        self.execute(f"create or replace view {self.relation(layer, view)} as {query}")

    def build_table(
        self, layer: str, table: str, query: str, *, columns: dict[str, str] | None
    ) -> None:
        if columns is not None:
            given = self.arrow(f"select * from (\n{query}\n) as described limit 0").column_names
            query = with_declared_types(
                query, columns=columns, given=given, sql_type=snowflake_type
            )
        self._make_place(layer, table, kind="table")
        self.execute(f"create or replace table {self.relation(layer, table)} as\n{query}")

    def add_rows(
        self, layer: str, table: str, query: str, *, keys: Sequence[str], before: str
    ) -> None:
        add_rows_from(
            # A session has no schema of its own there.
            self.relation("ops", f"{table}__added"),
            query,
            warehouse=self,
            place=(layer, table),
            keys=keys,
            before=before,
        )

    def replace_table(self, layer: str, table: str, data: pa.Table) -> None:
        with self._files.registered(data) as name:
            scan = f"select * from {name}"
            wanted = self._scanned(scan)
            if _shape(self.columns(layer, table)) == _shape(wanted):
                with self.transaction():
                    self._session.run(f"delete from {self.relation(layer, table)}")
                    self.append_scan(layer, table, scan)
                return
            draft = f"_draft_{table}"
            self.execute(f"drop table if exists {self.relation(layer, draft)}")
            self.create_table(layer, draft, wanted)
            self.append_scan(layer, draft, scan)
            self._session.change(
                f"create or replace table {self.relation(layer, table)}{comment_of(wanted)} "
                f"as select * from {self.relation(layer, draft)}"
            )
            self.execute(f"drop table {self.relation(layer, draft)}")

    def append_table(self, layer: str, table: str, data: pa.Table) -> None:
        with self._files.registered(data) as name:
            self.append_scan(layer, table, f"select * from {name}")

    def append_scan(self, layer: str, table: str, scan: str) -> int:
        chosen = ", ".join(
            f"{scan_expression(_quoted(name), kind)} as {SNOWFLAKE.quote(name)}"
            for name, kind in self._scanned(scan).items()
        )
        with TemporaryDirectory(prefix="regulars-") as folder:
            file = Path(folder) / "rows.parquet"
            count = self._files.export_parquet(f"select {chosen} from ({scan}) as scanned", file)
            if count:
                if not self._session.in_transaction:
                    self._stage.create()
                self._stage.load(file, self.relation(layer, table), rows=count)
        return count

    def scan(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self._files.rows(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if not self._session.in_transaction:
            self._stage.create()
        with self._session.transaction():
            yield

    def export_parquet(self, sql: str, path: Path) -> int:
        count = 0
        with self._session.cursor(bound(sql)) as cursor:
            schema = arrow_schema(cursor.description)
            with pq.ParquetWriter(path, schema, compression="zstd") as writer:
                for part in cursor.fetch_arrow_batches():
                    writer.write_table(shaped(part, schema), row_group_size=_BATCH)
                    count += part.num_rows
        return count

    def dbt_output(self) -> dict[str, object]:
        return self._account.dbt_output(schema=self.schema("gold"), threads=self._threads)

    def dbt_environment(self) -> dict[str, str]:
        return self._account.dbt_environment()

    def close(self) -> None:
        self._files.close()
        self._session.close()

    def _make_place(self, layer: str, name: str, *, kind: str) -> None:
        """Make the schema, and drop what has the name but is of another kind."""
        self._session.change(f"create schema if not exists {SNOWFLAKE.quote(self.schema(layer))}")
        place = [stored_name(self.schema(layer)), stored_name(name)]
        is_view = self.rows(
            "select 1 from information_schema.views where table_schema = ? and table_name = ?",
            place,
        )
        is_any = self.rows(
            "select 1 from information_schema.tables where table_schema = ? and table_name = ?",
            place,
        )
        if is_any and bool(is_view) != (kind == "view"):
            other = "view" if is_view else "table"
            self._session.change(f"drop {other} {self.relation(layer, name)}")

    def _scanned(self, scan: str) -> dict[str, str]:
        return {str(row[0]): str(row[1]) for row in self._files.rows(f"describe {scan}")}


def _shape(columns: dict[str, str]) -> dict[str, str]:
    return {name: snowflake_type(kind) for name, kind in columns.items()}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
