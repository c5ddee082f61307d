"""Questions to the run records: which order, when the last whole run, how many rows by landing."""

from __future__ import annotations

from datetime import datetime

from regulars.warehouse.ledger import Ledger
from regulars.warehouse.operation_events import text_of


def run_numbers(ledger: Ledger) -> dict[str, int]:
    """The number of every run, in the order in which they began: a clock may go back."""
    if not ledger.path.exists():
        return {}
    with ledger.open_records() as connection:
        return {
            str(run_id): int(number)
            for run_id, number in connection.execute("select run_id, rowid from runs")
        }


def last_whole_run(ledger: Ledger) -> datetime | None:
    """When a run that came to its last step last ended well; None where none did."""
    if not ledger.path.exists():
        return None
    with ledger.open_records() as connection:
        ended = connection.execute(
            "select max(ended_at) from runs where status = 'done' and run_id in "
            "(select run_id from run_steps where step = 'publish')"
        ).fetchone()[0]
    return datetime.fromisoformat(ended) if ended else None


def landed_rows(ledger: Ledger, *, since: datetime) -> list[tuple[datetime, int]]:
    """Moment and new rows of every landing that ended well or had nothing to do, in order."""
    if not ledger.path.exists():
        return []
    with ledger.open_records() as connection:
        rows = connection.execute(
            "select started_at, coalesce(json_extract(result, '$.counts.rows'), 0) "
            "from run_steps where step = 'land' and status in ('done', 'skipped') "
            "and started_at >= ? order by step_id",
            [text_of(since)],
        ).fetchall()
    return [(datetime.fromisoformat(at), int(landed)) for at, landed in rows]
