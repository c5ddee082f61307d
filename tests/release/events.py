"""A warehouse in memory with nothing but events, delivery by delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from regulars.release.event_tables import EVENT_TABLES
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

AS_OF = datetime(2024, 6, 22)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
_TEXTS = (
    "order_id", "kind", "category", "product", "channel", "payment", "sentiment", "satisfaction",
    "duration", "resolved", "campaign", "treated", "opened_at", "clicked_at", "converted_at",
    "cost", "is_counted", "amount", "quantity", "discount",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One event of anna's, known when it happened unless it says otherwise."""

    key: str
    occurred_at: datetime
    known_at: datetime | None


class EventWarehouse:
    """The same events in all three tables; `channel` has their keys."""

    def __init__(self) -> None:
        self.open = DuckDBWarehouse(None)
        self.open.execute("create schema gold")
        self._rows: list[dict[str, object]] = []
        self._batches: list[str] = []
        self.set_as_of(AS_OF)

    def set_as_of(self, as_of: datetime) -> None:
        self.open.replace_table("ops", "run_context", pa.table({"as_of": [as_of]}))

    def set_made_by(self, made_by: str) -> None:
        built = [{"batch_id": b, "shape": "s", "made_by": made_by} for b in self._batches]
        self.open.replace_table("ops", "built_batches", pa.Table.from_pylist(built))

    def deliver(self, batch_id: str, *events: Event) -> None:
        """One more delivery, taken in by the build that made the others."""
        self._batches.append(batch_id)
        self._rows += [_row(event, batch_id) for event in events]
        schema = pa.Table.from_pylist([_row(Event("", AS_OF, AS_OF), "")]).schema
        rows = pa.Table.from_pylist(self._rows, schema=schema)
        for table, (cleaned, _, _) in EVENT_TABLES.items():
            self.open.replace_table("silver", cleaned, rows)
            known = "coalesce(known_at, occurred_at) as known_at"
            self.open.create_view(
                "gold", table, f"select * replace ({known}) from silver.{cleaned}"
            )
        self.set_made_by("first run")


def _row(event: Event, batch_id: str) -> dict[str, object]:
    keys = (key for _, key, _ in EVENT_TABLES.values())
    return {
        "customer_id": "anna",
        "occurred_at": event.occurred_at,
        "known_at": event.known_at,
        "period": event.occurred_at.date(),
        "batch_id": batch_id,
        "is_kept": True,
        "is_deleted": False,
        **dict.fromkeys(_TEXTS, ""),
        **dict.fromkeys(keys, event.key),
        "order_id": event.key,
        "channel": event.key,
    }
