"""Single events of a release: what had happened, and was known, before the as-of date."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.release.staged_tables import write_events
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

AS_OF = datetime(2024, 6, 22)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
KEYS = {
    "fct_transactions": "transaction_id",
    "fct_interactions": "interaction_id",
    "fct_touches": "touch_id",
}
TEXTS = (
    "order_id", "kind", "category", "product", "channel", "payment", "sentiment", "satisfaction",
    "duration", "resolved", "campaign", "treated", "opened_at", "clicked_at", "converted_at",
    "cost", "is_counted", "amount", "quantity", "discount",
)  # fmt: skip


def warehouse_with(events: dict[str, tuple[datetime, datetime]]) -> DuckDBWarehouse:
    """Tables of events by key, each with the moment it happened and the one it was known."""
    rows = [
        {
            "customer_id": "anna",
            "occurred_at": occurred_at,
            "known_at": known_at,
            "period": occurred_at.date(),
            **dict.fromkeys(TEXTS, ""),
            **dict.fromkeys(KEYS.values(), key),
            "order_id": key,
            "channel": key,  # what tells events apart in all three files
        }
        for key, (occurred_at, known_at) in events.items()
    ]
    warehouse = DuckDBWarehouse(None)
    for table in KEYS:
        warehouse.replace_table("gold", table, pa.Table.from_pylist(rows))
    warehouse.replace_table("ops", "run_context", pa.table({"as_of": [AS_OF]}))
    return warehouse


@pytest.mark.parametrize("table", KEYS)
def test_events_straddle_the_as_of_date_in_time_and_in_knowledge(
    tmp_path: Path, table: str
) -> None:
    before = AS_OF - DAY
    warehouse = warehouse_with(
        {
            "known before": (before, AS_OF - TICK),
            "known on it": (before, AS_OF),
            "known after": (before, AS_OF + DAY),
            "happened on it": (AS_OF, before),
            "happened at the last moment": (AS_OF - TICK, AS_OF - TICK),
        }
    )
    counts = write_events(warehouse, tmp_path, days=None)
    released = pq.read_table(tmp_path / f"{table}.parquet")["channel"].to_pylist()
    assert released == ["known before", "happened at the last moment"]
    assert counts[table] == 2


def test_a_release_may_hold_the_latest_days_only(tmp_path: Path) -> None:
    moments = {
        "within": AS_OF - 7 * DAY, "on the border": AS_OF - 8 * DAY, "too old": AS_OF - 9 * DAY,
    }  # fmt: skip
    warehouse = warehouse_with({key: (moment, moment) for key, moment in moments.items()})
    write_events(warehouse, tmp_path, days=8)
    released = pq.read_table(tmp_path / "fct_touches.parquet")["channel"].to_pylist()
    assert released == ["on the border", "within"]
