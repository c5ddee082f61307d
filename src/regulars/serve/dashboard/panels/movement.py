"""Segments over time: who went where between two dates, sizes by date, and cohorts."""

from __future__ import annotations

from datetime import date

import streamlit as st

from regulars.insights.amounts import count, day_words, percent
from regulars.insights.headings import month_heading
from regulars.insights.migration import (
    CohortMonth,
    Migration,
    cohorts,
    migration,
    migration_dates,
    segment_sizes,
)
from regulars.serve.dashboard import charts
from regulars.serve.dashboard.parts import cards
from regulars.serve.dashboard.sizes import sizes_chart
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import short_percent

_COHORT_MONTHS = 12


def draw(view: View) -> None:
    """Moves, sizes, cohorts."""
    dates = view.ask(migration_dates)
    if len(dates) < 2:
        st.info("Segments are known at one date only: there is nothing to compare yet.")
    else:
        _moves(view, dates)
        st.header("How many are in each segment", anchor=False)
        sizes_chart(view.ask(segment_sizes), order=view.reading.project.segment_order)
    _cohorts(view)


def _moves(view: View, dates: tuple[date, ...]) -> None:
    st.header("Who went where", anchor=False)
    names = [str(one) for one in dates]
    first, second, _ = st.columns([1, 1, 2])
    earlier = first.selectbox(
        "From", names[:-1], index=max(len(names) - 4, 0), key="from", bind="query-params"
    )
    later_ones = [name for name in names if name > earlier]
    later = second.selectbox(
        "To", later_ones, index=len(later_ones) - 1, key="to", bind="query-params"
    )
    found = view.ask(migration, date.fromisoformat(earlier), to_as_of=date.fromisoformat(later))
    had = found.customers - found.first_bought
    cards(
        [
            ("Customers", count(found.customers), f"Who had bought before {later}."),
            ("Stayed", percent(found.stayed / had if had else None),
             f"{count(found.stayed)} are in the segment they were in."),
            ("Moved", percent(found.moved / had if had else None),
             f"{count(found.moved)} are in another one."),
            ("First bought", count(found.first_bought), "Between the two dates."),
        ],
        in_a_row=4,
    )  # fmt: skip
    _matrix(found)


def _matrix(found: Migration) -> None:
    squares = [
        charts.Square(
            one.destination,
            one.origin,
            one.share,
            short_percent(one.share),
            tips={
                "From": one.origin,
                "To": one.destination,
                "Customers": count(one.customers),
                "Share of those from there": percent(one.share),
            },
        )
        for one in found.moves
    ]
    going = {one.destination for one in found.moves}
    coming = {one.origin for one in found.moves}
    charts.squares(
        squares,
        order=(
            [name for name in found.order if name in going],
            [name for name in found.order if name in coming],
        ),
        titles=(
            f"Segment on {day_words(found.to_as_of)}",
            f"Segment on {day_words(found.from_as_of)}",
        ),
        alt_text="Shares of each earlier segment by later segment",
    )
    st.caption("Each line adds up to 100 %: of those who were in the segment, where are they now?")


def _cohorts(view: View) -> None:
    found = [one for one in view.ask(cohorts) if one.months <= _COHORT_MONTHS]
    st.header("Who comes back", anchor=False)
    if not found:
        st.info("Nobody has bought anything yet.")
        return
    label = {one.cohort: _cohort_words(one) for one in found}
    later = [one for one in found if one.months > 0]
    if not later:
        st.info("There is only one month of purchases so far.")
        return
    squares = [
        charts.Square(
            str(one.months),
            label[one.cohort],
            one.retention,
            short_percent(one.retention),
            tips={
                "First bought in": label[one.cohort],
                "Months later": str(one.months),
                "Customers who bought": count(one.customers),
                "Share": percent(one.retention),
            },
        )
        for one in later
    ]
    charts.squares(
        squares,
        order=(
            [str(month) for month in sorted({one.months for one in later})],
            [label[one] for one in sorted({one.cohort for one in later})],
        ),
        titles=("Months after the first purchase", "Month of the first purchase (customers)"),
        alt_text="Share of each cohort that bought again, by month",
    )
    st.caption("Of the customers who first bought in a month, who bought so many months later?")


def _cohort_words(one: CohortMonth) -> str:
    return f"{month_heading(one.cohort)} ({count(one.cohort_customers)})"
