"""Which rows does a release hold? Its tables, read when asked for, personal data masked."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from functools import cached_property

import pyarrow as pa

from regulars.core.errors import DataError
from regulars.insights.exact import quoted
from regulars.insights.masking import MASK, personal_columns
from regulars.insights.release_contents import ReleasedTable, released_tables
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import Segment, segments
from regulars.warehouse.engines.duckdb_reader import DuckDBReader
from regulars.warehouse.engines.duckdb_relation import LazyRows, unknown

CUSTOMERS, SCORES, TRANSACTIONS = "customer_360_profile", "customer_scored", "fct_transactions"
_COUNTS = ("customers", "scored", "worth_contacting")
_BEST_FIRST = "priority desc nulls last, customer_id"


def _segment_type(name: str) -> pa.DataType:
    if name == "name":
        return pa.string()
    return pa.int64() if name in _COUNTS else pa.float64()


# Written down, for a release without purchases has no segment to read the types from.
_SEGMENT_COLUMNS = pa.schema([(each.name, _segment_type(each.name)) for each in fields(Segment)])


class LazyTables:
    """The tables of one release; masked ones answer also SQL of people with the mask.

    A condition on a personal column meets the mask, so that it tells nothing of what is under it.
    """

    def __init__(self, reading: Reading, *, show_personal: bool = False) -> None:
        self._reading = reading
        self._hidden = frozenset() if show_personal else personal_columns(reading)

    @property
    def listed(self) -> tuple[ReleasedTable, ...]:
        """Every table by name, with its rows and columns."""
        return released_tables(self._reading)

    def table(self, name: str) -> LazyRows:
        """One table. Raises UnknownName, with the nearest name, where there is none."""
        known = [table.name for table in self.listed]
        if name not in known:
            raise unknown(name, known, what="table")
        return self._masked.table(name)

    def question(self, sql: str) -> LazyRows:
        """A `select` of the caller's own over the tables."""
        return self._masked.question(sql)

    def customers(self) -> LazyRows:
        """One row per customer."""
        return self.table(CUSTOMERS)

    def scores(self) -> LazyRows:
        """The scored customers, the highest priority first."""
        return self.table(SCORES).where("churn_probability is not null").order_by(_BEST_FIRST)

    def transactions(
        self, *, customer: str | None, since: date | None, until: date | None
    ) -> LazyRows:
        """Transactions of one customer or of all, from `since` up to, and without, `until`."""
        if not self._reading.has(TRANSACTIONS):
            raise DataError("this release holds no single transactions")
        rows = self.table(TRANSACTIONS)
        if customer is not None:
            rows = rows.where_equal({"customer_id": customer})
        return rows.where_between("occurred_at", low=since, high=until)

    def segments(self) -> pa.Table:
        """The figures of each segment, in the project's order."""
        rows = [asdict(segment) for segment in segments(self._reading)]
        return pa.Table.from_pylist(rows, schema=_SEGMENT_COLUMNS)

    @cached_property
    def _masked(self) -> DuckDBReader:
        """The same tables, with the mask in place of what is personal."""
        return self._reading.showing({table.name: self._shown(table.name) for table in self.listed})

    def _shown(self, table: str) -> str:
        masks = [
            f"case when {quoted(name)} is not null then '{MASK}' end as {quoted(name)}"
            for name in self._reading.columns(table)
            if name in self._hidden
        ]
        return f"* replace ({', '.join(masks)})" if masks else "*"
