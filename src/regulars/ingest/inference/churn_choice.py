"""What churn means here: grain, kind, horizon and activity window, by what the tables tell."""

from __future__ import annotations

from datetime import timedelta

from regulars.core.calendar import DAYS_PER_PERIOD, PERIODS_PER_YEAR, USUAL_SPANS, Grain
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import Moment, day_text, first_and_last
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.transaction_mapping import AT, Purchases
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse


def set_grain(draft: Draft, when: Moment | None) -> None:
    """Months where every event is dated so, else days."""
    if when is not None and when.monthly:
        draft.put("grain", "month", "every event is dated by its month only")
    elif when is not None:
        draft.put("grain", "day", "events are dated to the day or finer")


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
) -> None:
    """The kind of churn that the data can tell, and for silence how long a silence counts."""
    entities = draft.get("entities")
    month = draft.get("grain") == "month"
    if left is not None and "joined_at" in entities["customers"]["columns"]:
        draft.put("churn.kind", "contractual", "members have a date of leaving")
        horizon = 3 if month else 90
        draft.put("churn.horizon", horizon, f"periods ahead ({'months' if month else 'days'})")
        if purchases is not None:
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
        _set_silence(draft, warehouse, purchases, grain="month" if month else "day")
    else:
        draft.leave_open("what churn means here: no purchases, no date of leaving and no label")


def _set_silence(draft: Draft, warehouse: Warehouse, purchases: Purchases, *, grain: Grain) -> None:
    draft.put("churn.kind", "silence", "nobody says goodbye here: who stops buying has left")
    low, high, span = _gaps(warehouse, purchases, days=DAYS_PER_PERIOD[grain])
    if low is None or high is None:
        draft.leave_open("how long a silence means churn: hardly anybody bought twice")
        return
    snaps = [snap for snap in USUAL_SPANS[grain] if snap <= max(span / 4, USUAL_SPANS[grain][0])]
    middle = (low + high) / 2
    horizon = min(snaps, key=lambda snap: abs(snap - middle))
    unit = "days" if grain == "day" else "months"
    draft.put(
        "churn.horizon",
        horizon,
        f"80 % of the gaps between purchases are within {low:.0f} {unit}, 90 % within {high:.0f}; "
        "compare others with `regulars advise`",
    )
    window = PERIODS_PER_YEAR[grain]
    draft.put("churn.activity_window", window, f"customers who bought in the last {window} {unit}")


def _gaps(
    warehouse: Warehouse, purchases: Purchases, *, days: float
) -> tuple[float | None, float | None, float]:
    """The 80th and 90th percentile of the gaps between purchases, and the span, in periods."""
    key = quoted(purchases.key.name)
    low, high, span = warehouse.rows(
        "with bought as (select distinct who, cast(t as date) as day from "
        f"(select {key} as who, {purchases.when.sql} as t from {purchases.table.relation}) "
        "where who is not null and t is not null), "
        "gaps as (select date_diff('day', lag(day) over (partition by who order by day), day) "
        "as gap, day from bought) "
        "select quantile_cont(gap, 0.8), quantile_cont(gap, 0.9), "
        "date_diff('day', min(day), max(day)) from gaps"
    )[0]
    if low is None or high is None:
        return None, None, 0.0
    return float(low) / days, float(high) / days, float(span or 0) / days
