"""Print the customers of highest priority, value or risk."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.core.errors import DataError
from regulars.core.names import nearest
from regulars.insights.amounts import customer_value_unit, decimal, percent
from regulars.insights.churn_evaluation import why_no_churn
from regulars.insights.customer_profiles import Customer, RankedBy, top_customers
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import segments
from regulars.insights.value_words import value_note

_COLUMNS: dict[str, RankedBy] = {
    "priority": "priority",
    "value": "value_if_stays",
    "risk": "churn_probability",
}
_MOSTLY_REFUNDED = 0.5
_DROP = ["percentile", "segment", "raised most by"]


def answer_top(
    reading: Reading,
    *,
    as_json: bool,
    limit: int,
    by: str,
    segment: str | None = None,
    show_personal: bool = False,
) -> None:
    """Print scored customers, the highest first."""
    if segment is not None:
        _know(reading, segment)
    customers = top_customers(
        reading, limit=limit, by=_COLUMNS[by], segment=segment, show_personal=show_personal
    )
    if as_json:
        print_json(customers)
        return
    console, unit = answer_console(), customer_value_unit(reading)
    if not customers:
        say(
            console,
            "No customer of this selection is scored." if reading.churn else why_no_churn(reading),
        )
        return
    has_money = any(customer.value_at_risk is not None for customer in customers)
    money = ["value if stays", "value at risk"] if has_money else []
    numbers = ["risk of 100", "percentile", *money]
    table = answer_table(
        ["customer", "segment", *numbers, "raised most by", "note"], numbers, drop=_DROP
    )
    for customer in customers:
        add_row(
            table,
            customer.customer_id,
            customer.segment,
            decimal(customer.risk_score, 0),
            decimal(customer.risk_percentile, 0),
            *(
                [unit.whole(customer.value_if_stays), unit.whole(customer.value_at_risk)]
                if has_money
                else []
            ),
            _reason(customer),
            _note(customer),
        )
    print_table(console, table)
    note = value_note(reading)
    if note:
        say(console, note, style="dim")


def _reason(customer: Customer) -> str | None:
    reason = customer.main_reason
    if reason is None:
        return None
    usual = f"usual in training: {reason.ordinary}"
    return f"{reason.points:+.0f} {reason.words}: {reason.value} ({usual})"


def _note(customer: Customer) -> str:
    notes = []
    if customer.consent is False:
        notes.append("no consent")
    if customer.worth_contacting is False:
        notes.append("contacting does not pay off")
    if customer.refund_share is not None and customer.refund_share >= _MOSTLY_REFUNDED:
        notes.append(f"{percent(customer.refund_share, 0)} refunded")
    return ", ".join(notes)


def _know(reading: Reading, segment: str) -> None:
    names = [summary.name for summary in segments(reading)]
    if segment in names:
        return
    near = nearest(segment, names)
    raise DataError(
        f"there is no segment '{segment}'" + (f"; did you mean '{near}'?" if near else ""),
        hint=f"The segments are: {', '.join(names) or 'none'}.",
    )
