"""One customer's timeline: everything in a picture, purchases with filters, contacts, touches."""

from __future__ import annotations

import altair as alt
import streamlit as st

from regulars.insights.amounts import count, percent
from regulars.insights.customer_timeline import KINDS, Event, events, last_days
from regulars.insights.customer_transactions import (
    Wanted,
    category_shares,
    daily_spend,
    transaction_batches,
    transaction_choices,
    transaction_totals,
    transactions,
)
from regulars.serve.dashboard import charts
from regulars.serve.dashboard.palette import EVENTS
from regulars.serve.dashboard.parts import cards
from regulars.serve.dashboard.tables import card_table, export_button, listing
from regulars.serve.dashboard.view import View

_PERIODS: dict[str, int | None] = {
    "30 days": 30, "90 days": 90, "6 months": 182, "12 months": 365, "All": None,
}  # fmt: skip
_EVENTS_LISTED = 50


def draw_history(view: View, customer_id: str) -> None:
    """Filters, the picture, sums, spending by day and category, and the rows."""
    if not view.ask(events, customer_id):
        st.info("No purchase, service contact or campaign of this customer is known.")
        return
    wanted = _wanted(view, customer_id)
    happened = view.ask(events, customer_id, period=wanted.period)
    if not happened:
        st.info("Nothing is known to have happened in this period.")
        return
    _picture(view, happened)
    _purchases(view, customer_id, wanted)
    _contacts(happened)


def _wanted(view: View, customer_id: str) -> Wanted:
    choices = view.ask(transaction_choices, customer_id)
    first, second, third = st.columns([2.2, 1.6, 1.4])
    period = first.segmented_control(
        "Period", list(_PERIODS), default="All", required=True, key="period", bind="query-params"
    )
    categories = second.multiselect(
        "Categories", choices.categories, placeholder="All", key="category", bind="query-params"
    )
    statuses = third.multiselect(
        "Status", choices.statuses, placeholder="All", key="status", bind="query-params"
    )
    return Wanted(
        period=last_days(view.reading, _PERIODS[period or "All"]),
        categories=tuple(categories),
        statuses=tuple(statuses),
    )


def _picture(view: View, happened: tuple[Event, ...]) -> None:
    lanes = [kind for kind in KINDS if any(one.kind == kind for one in happened)]
    rows = [
        {
            "at": one.happened_at.isoformat(),
            "day": f"{one.happened_at:%Y-%m-%d %H:%M}",
            "kind": one.kind,
            "what": one.what,
            "amount": "" if one.amount is None else view.unit.exact(one.amount),
        }
        for one in happened
    ]
    days = charts.day_format([one.happened_at.date() for one in happened])
    chart = (
        alt.Chart(charts.data_of(rows))
        .mark_point(filled=True, size=70, opacity=0.75)
        .encode(
            x=alt.X("at:T", title=None, axis=alt.Axis(labelOverlap=True, format=days)),
            y=alt.Y("kind:N", sort=lanes, title=None, axis=alt.Axis(ticks=False, domain=False)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=lanes, range=[EVENTS[kind] for kind in lanes]),
                legend=None,
            ),
            shape=alt.Shape("kind:N", sort=lanes, legend=None),
            tooltip=[
                alt.Tooltip("day:N", title="When"),
                alt.Tooltip("kind:N", title="What"),
                alt.Tooltip("what:N", title="More"),
                alt.Tooltip("amount:N", title="Amount"),
            ],
        )
        .properties(height=len(lanes) * 34 + 40)
    )
    charts.show(chart, alt_text=f"{len(rows)} events: {', '.join(lanes)}")


def _purchases(view: View, customer_id: str, wanted: Wanted) -> None:
    totals = view.ask(transaction_totals, customer_id, wanted=wanted)
    if not totals.rows:
        st.info("No transaction matches these filters.")
        return
    unit = view.unit
    found = [
        ("Transactions", count(totals.rows), "Rows that match the filters."),
        ("Purchases", unit.whole(totals.amount), f"{count(totals.purchases)} rows."),
        ("Mean purchase", unit.whole(totals.mean), "Mean amount of a purchase row."),
        ("Refunded", unit.whole(totals.refunded), "Amount of refunds, positive."),
        (
            "Counted",
            percent(totals.approved),
            "Approval rate: the share of rows that count as purchases; declined ones do not.",
        ),
    ]
    cards(found)
    _charts(view, customer_id, wanted)
    left, right = st.columns([3, 1], vertical_alignment="center")
    some = f"The newest {count(view.rows)} of " if totals.rows > view.rows else ""
    left.caption(f"{some}{count(totals.rows)} transactions, the newest first.")
    with right:
        export_button(
            f"Export {count(totals.rows)} transactions",
            lambda: transaction_batches(view.reading, customer_id, wanted=wanted),
            file_name=f"customer_{customer_id}_transactions_{view.reading.manifest.as_of}.csv",
            units=view.units,
            key="export_transactions",
        )
    rows = view.ask(transactions, customer_id, wanted=wanted, limit=view.rows)
    kept = [name for name in rows.column_names if rows[name].null_count < rows.num_rows]
    listing(rows.select(kept), units=view.units, key="transactions")


def _charts(view: View, customer_id: str, wanted: Wanted) -> None:
    days = view.ask(daily_spend, customer_id, wanted=wanted)
    shares = view.ask(category_shares, customer_id, wanted=wanted)
    left, right = st.columns([3, 2], gap="large")
    with left:
        monthly = view.reading.project.grain == "month"
        st.subheader(f"Spending by {'month' if monthly else 'day'}", anchor=False)
        found = [
            charts.Stick(
                one.day,
                one.amount,
                {"Day": f"{one.day}", "Purchases": view.unit.exact(one.amount),
                 "Rows": count(one.purchases)},
            )
            for one in days
        ]  # fmt: skip
        charts.columns(found, alt_text=f"Spending on {len(found)} days", monthly=monthly)
    with right:
        st.subheader("Share by category", anchor=False)
        parts = [
            charts.Bar(
                one.category,
                max(one.amount, 0.0),
                percent(one.share),
                tips={"Category": one.category, "Purchases": view.unit.exact(one.amount)},
            )
            for one in shares
        ]
        charts.bars(parts, alt_text="Share of purchases by category")


def _contacts(happened: tuple[Event, ...]) -> None:
    for kind, title in (("Service contact", "Service contacts"), ("Campaign", "Campaigns")):
        found = [one for one in happened if one.kind == kind]
        if not found:
            continue
        st.subheader(f"{title} ({count(len(found))})", anchor=False)
        card_table(
            [
                {"When": f"{one.happened_at:%Y-%m-%d %H:%M}", "What": one.what}
                for one in found[:_EVENTS_LISTED]
            ]
        )
        if len(found) > _EVENTS_LISTED:
            st.caption(f"The newest {_EVENTS_LISTED} are listed.")
