"""Customers to look at first, on the terminal."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.core.errors import DataError
from regulars.core.names import nearest
from regulars.insights.amounts import decimal, percent, worth_unit
from regulars.insights.churn import why_no_churn
from regulars.insights.customers import Customer, RankedBy, top_customers
from regulars.insights.reading import Reading
from regulars.insights.segments import segments

_COLUMNS: dict[str, RankedBy] = {
    "priority": "priority",
    "value": "customer_value",
    "risk": "churn_probability",
}
_MOSTLY_REFUNDED = 0.5


def answer_top(
    reading: Reading,
    *,
    as_json: bool,
    limit: int,
    by: str,
    segment: str | None = None,
    show_personal: bool = False,
) -> None:
    """Scored customers, the highest first."""
    if segment is not None:
        _know(reading, segment)
    found = top_customers(
        reading, limit=limit, by=_COLUMNS[by], segment=segment, show_personal=show_personal
    )
    if as_json:
        print_json(found)
        return
    console, unit = answer_console(), worth_unit(reading)
    if not found:
        say(console, "Nobody is scored here." if reading.churn else why_no_churn(reading))
        return
    numbers = ["risk of 100", "percentile", "value", "priority"]
    table = answer_table(["customer", "segment", *numbers, "main reason", ""], numbers)
    for one in found:
        add_row(
            table,
            one.customer_id,
            one.segment,
            decimal(one.risk_score, 0),
            decimal(one.risk_percentile, 0),
            unit.whole(one.customer_value),
            unit.whole(one.priority),
            _reason(one),
            _note(one),
        )
    print_table(console, table)


def _reason(one: Customer) -> str | None:
    reason = one.main_reason
    if reason is None:
        return None
    return f"{reason.points:+.0f} {reason.words}: {reason.value}, usually {reason.ordinary}"


def _note(one: Customer) -> str:
    notes = []
    if one.consent is False:
        notes.append("no consent")
    if one.worth_contacting is False:
        notes.append("contact does not pay")
    if one.refund_share is not None and one.refund_share >= _MOSTLY_REFUNDED:
        notes.append(f"{percent(one.refund_share, 0)} refunded")
    return ", ".join(notes)


def _know(reading: Reading, segment: str) -> None:
    names = [one.name for one in segments(reading)]
    if segment in names:
        return
    near = nearest(segment, names)
    raise DataError(
        f"there is no segment '{segment}'" + (f"; did you mean '{near}'?" if near else ""),
        hint=f"The segments are: {', '.join(names) or 'none'}.",
    )
