"""What every engine can do; the rooms above know nothing more of a database than this."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[Any, ...]


class Warehouse(Protocol):
    """One open warehouse. Schemas are named without the project's prefix."""

    engine: str
    undoes_changes_of_tables: bool  # whether a transaction that fails undoes changed columns too

    @property
    def file_folder(self) -> Path | None:
        """The folder whose files views may name by their place in it; None where they cannot."""

    def schema(self, layer: str) -> str:
        """The real name of a layer's schema: the project's prefix and the layer."""

    def relation(self, layer: str, table: str) -> str:
        """The quoted, qualified name of a table."""

    def sql_type(self, kind: str) -> str:
        """The engine's name of a DuckDB type."""

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Run a statement for its effect."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """A small result as tuples."""

    def arrow(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """A whole result in Arrow."""

    def arrow_batches(self, sql: str, *, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """A large result, streamed."""

    def columns(self, layer: str, table: str) -> dict[str, str]:
        """Column names and their types as DuckDB calls them; empty where there is no such table."""

    def tables(self, layer: str) -> list[str]:
        """Names of a layer's tables and views, sorted."""

    def create_table(self, layer: str, table: str, columns: dict[str, str]) -> None:
        """Create a table of these columns (name -> DuckDB type), and its schema, where absent."""

    def add_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        """Add a column of a DuckDB type; rows that are there hold null."""

    def change_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        """Let a column hold a wider DuckDB type; views that read it may have to be made again."""

    def create_view(self, layer: str, view: str, query: str) -> None:
        """Create or replace a view, or the table of that name."""

    def build_table(
        self, layer: str, table: str, query: str, *, columns: dict[str, str] | None
    ) -> None:
        """Create or replace a table, or the view of that name, with the rows of a query.

        `columns` are names as SQL writes them, with DuckDB types; without them all are taken.
        """

    def add_rows(
        self, layer: str, table: str, query: str, *, keys: Sequence[str], before: str
    ) -> None:
        """Add the rows of a query to a table, in place of those with the same keys if it has keys.

        `before` is a statement that goes first, or nothing; the query need not see what it does.
        """

    def replace_table(self, layer: str, table: str, data: pa.Table) -> None:
        """Create or replace a table with these rows, atomically."""

    def append_table(self, layer: str, table: str, data: pa.Table) -> None:
        """Add rows to an existing table; columns are matched by name."""

    def append_scan(self, layer: str, table: str, scan: str) -> int:
        """Add the rows of a DuckDB query over files (by column name); how many there were."""

    def scan(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Rows of a DuckDB query over files, whatever the engine is."""

    def transaction(self) -> AbstractContextManager[None]:
        """All statements inside take effect together, or none does."""

    def export_parquet(self, sql: str, path: Path) -> int:
        """Write a query's rows to one Parquet file; how many there were."""

    def dbt_output(self) -> dict[str, object]:
        """The dbt profile output that reaches the same warehouse; no secret stands in it."""

    def dbt_environment(self) -> dict[str, str]:
        """Environment variables that dbt needs for it, secrets among them."""

    def close(self) -> None:
        """Let go of the warehouse, so that another process may open it."""
