"""Columns that tell the outcome: known only of those who left, or by themselves as good as it."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.label_words import is_named, name_meaning
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

MOST_ROWS = 50_000
MIN_EACH = 20  # leavers and stayers; with fewer, a column that fits may be chance
NEARLY_ALL = 0.99
MOST_VALUES = 50
SEPARATES = 0.98  # ROC AUC of one number alone
RISE = 0.3  # how much more often those with a value left than those without


def tells_by_name(name: str) -> bool:
    """Whether a column is about the leaving itself: a reason, a score, a date of it."""
    if points(name, "reason"):
        return True
    return name_meaning(name) == "left" and not is_named(name, "narrows")


def outcome_columns(
    warehouse: Warehouse, table: Table, outcome: str, *, columns: Iterable[Column]
) -> dict[str, str]:
    """Those of the columns that tell the outcome by their values, each with the reason.

    `outcome` is DuckDB SQL over a row of the table: 1 left, 0 stayed, null unknown.
    """
    warehouse.execute(
        "create or replace temp table _outcome as select * from "
        f"(select *, {outcome} as _said from {table.relation}) where _said is not null "
        f"using sample {MOST_ROWS} rows (reservoir, 7)"
    )
    left, rows = warehouse.rows("select coalesce(sum(_said), 0), count(*) from _outcome")[0]
    if min(int(left), int(rows) - int(left)) < MIN_EACH:
        return {}
    reasons = {}
    for column in columns:
        reason = _by_presence(warehouse, column) or _by_value(warehouse, column)
        if reason:
            reasons[column.name] = reason
    return reasons


def _by_presence(warehouse: Warehouse, column: Column) -> str | None:
    """A value that only leavers have, or that only they lack."""
    if column.filled == column.rows:
        return None
    given = f"trim(coalesce(cast({quoted(column.name)} as varchar), '')) <> ''"
    having, lacking, some, none = warehouse.rows(
        f"select avg(_said) filter ({given}), avg(_said) filter (not ({given})), "
        f"count(*) filter ({given}), count(*) filter (not ({given})) from _outcome"
    )[0]
    if having is None or lacking is None or min(int(some), int(none)) < MIN_EACH:
        return None
    if float(having) >= NEARLY_ALL and float(having) - float(lacking) > RISE:
        return "only those who left have a value"
    if float(lacking) >= NEARLY_ALL and float(lacking) - float(having) > RISE:
        return "only those who left have none"
    return None


def _by_value(warehouse: Warehouse, column: Column) -> str | None:
    name = quoted(column.name)
    if column.kind == "number" and column.distinct > 2:
        area = warehouse.rows(
            f"with ranked as (select _said, rank() over (order by x) + (count(*) over (partition "
            f"by x) - 1) / 2.0 as r from (select _said, try_cast(replace(cast({name} as varchar), "
            "',', '.') as double) as x from _outcome) where x is not null), "
            "sums as (select sum(r) filter (_said = 1) as s, count(*) filter (_said = 1) as a, "
            "count(*) filter (_said = 0) as b from ranked) "
            f"select (s - a * (a + 1) / 2.0) / (a * b) from sums where a >= {MIN_EACH} "
            f"and b >= {MIN_EACH}"
        )
        if area and max(float(area[0][0]), 1 - float(area[0][0])) >= SEPARATES:
            return "alone it tells who left"
        return None
    if column.kind == "date" or not 2 <= column.distinct <= MOST_VALUES:
        return None
    right, best = warehouse.rows(
        "select sum(greatest(l, n - l)) / sum(n), greatest(sum(l), sum(n - l)) / sum(n) from "
        f"(select sum(_said) as l, count(*) as n from _outcome where {name} is not null "
        f"group by {name})"
    )[0]
    if right is None or float(right) < NEARLY_ALL:
        return None
    # of a rare outcome, 'everybody stayed' is nearly right already
    return "its values tell who left" if 1 - float(right) < (1 - float(best)) / 4 else None
