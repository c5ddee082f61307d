"""The rows that customer value and lifetimes are computed from: spend per period, and members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.calendar import DAYS_PER_PERIOD, Grain, day_number
from regulars.core.settings import Project
from regulars.warehouse.protocol import Warehouse

# One row per customer and period: when it happened and was known, and the money of both signs.
SPEND = pa.schema(
    [
        ("customer_id", pa.string()),
        ("period", pa.date32()),
        ("known_period", pa.date32()),
        ("amount", pa.float64()),
        ("refunded", pa.float64()),
    ]
)

# One row per member who ever joined. Days are counted from 1970-01-01 and may have a fraction where
# only an age is known; null means: not known, or (of the day of leaving) still there.
MEMBERS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("joined_day", pa.float64()),
        ("left_day", pa.float64()),
        ("group", pa.string()),
        ("monthly_value", pa.float64()),
    ]
)
ALL_MEMBERS = "all members"


@dataclass(frozen=True)
class MemberQuestion:
    """Which attributes tell of members.

    Where `is_dated` is false, members have an age (`tenure_attribute`, in `tenure_unit`) and a
    label instead of days of joining and leaving. `group_attribute` names the groups that have a
    curve of their own, `monthly_attribute` what a month of a member brings.
    """

    is_dated: bool
    tenure_attribute: str | None = None
    tenure_unit: Grain = "month"
    group_attribute: str | None = None
    monthly_attribute: str | None = None

    @classmethod
    def of(cls, project: Project) -> MemberQuestion | None:
        """None where the business has no end of membership."""
        churn = project.churn
        if churn is None:
            return None
        is_dated = churn.kind == "contractual"
        if not is_dated and not (churn.kind == "labelled" and churn.tenure_attribute):
            return None
        return cls(
            is_dated=is_dated,
            tenure_attribute=churn.tenure_attribute,
            tenure_unit=churn.tenure_unit,
            group_attribute=churn.life_by,
            monthly_attribute=(
                project.value.attribute if project.value.attribute_per == "month" else None
            ),
        )


def read_spend(warehouse: Warehouse) -> pa.Table:
    """What customers paid and got back before the as-of date of the run, as SPEND."""
    rows = warehouse.arrow(
        "select customer_id, period, known_period, cast(amount as double precision) as amount, "
        "cast(refunded as double precision) as refunded "
        f"from {warehouse.relation('gold', 'fct_customer_periods')} as periods "
        f"cross join {warehouse.relation('ops', 'run_context')} as run_context "
        "where (amount > 0 or refunded > 0) and period < cast(run_context.as_of as date) "
        "and known_period < cast(run_context.as_of as date) "
        "order by customer_id, period, known_period"
    )
    return rows.select(SPEND.names).cast(SPEND).combine_chunks()


def read_members(warehouse: Warehouse, question: MemberQuestion, *, as_of: date) -> pa.Table:
    """Everyone who ever joined, as MEMBERS, sorted by customer."""
    if question.is_dated:
        return members_from_dates(_read_people(warehouse, question))
    labels = warehouse.relation("gold", "churn_labels")
    people = _read_people(
        warehouse,
        question,
        joined=f"inner join {labels} as labels on people.customer_id = labels.customer_id "
        "and labels.churned is not null",
        has_left="labels.churned",
    )
    return members_from_ages(people, unit=question.tenure_unit, as_of=as_of)


def members_from_dates(people: pa.Table) -> pa.Table:
    """MEMBERS of rows that have dates `joined_on` and `left_on`."""
    return _members(
        people,
        joined_day=people["joined_on"].cast(pa.int32()).cast(pa.float64()),
        left_day=people["left_on"].cast(pa.int32()).cast(pa.float64()),
    )


def members_from_ages(people: pa.Table, *, unit: Grain, as_of: date) -> pa.Table:
    """MEMBERS of rows that have a `tenure` in `unit`, and `has_left` instead of a date.

    The end lies somewhere behind: it is taken to have been yesterday, so that it counts as seen.
    """
    today = float(day_number(as_of))
    has_left = np.asarray(people["has_left"].to_numpy(), dtype=np.bool_)
    age = _numbers(people["tenure"]) * DAYS_PER_PERIOD[unit]
    return _members(
        people,
        joined_day=pa.array(np.where(has_left, today - 1.0, today) - age, from_pandas=True),
        left_day=pa.array(np.full(has_left.size, today - 1.0), mask=~has_left),
    )


def _members(people: pa.Table, *, joined_day: pa.Array, left_day: pa.Array) -> pa.Table:
    columns = {
        "customer_id": people["customer_id"],
        "joined_day": joined_day,
        "left_day": left_day,
        "group": pc.fill_null(people["member_group"].cast(pa.string()), ALL_MEMBERS),
        "monthly_value": people["monthly_value"],
    }
    return pa.table(columns).cast(MEMBERS).combine_chunks()


def _read_people(
    warehouse: Warehouse, question: MemberQuestion, *, joined: str = "", has_left: str = "true"
) -> pa.Table:
    """Current customers with dates, age, group and the value of a month; null where not mapped."""
    columns = {
        "tenure": _attribute(question.tenure_attribute, "double precision"),
        "monthly_value": _attribute(question.monthly_attribute, "double precision"),
        "member_group": _attribute(question.group_attribute, "varchar"),
        "has_left": has_left,
    }
    selected = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
    return warehouse.arrow(
        "select people.customer_id, cast(people.joined_at as date) as joined_on, "
        f"cast(people.left_at as date) as left_on, {selected} "
        f"from {warehouse.relation('gold', 'dim_customer')} as people {joined} "
        "where people.is_current and not people.is_inferred order by people.customer_id"
    )


def _attribute(name: str | None, sql_type: str) -> str:
    return f"cast(null as {sql_type})" if name is None else f'cast(people."{name}" as {sql_type})'


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Numbers as doubles, NaN where null; shape (n,)."""
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
