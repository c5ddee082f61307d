"""How long members stay: lifetimes from joining to leaving, and what is left given the age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.calendar import WHOLE_DAYS_PER_YEAR
from regulars.ml.spans import Floats, Span
from regulars.ml.survival.curve import SurvivalCurve
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.kaplan_meier import (
    SegmentLife,
    kaplan_meier,
    kaplan_meier_by_segment,
    remaining_life_by_segment,
)
from regulars.release.value_report import GroupSurvival, Lifetimes, SurvivalPoint

# One row per member as known on one day. The age is null where joining or leaving make no sense on
# that day (not known, or not joined yet); such a member counts neither as there nor as left.
LIFETIMES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("group", pa.string()),
        ("age_days", pa.float64()),
        ("is_member", pa.bool_()),
        ("has_left", pa.bool_()),
        ("monthly_value", pa.float64()),
    ]
)
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
LITTLE_HISTORY_DAYS = 90  # with a shorter life, the estimate is mostly that of the group
SHOWN_DAYS = (30, 60, 90, 180, 270, 365, 545, 730, 1095, 1825)


@dataclass(frozen=True)
class KnownLifetimes:
    """Lifetimes as known on one day (LIFETIMES), everyone's curve, and when the first one joined.

    `first_day` is a day number.
    """

    table: pa.Table
    curve: SurvivalCurve
    first_day: int

    @property
    def members(self) -> pa.Table:
        """Those who were there on that day."""
        return self.table.filter(self.table["is_member"])

    def of(self, customer_ids: pa.Array) -> pa.Table:
        """LIFETIMES of these customers, in their order; a stranger is no member and has no age."""
        place = pc.index_in(customer_ids, value_set=self.table["customer_id"].combine_chunks())
        return self.table.take(place).set_column(
            LIFETIMES.get_field_index("is_member"),
            "is_member",
            pc.fill_null(self.table["is_member"].take(place), pa.scalar(value=False)),
        )


class Memberships:
    """Everyone who ever joined, as known now: a table of the schema `value_rows.MEMBERS`.

    `today` is a day number. Where members have an age and a label instead of dates (`is_dated` is
    false), lifetimes are known on that day alone.
    """

    def __init__(self, members: pa.Table, *, today: int, is_dated: bool) -> None:
        self.members, self.today, self.is_dated = members, today, is_dated
        self._known: dict[int, KnownLifetimes | None] = {}

    def on(self, day: int) -> KnownLifetimes | None:
        """Lifetimes as known on a day; None where they were not, or nobody had left by then."""
        if day not in self._known:
            self._known[day] = self._on(day)
        return self._known[day]

    def _on(self, day: int) -> KnownLifetimes | None:
        if not self.is_dated and day != self.today:
            return None
        table = lifetimes_on(self.members, day)
        left = _flags(table["has_left"])
        if not left.any():
            return None
        lived = left | _flags(table["is_member"])
        age = _numbers(table["age_days"])[lived]
        curve = kaplan_meier(Durations.of(age, left[lived], unit="day")).curve
        first_day = int(_numbers(self.members["joined_day"])[lived].min())
        return KnownLifetimes(table, curve, first_day)


def lifetimes_on(members: pa.Table, day: int) -> pa.Table:
    """LIFETIMES of members (`value_rows.MEMBERS`) as they were known on a day, row by row."""
    joined, left_day = _numbers(members["joined_day"]), _numbers(members["left_day"])
    with np.errstate(invalid="ignore"):  # a comparison with an unknown day is false
        has_left = left_day < day
        age = np.where(has_left, left_day, float(day)) - joined
        is_possible = np.isfinite(age) & (age >= 0) & (joined < day)
    return pa.table(
        {
            "customer_id": members["customer_id"],
            "group": members["group"],
            "age_days": pa.array(age, mask=~is_possible),
            "is_member": pa.array(is_possible & ~has_left),
            "has_left": pa.array(is_possible & has_left),
            "monthly_value": members["monthly_value"],
        },
        schema=LIFETIMES,
    )


def lived_durations(lifetimes: pa.Table) -> tuple[Durations, np.ndarray]:
    """The lifetimes of those who are or were members (LIFETIMES), and their positions, (n,)."""
    left = _flags(pc.fill_null(lifetimes["has_left"], pa.scalar(value=False)))
    age = _numbers(lifetimes["age_days"])
    rows = np.flatnonzero((left | _flags(lifetimes["is_member"])) & np.isfinite(age) & (age > 0))
    return Durations.of(age[rows], left[rows], unit="day"), rows


@dataclass(frozen=True)
class TimeToChurn:
    """What is left of each member's life (TIME_TO_CHURN), and the report on it."""

    table: pa.Table
    report: Lifetimes


def time_to_churn(memberships: Memberships | None, *, as_of: date) -> TimeToChurn:
    """What is left of each member's life within 365 days, given the age so far."""
    if memberships is None:
        return _unknown("it needs memberships that end on a known day")
    known = memberships.on(memberships.today)
    if known is None:
        return _unknown("no member has left yet on a known day")
    curves = _curves_by_group(known.table)
    members = known.members
    group, age = _texts(members["group"]), _numbers(members["age_days"])
    year = Span(WHOLE_DAYS_PER_YEAR, "day")
    days_left = remaining_life_by_segment(curves, group, age, horizon=year)
    has_little_history = age < LITTLE_HISTORY_DAYS
    moment = pa.scalar(as_of, pa.date32()).cast(pa.timestamp("us"))
    table = pa.table(
        {
            "customer_id": members["customer_id"],
            "as_of": pa.repeat(moment, len(members)),
            "age_days": pa.array(age),
            "curve": members["group"],
            "curve_is_pooled": pa.array([curves[name].pooled for name in group], pa.bool_()),
            "stays_365_days": pa.array(_share_staying_a_year(curves, group, age)),
            "expected_days_in_next_365": pa.array(days_left),
            "little_history": pa.array(has_little_history),
        },
        schema=TIME_TO_CHURN,
    )
    report = Lifetimes(
        members=len(members),
        expected_days_in_next_365=float(np.mean(days_left)) if days_left.size else 0.0,
        little_history=int(np.count_nonzero(has_little_history)),
        curves=tuple(_group_survival(name, life) for name, life in curves.items()),
    )
    return TimeToChurn(table.sort_by("customer_id"), report)


def _unknown(why: str) -> TimeToChurn:
    return TimeToChurn(TIME_TO_CHURN.empty_table(), Lifetimes(why_none=why))


def _curves_by_group(lifetimes: pa.Table) -> dict[str, SegmentLife]:
    left = _flags(lifetimes["has_left"])
    lived = left | _flags(lifetimes["is_member"])
    age = _numbers(lifetimes["age_days"])
    durations = Durations.of(age[lived], left[lived], unit="day")
    return kaplan_meier_by_segment(durations, _texts(lifetimes["group"])[lived])


def _share_staying_a_year(curves: dict[str, SegmentLife], group: np.ndarray, age: Floats) -> Floats:
    stays = np.full(age.size, np.nan)
    for name, life in curves.items():
        rows = group == name
        stays[rows] = life.lifetimes.curve.given(age[rows], float(WHOLE_DAYS_PER_YEAR))
    return stays


def _group_survival(name: str, life: SegmentLife) -> GroupSurvival:
    """The share still there at a few ages that were seen, and the age at which half had left."""
    half = life.lifetimes.age_when_left(0.5)
    curve = life.lifetimes.curve
    return GroupSurvival(
        group=name,
        customers=life.customers,
        is_pooled=life.pooled,
        half_left_after_days=None if np.isnan(half) else half,
        points=tuple(
            SurvivalPoint(days=days, share=float(curve.at(days)))
            for days in SHOWN_DAYS
            if days <= curve.last_age
        ),
    )


def _numbers(column: pa.ChunkedArray) -> Floats:
    """Numbers as doubles, NaN where null; shape (n,)."""
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _flags(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.to_numpy(), dtype=np.bool_)


def _texts(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.to_numpy()).astype(str)
