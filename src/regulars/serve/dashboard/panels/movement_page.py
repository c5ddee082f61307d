"""Segments over time: who went where between two dates, sizes by date, and cohorts."""

from __future__ import annotations

from datetime import date

import streamlit as st

from regulars.charts.customer_charts import cohorts_chart, moves_chart, segment_sizes_chart
from regulars.insights.amounts import count, percent
from regulars.insights.migration import (
    cohorts,
    migration,
    migration_dates,
    segment_sizes,
)
from regulars.serve.dashboard.link_filters import check_values
from regulars.serve.dashboard.parts import cards
from regulars.serve.dashboard.showing import show_chart
from regulars.serve.dashboard.view import View

_COHORT_MONTHS = 12


def draw(view: View) -> None:
    """Moves, sizes, cohorts."""
    dates = view.ask(migration_dates)
    if len(dates) < 2:
        st.info("Segments are known at one date only: there is nothing to compare yet.")
    else:
        _moves(view, dates)
        st.header("How many are in each segment", anchor=False)
        show_chart(
            segment_sizes_chart(view.ask(segment_sizes), order=view.reading.project.segment_order)
        )
    _cohorts(view)


def _moves(view: View, dates: tuple[date, ...]) -> None:
    st.header("Who went where", anchor=False)
    names = [str(day) for day in dates]
    check_values({"from": names[:-1], "to": names[1:]})
    first, second, _ = st.columns([1, 1, 2])
    earlier = first.selectbox(
        "From", names[:-1], index=max(len(names) - 4, 0), key="from", bind="query-params"
    )
    later_names = [name for name in names if name > earlier]
    later = second.selectbox(
        "To", later_names, index=len(later_names) - 1, key="to", bind="query-params"
    )
    segment_migration = view.ask(
        migration, date.fromisoformat(earlier), to_as_of=date.fromisoformat(later)
    )
    had = segment_migration.customers - segment_migration.first_bought
    cards(
        [
            ("Customers", count(segment_migration.customers), f"Who had bought before {later}."),
            ("Stayed", percent(segment_migration.stayed / had if had else None),
             f"{count(segment_migration.stayed)} are in the segment they were in."),
            ("Moved", percent(segment_migration.moved / had if had else None),
             f"{count(segment_migration.moved)} are in another one."),
            ("First bought", count(segment_migration.first_bought), "Between the two dates."),
        ],
        in_a_row=4,
    )  # fmt: skip
    show_chart(moves_chart(segment_migration))
    st.caption("Each line adds up to 100 %: of those who were in the segment, where are they now?")


def _cohorts(view: View) -> None:
    cohort_months = [
        cohort_month for cohort_month in view.ask(cohorts) if cohort_month.months <= _COHORT_MONTHS
    ]
    st.header("Who comes back", anchor=False)
    if not cohort_months:
        st.info("Nobody has bought anything yet.")
        return
    later = [cohort_month for cohort_month in cohort_months if cohort_month.months > 0]
    if not later:
        st.info("There is only one month of purchases so far.")
        return
    show_chart(cohorts_chart(later))
    st.caption("Of the customers who first bought in a month, who bought so many months later?")
