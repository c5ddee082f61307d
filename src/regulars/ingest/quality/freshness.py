"""Is the data young enough? Deliveries against the clock of the run, events against the as-of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from regulars.core.calendar import LONGEST_DAYS_PER_PERIOD
from regulars.core.settings import Project
from regulars.ingest.batch_records import NEWEST_LAST
from regulars.ingest.quality.findings import Finding
from regulars.warehouse.protocol import Warehouse


def check_freshness(
    project: Project, warehouse: Warehouse, *, now: datetime, as_of: date | None
) -> Iterator[Finding]:
    """One check per source by its newest delivery, and one of the newest event before `as_of`."""
    limit = project.checks.fresh_days
    utc = now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now
    for source, landed_at in newest_deliveries(warehouse):
        days = max(0.0, (utc - landed_at) / timedelta(days=1))
        yield Finding(
            f"{source}.freshness", "freshness", "warning", days <= limit,
            f"the newest delivery of {source} is {days:.1f} days old, {limit:g} at most", source,
            details={"landed_at": str(landed_at), "days": round(days, 3)},
        )  # fmt: skip
    if as_of is not None and "transactions" in project.entities:
        yield from _newest_event(project, warehouse, as_of=as_of)


def newest_deliveries(warehouse: Warehouse) -> list[tuple[str, datetime]]:
    """When each source was delivered last; the number of a delivery says which was last."""
    newest: dict[str, datetime] = dict(
        warehouse.rows(
            f"select source, landed_at from {warehouse.relation('ops', 'batches')} as batches "
            f"order by {NEWEST_LAST}"
        )
    )
    return sorted(newest.items())


def _newest_event(project: Project, warehouse: Warehouse, *, as_of: date) -> Iterator[Finding]:
    """By the rollup: the last period with an event, by the end of the period."""
    newest = warehouse.rows(
        f"select max(period) from {warehouse.relation('gold', 'fct_customer_periods')} "
        "where period < cast(? as date)",
        [as_of],
    )[0][0]
    if newest is None:
        return
    length = LONGEST_DAYS_PER_PERIOD[project.grain]
    day = newest.date() if isinstance(newest, datetime) else newest
    days = max(0, (as_of - day).days - length)
    yield Finding(
        "transactions.newest_event", "freshness", "warning", days <= project.checks.fresh_days,
        f"the newest event is {days} days before the as-of date {as_of}, "
        f"{project.checks.fresh_days:g} at most",
        "transactions", details={"newest_period": str(day), "as_of": str(as_of), "days": days},
    )  # fmt: skip
