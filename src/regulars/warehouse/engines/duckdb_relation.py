"""Rows that are read when they are asked for: a relation of DuckDB behind names of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from regulars.core.errors import DataError, UnknownName
from regulars.core.names import nearest


@dataclass(frozen=True)
class LazyRows:
    """Rows of a query that is not run yet; every method gives another one, or its rows.

    `relation` is DuckDB's own object. Raises UnknownName for a column that is not there, and
    DataError for SQL that DuckDB does not take.
    """

    relation: duckdb.DuckDBPyRelation

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self.relation.columns)

    @property
    def types(self) -> list[str]:
        """Types of the columns, as DuckDB calls them."""
        return [str(kind) for kind in self.relation.types]

    def __len__(self) -> int:
        with _refusals():
            counted = self.relation.count("*").fetchone()
        return int(counted[0]) if counted else 0

    def select(self, *names: str) -> LazyRows:
        """Only these columns, in this order."""
        self._check(names)
        return self._with(lambda: self.relation.select(*map(duckdb.ColumnExpression, names)))

    def where(self, condition: str) -> LazyRows:
        """The rows for which a condition of SQL holds."""
        return self._with(lambda: self.relation.filter(condition))

    def where_equal(self, values: Mapping[str, Any]) -> LazyRows:
        """The rows with these values; a list of values means any of them, None a null."""
        self._check(values)
        rows = self
        for name, value in values.items():
            condition = _equal(name, value)
            rows = rows._with(lambda rows=rows, of=condition: rows.relation.filter(of))
        return rows

    def where_between(self, name: str, *, low: Any = None, high: Any = None) -> LazyRows:
        """The rows from `low` up to, and without, `high`; None is open."""
        self._check([name])
        column, rows = duckdb.ColumnExpression(name), self
        if low is not None:
            first = column >= duckdb.ConstantExpression(low)
            rows = rows._with(lambda rows=rows: rows.relation.filter(first))
        if high is not None:
            end = column < duckdb.ConstantExpression(high)
            rows = rows._with(lambda rows=rows: rows.relation.filter(end))
        return rows

    def order_by(self, order: str) -> LazyRows:
        """In an order of SQL, such as `priority desc nulls last`."""
        return self._with(lambda: self.relation.order(order))

    def limit(self, count: int) -> LazyRows:
        """The first so many rows."""
        if count < 0:
            raise DataError(f"a number of rows is at least 0, not {count}")
        return self._with(lambda: self.relation.limit(count))

    def arrow(self) -> pa.Table:
        """All rows."""
        with _refusals():
            return self.relation.to_arrow_table()

    def _with(self, change: Any) -> LazyRows:
        with _refusals():
            return LazyRows(change())

    def _check(self, names: Any) -> None:
        for name in names:
            if name not in self.columns:
                raise unknown(name, self.columns, what="column")


def rows_of(table: pa.Table) -> LazyRows:
    """Rows that are in memory already."""
    return LazyRows(duckdb.connect(":memory:").from_arrow(table))


def select_only(connection: duckdb.DuckDBPyConnection, sql: str) -> LazyRows:
    """A question in SQL. Raises DataError for anything that is not one `select`."""
    with _refusals():
        statements = connection.extract_statements(sql)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise DataError("a release is read with one `select`, and with nothing else")
        return LazyRows(connection.sql(sql))


def unknown(name: str, known: list[str], *, what: str) -> UnknownName:
    """The error for a name that is not there; it has the nearest one, or all of few."""
    near = nearest(name, known)
    advice = f"; did you mean '{near}'?" if near else ""
    listed = ", ".join(known) if len(known) <= 40 else f"{', '.join(known[:40])}, ..."
    return UnknownName(f"there is no {what} '{name}'{advice}", hint=f"There are: {listed}.")


def _equal(name: str, value: Any) -> duckdb.Expression:
    column = duckdb.ColumnExpression(name)
    if value is None:
        return column.isnull()
    if isinstance(value, list | tuple | set | frozenset):
        # of no values, nothing is one
        return column.isin(*map(duckdb.ConstantExpression, value or [None]))
    return column == duckdb.ConstantExpression(value)


@contextmanager
def _refusals() -> Iterator[None]:
    """What DuckDB says against a condition, in the errors of this project."""
    try:
        yield
    except duckdb.Error as error:
        first, _, rest = str(error).partition("\n")
        candidates = next((line for line in rest.splitlines() if "andidate" in line), None)
        raise DataError(first.partition(": ")[2] or first, hint=candidates) from None
