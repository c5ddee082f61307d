"""What churn means here: grain, kind, horizon and activity window, by what the tables tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from regulars.core.calendar import (
    DAYS_PER_PERIOD,
    PERIODS_PER_QUARTER,
    PERIODS_PER_YEAR,
    USUAL_SPANS,
    Grain,
)
from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.leaving_candidates import ask_who_left
from regulars.ingest.inference.moments import Moment, day_text, first_and_last
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.roles import points
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

MIN_WEEKS = 8
MIN_HORIZONS = 4  # of the horizon fit into the history: one to test, the others to learn from
SURE_NAME = 5
_TELL_WHO = ("customers", "left_at")  # questions to be answered before who left can be asked
RARELY_TWICE = 0.02  # gaps per customer, below which they tell of nobody
# Horizons for histories of a few months, which leave room to learn and to test.
SHORT_SPANS: Mapping[Grain, tuple[int, ...]] = {"day": (7, 14, 21), "week": (1, 2), "month": ()}


def set_grain(
    draft: Draft,
    when: Moment | None,
    *,
    warehouse: Warehouse | None = None,
    table: Table | None = None,
    people: Table | None = None,
) -> None:
    """Months where every event is dated so, weeks where all fall on one weekday, else days.

    `when` is the time of the events of `table`, or the date of leaving of `people`.
    """
    if when is None:
        return
    if when.monthly and not _joins_on_days(draft, people if table is None else None):
        draft.put("grain", "month", "every event is dated by its month only")
    elif warehouse is not None and table is not None and _is_weekly(warehouse, table, when):
        draft.put("grain", "week", "every event is dated on the same day of the week")
    else:
        draft.put("grain", "day", "events are dated to the day or finer")


def _joins_on_days(draft: Draft, people: Table | None) -> bool:
    """Whether customers join on any day, though few have left and those on the first of a month."""
    joined = draft.get("entities.customers.columns.joined_at")
    name = joined.get("column") if isinstance(joined, dict) else joined
    column = people.columns.get(str(name)) if people is not None else None
    return column is not None and column.kind == "date" and not column.monthly


def _is_weekly(warehouse: Warehouse, table: Table, when: Moment) -> bool:
    weekdays, days = warehouse.rows(
        f"select count(distinct isodow(t)), count(distinct t) from "
        f"(select cast({when.sql} as date) as t from {_read_once(table, when)}) where t is not null"
    )[0]
    return int(weekdays) == 1 and int(days) >= MIN_WEEKS


def _read_once(table: Table, when: Moment, *columns: str) -> str:
    """The rows of a table, where dates are text each of them once: to read text takes long."""
    if when.column is None or not when.column.is_text:
        return table.relation
    names = dict.fromkeys([*columns, *when.names])
    return f"(select distinct {', '.join(map(quoted, names))} from {table.relation})"


def set_data_end(draft: Draft, warehouse: Warehouse, table: Table, when: Moment) -> None:
    """Say where the data ends; the as-of date then follows from it."""
    first, last = first_and_last(warehouse, table, when)
    if last is not None:
        next_day = day_text(last + timedelta(days=1))
        draft.reasons[("entities", "transactions")] = (
            f"from {day_text(first)} to {day_text(last)}; without an `as_of` everything is seen "
            f"from the end of the last complete period"
            + (f", {next_day}" if not when.monthly else "")
        )


def set_churn(
    draft: Draft,
    warehouse: Warehouse,
    purchases: Purchases | None,
    *,
    left: Moment | None,
    labelled: bool,
    is_recognised: bool = False,
    customers: Table | None = None,
) -> None:
    """The kind of churn that the data can tell, and how long a silence or a window is.

    `is_recognised`: the tables are exports of known systems, none of whose columns is unknown.
    `customers` is the table that the customers are read from.
    """
    grain: Grain = draft.get("grain") or "day"
    if left is not None and ends_memberships(draft, left):
        draft.put("churn.kind", "contractual", "members have a date of leaving")
        horizon = PERIODS_PER_QUARTER[grain]
        draft.put("churn.horizon", horizon, f"{grain}s ahead")
        if purchases is not None and "joined_at" in draft.get("entities.customers.columns"):
            draft.put(
                f"{AT}.members_only", True, "rows before joining and after leaving do not count"
            )
    elif labelled:
        draft.put("churn.kind", "labelled", "a column says who left, without a date")
        if purchases is not None:
            draft.leave_open(
                "whether to trust the column that says who left: with dated purchases, "
                "`kind: silence` can be tested in time, and `labelled` cannot"
            )
    elif purchases is not None:
        _set_silence(draft, warehouse, purchases, grain=grain)
    else:
        _ask_for_churn(draft, warehouse, customers, is_recognised=is_recognised)


def _ask_for_churn(
    draft: Draft, warehouse: Warehouse, customers: Table | None, *, is_recognised: bool
) -> None:
    """Customers of whom nothing tells who left may well have a column that was not understood."""
    lacking = "no purchases, no date of leaving and no label"
    is_known = is_recognised or {"interactions", "touches"} & set(draft.get("entities"))
    is_asked = any(question.key in _TELL_WHO for question in draft.questions)
    is_open = not (is_known or is_asked) and customers is not None and draft.experiment is None
    if is_open and customers and ask_who_left(draft, warehouse, customers, lacking=lacking):
        return
    if is_known or draft.questions:
        draft.leave_open(f"what churn means here: {lacking}")
        return
    draft.ask(
        "churn",
        f"Nothing here tells who left: {lacking} was recognised. If a column does tell it, map it "
        "as entities.labels, or as left_at of the customers. Publish the customers without churn?",
        [Answer(say="Yes: customers only, without churn and without segments")],
    )


def ends_memberships(draft: Draft, left: Moment) -> bool:
    """A date of leaving beside one of joining, or one whose name says nothing else."""
    is_named = any(points(name, "left_at") >= SURE_NAME for name in left.names)
    return is_named or "joined_at" in draft.get("entities.customers.columns")


def _set_silence(draft: Draft, warehouse: Warehouse, purchases: Purchases, *, grain: Grain) -> None:
    draft.put("churn.kind", "silence", "nobody says goodbye here: who stops buying has left")
    gaps = _gaps(warehouse, purchases, days=DAYS_PER_PERIOD[grain])
    spans = (*SHORT_SPANS[grain], *USUAL_SPANS[grain])
    snaps = [snap for snap in spans if snap <= gaps.span / MIN_HORIZONS] or [spans[0]]
    if gaps.low is None or gaps.high is None:
        why = "hardly anybody bought twice, so no gap tells how long a silence counts"
        horizon = max(snap for snap in snaps if snap <= PERIODS_PER_QUARTER[grain])
    else:
        why = (
            f"80 % of the gaps between purchases are within {gaps.low:.0f} {grain}s, 90 % within "
            f"{gaps.high:.0f}; compare others with `regulars advise`"
        )
        usual = [snap for snap in snaps if snap >= USUAL_SPANS[grain][0]]
        longer = [snap for snap in snaps if snap >= gaps.high] or snaps[-1:]
        middle = (gaps.low + gaps.high) / 2
        horizon = min(usual, key=lambda snap: abs(snap - middle)) if usual else longer[0]
    if horizon < USUAL_SPANS[grain][0]:
        why += f"; the history of {gaps.span:.0f} {grain}s leaves no room for more"
    draft.put("churn.horizon", horizon, why)
    window = PERIODS_PER_YEAR[grain]
    draft.put(
        "churn.activity_window", window, f"customers who bought in the last {window} {grain}s"
    )


@dataclass(frozen=True)
class _Gaps:
    """The 80th and 90th percentile of the gaps between purchases, and the history, in periods."""

    low: float | None
    high: float | None
    span: float


def _gaps(warehouse: Warehouse, purchases: Purchases, *, days: float) -> _Gaps:
    key = quoted(purchases.key.name)
    low, high, gaps, customers, span = warehouse.rows(
        "with bought as (select distinct who, cast(t as date) as day from "
        f"(select {key} as who, {purchases.when.sql} as t "
        f"from {_read_once(purchases.table, purchases.when, purchases.key.name)}) "
        "where who is not null and t is not null), "
        "gaps as (select who, date_diff('day', lag(day) over (partition by who order by day), "
        "day) as gap, day from bought) "
        "select quantile_cont(gap, 0.8), quantile_cont(gap, 0.9), count(gap), "
        "count(distinct who), date_diff('day', min(day), max(day)) from gaps"
    )[0]
    span = float(span or 0) / days
    if low is None or high is None or int(gaps) < RARELY_TWICE * int(customers):
        return _Gaps(None, None, span)
    return _Gaps(float(low) / days, float(high) / days, span)
