"""The tables that features own in the warehouse: the run's context and its cutoffs."""

from __future__ import annotations

from datetime import date, datetime, time

import pyarrow as pa

from regulars.features.cutoffs import Cutoff
from regulars.warehouse.protocol import Warehouse

_MOMENT = pa.timestamp("us")


def write_run_context(
    warehouse: Warehouse, *, run_id: str, started_at: datetime, as_of: date | None
) -> None:
    """The one row that models read: which run this is, when it began, where it looks back from."""
    warehouse.replace_table(
        "ops",
        "run_context",
        pa.table(
            {
                "run_id": pa.array([run_id], pa.string()),
                "run_started_at": pa.array([started_at.replace(tzinfo=None)], _MOMENT),
                "as_of": pa.array([as_of and _midnight(as_of)], _MOMENT),
            }
        ),
    )


def read_as_of(warehouse: Warehouse) -> date | None:
    """The as-of date of the newest features; None before the first ones."""
    if not warehouse.columns("ops", "run_context"):
        return None
    rows = warehouse.rows(
        f"select cast(as_of as date) from {warehouse.relation('ops', 'run_context')}"
    )
    day: date | None = rows[0][0]
    return day


def write_cutoffs(warehouse: Warehouse, cutoffs: list[Cutoff]) -> None:
    """One row per as-of date; models and labels read their windows from here."""
    warehouse.replace_table(
        "ops",
        "cutoffs",
        pa.table(
            {
                "as_of": pa.array([_midnight(cutoff.as_of) for cutoff in cutoffs], _MOMENT),
                "outcome_from": pa.array(
                    [_midnight(cutoff.outcome_from) for cutoff in cutoffs], _MOMENT
                ),
                "outcome_to": pa.array(
                    [_midnight(cutoff.outcome_to) for cutoff in cutoffs], _MOMENT
                ),
                "role": pa.array([cutoff.role for cutoff in cutoffs], pa.string()),
                "is_closed": pa.array([cutoff.is_closed for cutoff in cutoffs], pa.bool_()),
            }
        ),
    )


def read_cutoffs(warehouse: Warehouse) -> list[Cutoff]:
    """The cutoffs of the last features step, oldest first."""
    rows = warehouse.rows(
        "select cast(as_of as date), cast(outcome_from as date), cast(outcome_to as date), role, "
        f"is_closed from {warehouse.relation('ops', 'cutoffs')} order by 1"
    )
    return [Cutoff(*row) for row in rows]


def read_score_cutoff(warehouse: Warehouse) -> Cutoff:
    """The cutoff that customers are scored at: the newest one."""
    return max(read_cutoffs(warehouse), key=lambda cutoff: cutoff.as_of)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
