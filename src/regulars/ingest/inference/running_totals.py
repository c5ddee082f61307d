"""Columns that add up over rows (balances, totals to date): never the amount of one purchase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.money_words import part_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_ROWS = 50_000  # the first rows of the file: a balance follows the row before it
_MIN_PAIRS = 12
_MIN_SHARE = 0.9
_MIN_DISTINCT = 0.2  # of the rows: what adds up hardly repeats
_GROWS = 0.8
_NEVER_FALLS = 0.995


@dataclass(frozen=True)
class RunningTotal:
    """Why a column is a running total, and the column that it adds up, where one does."""

    why: str
    step: str | None = None


def running_totals(
    warehouse: Warehouse,
    table: Table,
    columns: Sequence[Column],
    *,
    key: Column | None,
    when: Moment | None,
) -> dict[str, RunningTotal]:
    """Columns that are the row before plus another column, or only grow per customer; with why."""
    numbers = [column for column in columns if column.kind == "number"]
    running: dict[str, RunningTotal] = {}
    for column in numbers:
        is_named = part_of(column.name) == "balance"
        if column.distinct < _MIN_DISTINCT * column.filled and not is_named:
            continue
        candidates = [other for other in numbers if other is not column]
        step = _step_of_balance(warehouse, table, column, candidates, key=key)
        if step is not None:
            running[column.name] = RunningTotal(f"a running balance of '{step}'", step)
        elif (
            key is not None
            and when is not None
            and _only_grows(warehouse, table, column, key=key, when=when)
        ):
            why = "it only grows, customer by customer: a total to date"
            running[column.name] = RunningTotal(why)
    return running


def _step_of_balance(
    warehouse: Warehouse,
    table: Table,
    column: Column,
    candidates: Sequence[Column],
    *,
    key: Column | None,
) -> str | None:
    """The column by which a balance differs from that of the row before, or after, it."""
    if not candidates:
        return None
    partitions = [""] + ([f"partition by {quoted(key.name)} "] if key is not None else [])
    for partition in partitions:
        for neighbour in ("lag", "lead"):
            step = f"b - {neighbour}(b) over ({partition}order by place)"
            shares = _shares(warehouse, table, column, candidates, key=key, step=step)
            for other, share in zip(candidates, shares, strict=True):
                if share >= _MIN_SHARE:
                    return other.name
    return None


def _shares(
    warehouse: Warehouse,
    table: Table,
    column: Column,
    candidates: Sequence[Column],
    *,
    key: Column | None,
    step: str,
) -> list[float]:
    """For each other column, in which share of the rows it is the step of the balance."""
    listed = ", ".join(f"{number_sql(other)} as a{n}" for n, other in enumerate(candidates))
    keyed = f", {quoted(key.name)}" if key is not None else ""
    near = ", ".join(
        f"avg(case when abs(step - a{n}) < 0.011 then 1.0 else 0.0 end) "
        f"filter (step is not null and a{n} is not null and a{n} <> 0), "
        f"count(*) filter (step is not null and a{n} <> 0)"
        for n in range(len(candidates))
    )
    row = warehouse.rows(
        f"with numbered as (select rowid as place, {number_sql(column)} as b, {listed}{keyed} "
        f"from {table.relation} limit {_ROWS}), "
        f"steps as (select *, {step} as step from numbered) select {near} from steps"
    )[0]
    shares = row[0::2]
    pairs = row[1::2]
    return [
        float(share or 0.0) if count >= _MIN_PAIRS else 0.0
        for share, count in zip(shares, pairs, strict=True)
    ]


def _only_grows(
    warehouse: Warehouse, table: Table, column: Column, *, key: Column, when: Moment
) -> bool:
    name = quoted(key.name)
    never_falls, grows, pairs = warehouse.rows(
        f"with dated as (select {name} as who, {when.sql} as t, {number_sql(column)} as b, "
        f"rowid as place from {table.relation} where {name} is not null limit {_ROWS}), "
        "steps as (select b - lag(b) over (partition by who order by t, place) as step from dated "
        "where b is not null) "
        "select avg(case when step >= 0 then 1.0 else 0.0 end), "
        "avg(case when step > 0 then 1.0 else 0.0 end), count(*) from steps where step is not null"
    )[0]
    if pairs < 2 * _MIN_PAIRS:
        return False
    return bool(never_falls >= _NEVER_FALLS and grows >= _GROWS)
