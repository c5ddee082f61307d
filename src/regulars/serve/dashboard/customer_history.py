"""One customer's timeline: everything in a picture, purchases with filters, contacts, touches."""

from __future__ import annotations

import streamlit as st

from regulars.charts.activity_charts import events_chart, spend_chart
from regulars.charts.channels import Grain
from regulars.charts.customer_charts import shares_chart
from regulars.insights.amounts import count, percent
from regulars.insights.customer_timeline import Event, events, last_days
from regulars.insights.customer_transactions import (
    Wanted,
    category_shares,
    daily_spend,
    transaction_batches,
    transaction_choices,
    transaction_totals,
    transactions,
)
from regulars.serve.dashboard.link_filters import check_values
from regulars.serve.dashboard.parts import cards
from regulars.serve.dashboard.showing import show_chart
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
    show_chart(events_chart(happened, unit=view.unit))
    _purchases(view, customer_id, wanted)
    _contacts(happened)


def _wanted(view: View, customer_id: str) -> Wanted:
    choices = view.ask(transaction_choices, customer_id)
    check_values(
        {"period": list(_PERIODS), "category": choices.categories, "status": choices.statuses}
    )
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


def _purchases(view: View, customer_id: str, wanted: Wanted) -> None:
    totals = view.ask(transaction_totals, customer_id, wanted=wanted)
    if not totals.rows:
        st.info("No transaction matches these filters.")
        return
    unit = view.unit
    figures = [
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
    cards(figures)
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
        grain: Grain = "month" if monthly else "day"
        show_chart(spend_chart(days, unit=view.unit, grain=grain))
    with right:
        st.subheader("Share by category", anchor=False)
        parts = {share.category: (max(share.amount, 0.0), percent(share.share)) for share in shares}
        show_chart(shares_chart(parts, description="Share of purchases by category"))


def _contacts(happened: tuple[Event, ...]) -> None:
    for kind, title in (("Service contact", "Service contacts"), ("Campaign", "Campaigns")):
        contacts = [event for event in happened if event.kind == kind]
        if not contacts:
            continue
        st.subheader(f"{title} ({count(len(contacts))})", anchor=False)
        card_table(
            [
                {"When": f"{event.happened_at:%Y-%m-%d %H:%M}", "What": event.what}
                for event in contacts[:_EVENTS_LISTED]
            ]
        )
        if len(contacts) > _EVENTS_LISTED:
            st.caption(f"The newest {_EVENTS_LISTED} are listed.")
