"""Single events of a release: which files hold them, and the rows of each.

Events lie in the order of customers, so that a reader skips all of a file but the part where the
customer is: a timeline takes as long at ten million transactions as at ten thousand. The files of a
table follow its deliveries: a new delivery adds a file, and small ones are joined with the next, so
that there are few. Older deliveries keep their rows until the cleaned tables are built anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from regulars.core.fingerprints import fingerprint
from regulars.release.event_store import EventStore
from regulars.release.table_files import part_file
from regulars.warehouse.protocol import Warehouse

# Cleaned rows, key and columns of every event that counts.
EVENT_TABLES = {
    "fct_transactions": (
        "int_transactions_resolved",
        "transaction_id",
        (
            "customer_id", "occurred_at", "nullif(order_id, transaction_id) as order_id", "kind",
            "is_counted", "amount", "quantity", "discount", "category", "product", "channel",
            "payment",
        ),
    ),
    "fct_interactions": (
        "int_interactions_resolved",
        "interaction_id",
        (
            "customer_id", "occurred_at", "kind", "channel", "satisfaction", "duration",
            "resolved", "sentiment",
        ),
    ),
    "fct_touches": (
        "int_touches_resolved",
        "touch_id",
        (
            "customer_id", "occurred_at", "campaign", "channel", "treated", "opened_at",
            "clicked_at", "converted_at", "cost",
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """Events of one delivery: how many, when the last was known, the first period."""

    batch_id: str
    rows: int
    last: datetime
    first: date


@dataclass(frozen=True)
class Scope:
    """Which events a release holds: known before `as_of`, of periods since `since` where given.

    `made_by` names the build of the cleaned tables and changes with every full one.
    """

    as_of: datetime
    since: date | None
    made_by: str

    def is_cut(self, delivery: Delivery) -> bool:
        """Whether some of a delivery's events may lie outside."""
        is_late = delivery.last >= self.as_of
        return is_late or (self.since is not None and delivery.first < self.since)


def write_events(
    warehouse: Warehouse, store: EventStore, folder: Path, *, days: int | None, run_id: str
) -> tuple[dict[str, int], dict[str, int]]:
    """Place every event that counts at the as-of date into the folder of a release.

    `days` is how far back before the as-of date they go, None for all. Returns rows per table, and
    rows per file of the store.
    """
    scope = _scope(warehouse, days=days, run_id=run_id)
    tables: dict[str, int] = {}
    files: dict[str, int] = {}
    for table in EVENT_TABLES:
        tables[table] = 0
        parts = joined(_deliveries(warehouse, table)) or [[]]
        for number, part in enumerate(parts, 1):
            batches = None if len(parts) == 1 else [delivery.batch_id for delivery in part]
            query = _events_query(warehouse, table, scope=scope, batches=batches)
            name = _file_name(table, part, scope=scope)
            rows = store.provide(name, partial(warehouse.export_parquet, query))
            store.place(name, folder / part_file(table, number))
            files[name] = rows
            tables[table] += rows
    return tables, files


def joined(deliveries: list[Delivery]) -> list[list[Delivery]]:
    """Deliveries by file: one that is not half as large as the file before it has its own.

    So n deliveries of one size have about log2(n) files, and each row is written as often at most.
    """
    parts: list[list[Delivery]] = []
    for delivery in deliveries:
        parts.append([delivery])
        while len(parts) > 1 and 2 * _size(parts[-1]) >= _size(parts[-2]):
            parts[-2:] = [parts[-2] + parts[-1]]
    return parts


def _size(part: list[Delivery]) -> int:
    return sum(delivery.rows for delivery in part)


def _scope(warehouse: Warehouse, *, days: int | None, run_id: str) -> Scope:
    as_of = warehouse.rows(f"select as_of from {warehouse.relation('ops', 'run_context')}")[0][0]
    since = None if days is None else as_of.date() - timedelta(days=days)
    return Scope(as_of, since, "-".join(_builds(warehouse)) or f"unknown, staged by {run_id}")


def _builds(warehouse: Warehouse) -> Iterator[str]:
    """The last full build of the cleaned tables; nothing while one is not finished."""
    if "made_by" in warehouse.columns("ops", "built_batches"):
        rows = warehouse.rows(
            "select shape, made_by from "
            f"{warehouse.relation('ops', 'built_batches')} where made_by <> '' limit 1"
        )
        yield from (str(value) for row in rows for value in row)


def _deliveries(warehouse: Warehouse, table: str) -> list[Delivery]:
    """Deliveries in the order in which they came, with the span of what counts of each."""
    cleaned = EVENT_TABLES[table][0]
    rows = warehouse.rows(
        "select batch_id, count(*), max(greatest(occurred_at, coalesce(known_at, occurred_at))), "
        f"min(period) from {warehouse.relation('silver', cleaned)} "
        "where is_kept and not is_deleted group by batch_id order by batch_id"
    )
    return [Delivery(str(batch), int(count), last, first) for batch, count, last, first in rows]


def _file_name(table: str, part: list[Delivery], *, scope: Scope) -> str:
    _, key, columns = EVENT_TABLES[table]
    cut = [scope.as_of, scope.since] if any(map(scope.is_cut, part)) else []
    batches = [delivery.batch_id for delivery in part]
    return f"{table}/{fingerprint(table, key, columns, scope.made_by, batches, cut)}.parquet"


def _events_query(
    warehouse: Warehouse, table: str, *, scope: Scope, batches: list[str] | None
) -> str:
    """Events that happened, and were known, before the as-of date; of some deliveries or of all."""
    _, key, columns = EVENT_TABLES[table]
    as_of = f"timestamp '{scope.as_of.isoformat(sep=' ')}'"
    since = "" if scope.since is None else f"and period >= date '{scope.since}' "
    chosen = ", ".join("'" + batch.replace("'", "''") + "'" for batch in batches or [])
    return (
        f"select {', '.join(columns)} from {warehouse.relation('gold', table)} "
        f"where occurred_at < {as_of} and known_at < {as_of} {since}"
        + (f"and batch_id in ({chosen}) " if batches else "")
        + f"order by customer_id, occurred_at, {key}"
    )
