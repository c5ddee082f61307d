"""How long members stay: lifetimes from joining to leaving, and what is left given the age."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.calendar import DAYS_PER_PERIOD, WHOLE_DAYS_PER_YEAR, day_number
from regulars.flows.context import RunContext
from regulars.ml.clv.purchase_summary import Floats, Span
from regulars.ml.survival.curve import SurvivalCurve

TIME_TO_CHURN = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("age_days", pa.float64()),
        ("curve", pa.string()),
        ("curve_is_pooled", pa.bool_()),
        ("stays_365_days", pa.float64()),
        ("expected_days_in_next_365", pa.float64()),
        ("little_history", pa.bool_()),
    ]
)
EVERYONE = "all members"
LITTLE_DAYS = 90
SHOWN_DAYS = (30, 60, 90, 180, 270, 365, 545, 730, 1095, 1825)


@dataclass(frozen=True)
class Known:
    """Lifetimes as known on one day: age in days, who is there still, and everyone's curve."""

    ids: pa.Array
    age: Floats
    there: np.ndarray
    curve: SurvivalCurve
    first_day: int

    def ages(self, ids: list[str], *, at: int) -> tuple[Floats, np.ndarray]:
        """Age at that day (0 where unknown) and whether there still, of these customers: (n,)."""
        place = pc.index_in(pa.array(ids, pa.string()), value_set=self.ids)
        known = np.asarray(pc.is_valid(place))
        row = np.asarray(pc.fill_null(place, 0))
        age = np.where(known & np.isfinite(self.age[row]), self.age[row], 0.0)
        return age, known & self.there[row]


@dataclass(frozen=True)
class Members:
    """Everyone who ever joined, as known now; arrays of shape (n,).

    `joined` and `left` are days since 1970-01-01 (NaN where unknown, or still there). Where only an
    age and a label are known (`dated` is false), lifetimes are known for `today` alone.
    """

    ids: pa.Array
    joined: Floats
    left: Floats
    group: np.ndarray
    monthly: Floats
    today: int
    dated: bool = True
    _found: dict[int, Known | None] = field(default_factory=dict)

    def at(self, day: int) -> Known | None:
        """Lifetimes as they were known on a day; None where they were not, or nobody had left."""
        if day not in self._found:
            self._found[day] = self._at(day)
        return self._found[day]

    def present(self, ids: list[str]) -> np.ndarray:
        """Which of these customers are members now, shape (n,)."""
        known = self.at(self.today)
        if known is None:
            return np.ones(len(ids), np.bool_)
        return known.ages(ids, at=self.today)[1]

    def monthly_value(self) -> Floats:
        """The mapped value of a month, shape (n,); NaN where it is not known."""
        return self.monthly

    def lifetimes(self, day: int) -> tuple[Floats, np.ndarray, np.ndarray]:
        """Age in days, whether ended, and whether usable, as known on a day; shape (n,)."""
        with np.errstate(invalid="ignore"):
            ended = self.left < day
            age = np.where(ended, self.left, float(day)) - self.joined
            usable = np.isfinite(age) & (age >= 0) & (self.joined < day)
        return age, ended, usable

    def _at(self, day: int) -> Known | None:
        from regulars.ml.survival.durations import Durations
        from regulars.ml.survival.kaplan_meier import kaplan_meier

        if not self.dated and day != self.today:
            return None
        age, ended, usable = self.lifetimes(day)
        if not (usable & ended).any():
            return None
        curve = kaplan_meier(Durations.of(age[usable], ended[usable], unit="day")).curve
        first = int(np.nanmin(self.joined[usable]))
        return Known(self.ids, age, usable & ~ended, curve, first)


@dataclass(frozen=True)
class Lives:
    """The table of remaining lives, what readers should know, and both in a few words."""

    table: pa.Table
    note: dict[str, Any]
    words: str


def members_of(context: RunContext, *, as_of: date) -> Members | None:
    """Members with their lifetimes; None where the business has no end of membership."""
    churn = context.project.churn
    if churn is None:
        return None
    if churn.kind == "contractual":
        return _dated_members(context, as_of)
    if churn.kind == "labelled" and churn.tenure_attribute:
        return _labelled_members(context, as_of)
    return None


def time_to_churn(context: RunContext, members: Members | None, *, as_of: date) -> Lives:
    """What is left of each member's life, given the age so far, within 365 days."""
    known = None if members is None else members.at(members.today)
    if members is None or known is None:
        why = (
            "nobody has left by a date that is known"
            if members is not None
            else "only memberships that end on a known day have a time to churn"
        )
        return Lives(TIME_TO_CHURN.empty_table(), {"why_none": why}, "no time to churn")
    from regulars.ml.survival.durations import Durations
    from regulars.ml.survival.kaplan_meier import (
        kaplan_meier_by_segment,
        remaining_life_by_segment,
    )

    age, ended, usable = members.lifetimes(members.today)
    groups = members.group
    lives = kaplan_meier_by_segment(
        Durations.of(age[usable], ended[usable], unit="day"), groups[usable]
    )
    at = np.flatnonzero(known.there)
    left = remaining_life_by_segment(
        lives, groups[at], age[at], horizon=Span(WHOLE_DAYS_PER_YEAR, "day")
    )
    stays = np.full(at.size, np.nan)
    for name, life in lives.items():
        rows = groups[at] == name
        stays[rows] = life.lifetimes.curve.given(age[at][rows], WHOLE_DAYS_PER_YEAR)
    pooled = {name: life.pooled for name, life in lives.items()}
    table = pa.table(
        {
            "customer_id": members.ids.take(pa.array(at)),
            "as_of": pa.array([as_of] * at.size, pa.date32()).cast(pa.timestamp("us")),
            "age_days": pa.array(age[at]),
            "curve": pa.array(groups[at], pa.string()),
            "curve_is_pooled": pa.array([pooled[name] for name in groups[at]], pa.bool_()),
            "stays_365_days": pa.array(stays),
            "expected_days_in_next_365": pa.array(left),
            "little_history": pa.array(age[at] < LITTLE_DAYS),
        }
    ).cast(TIME_TO_CHURN)
    mean = float(np.mean(left)) if at.size else 0.0
    note = {
        "members": int(at.size),
        "mean_expected_days_in_next_365": mean,
        "little_history": int(np.count_nonzero(age[at] < LITTLE_DAYS)),
        "curves": [_curve(name, life) for name, life in lives.items()],
    }
    words = f"{at.size:,} members will stay {mean:.0f} of the next 365 days on average"
    return Lives(table.sort_by("customer_id"), note, words)


def _curve(name: str, life: Any) -> dict[str, Any]:
    """Share still there at a few ages, with the age at which half had left."""
    found = life.lifetimes
    half = found.age_when_left(0.5)
    days = [day for day in SHOWN_DAYS if day <= found.curve.last_age]
    return {
        "curve": name,
        "customers": life.customers,
        "pooled": life.pooled,
        "half_left_after_days": None if np.isnan(half) else half,
        "survival": [{"days": day, "share": float(found.curve.at(day))} for day in days],
    }


def _dated_members(context: RunContext, as_of: date) -> Members:
    rows = _people(context, "", "true")
    return Members(
        ids=rows["customer_id"],
        joined=_days(rows["joined_on"]),
        left=_days(rows["left_on"]),
        group=_group(rows),
        monthly=_number(rows["monthly"]),
        today=day_number(as_of),
    )


def _labelled_members(context: RunContext, as_of: date) -> Members:
    """An age and a flag: the end is known to lie behind, as if it were yesterday."""
    labels = context.warehouse.relation("gold", "churn_labels")
    rows = _people(
        context,
        f"inner join {labels} as labels on people.customer_id = labels.customer_id "
        "and labels.churned is not null",
        "labels.churned",
    )
    churn = context.project.churn
    assert churn is not None
    today = day_number(as_of)
    age = _number(rows["tenure"]) * DAYS_PER_PERIOD[churn.tenure_unit]
    gone = np.asarray(rows["gone"].to_numpy(zero_copy_only=False), dtype=np.bool_)
    end = np.where(gone, today - 1.0, np.nan)
    return Members(
        ids=rows["customer_id"],
        joined=np.where(gone, today - 1.0, float(today)) - age,
        left=end,
        group=_group(rows),
        monthly=_number(rows["monthly"]),
        today=today,
        dated=False,
    )


def _people(context: RunContext, joined: str, gone: str) -> dict[str, pa.Array]:
    """Current customers with dates, age, the group of curves and the value of a month."""
    project, warehouse = context.project, context.warehouse
    churn = project.churn
    assert churn is not None
    monthly = project.value.attribute if project.value.attribute_per == "month" else None
    columns = {
        "tenure": _double(churn.tenure_attribute),
        "monthly": _double(monthly),
        "life_by": _column(churn.life_by, "varchar"),
        "gone": gone,
    }
    chosen = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
    table = warehouse.arrow(
        "select people.customer_id, cast(people.joined_at as date) as joined_on, "
        f"cast(people.left_at as date) as left_on, {chosen} "
        f"from {warehouse.relation('gold', 'dim_customer')} as people {joined} "
        "where people.is_current and not people.is_inferred order by people.customer_id"
    ).combine_chunks()
    return {name: table[name].combine_chunks() for name in table.column_names}


def _double(name: str | None) -> str:
    return _column(name, "double precision")


def _column(name: str | None, kind: str) -> str:
    return f"cast(null as {kind})" if name is None else f'cast(people."{name}" as {kind})'


def _group(rows: dict[str, pa.Array]) -> np.ndarray:
    filled = pc.fill_null(rows["life_by"], EVERYONE)
    return np.asarray(filled.to_numpy(zero_copy_only=False)).astype(str)


def _days(values: pa.Array) -> Floats:
    return _number(values.cast(pa.int32()))


def _number(values: pa.Array) -> Floats:
    return np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
