"""Data quality: is every row accounted for, which are not used, and what do the checks say?"""

from __future__ import annotations

import streamlit as st

from regulars.insights.amounts import count, percent
from regulars.insights.data_quality import (
    check_history,
    check_lines,
    column_quality,
    reconciliation,
    rejected_batches,
    rejected_rows,
    rejections,
    table_history,
)
from regulars.serve.dashboard.link_filters import check_values
from regulars.serve.dashboard.parts import cards
from regulars.serve.dashboard.tables import card_table, export_button, listing, table_of
from regulars.serve.dashboard.view import View

_WORDS = {"pass": "passed", "fail": "failed", "warn": "warning", "info": "note"}


def draw(view: View) -> None:
    """Cards, and a tab for rows, checks, columns and earlier runs."""
    _cards(view)
    rows, checks, columns, earlier = st.tabs(["Rows", "Checks", "Columns", "Earlier runs"])
    with rows:
        _rows(view)
    with checks:
        _checks(view)
    with columns:
        _columns(view)
    with earlier:
        _earlier(view)


def _cards(view: View) -> None:
    balances = view.ask(reconciliation)
    read = sum(balance.read for balance in balances)
    kept = sum(balance.kept for balance in balances)
    rejected = sum(balance.rejected for balance in balances)
    lines = view.ask(check_lines)
    passed = sum(line.passed for line in lines)
    lost = [balance.entity for balance in balances if not balance.is_balanced]
    cards(
        [
            ("Rows read", count(read), "Of all mapped entities."),
            ("Kept", percent(kept / read if read else None), count(kept)),
            ("Rejected", count(rejected), "Not used; each has a reason."),
            ("Adds up", "no" if lost else "yes",
             f"Not for {', '.join(lost)}." if lost else "read = kept + rejected + merged"),
            ("Checks passed", f"{count(passed)} of {count(len(lines))}", "Of the newest run."),
        ]
    )  # fmt: skip


def _rows(view: View) -> None:
    st.subheader("Is every row accounted for?", anchor=False)
    card_table(
        [
            {
                "Entity": balance.entity,
                "Read": count(balance.read),
                "Kept": count(balance.kept),
                "Rejected": count(balance.rejected),
                "Merged": count(balance.merged),
                "Adds up": "yes" if balance.is_balanced else "no",
            }
            for balance in view.ask(reconciliation)
        ]
    )
    grouped_rejections = view.ask(rejections)
    st.subheader("Rows that are not used", anchor=False)
    if not grouped_rejections:
        st.success("Every row that was read is used.", icon=":material/check_circle:")
        return
    card_table(
        [
            {
                "Entity": rejection.entity or "–",
                "Source": rejection.source,
                "What": rejection.disposition,
                "Reason": rejection.reason,
                "Rows": count(rejection.rows),
                "Of those read": percent(rejection.share),
            }
            for rejection in grouped_rejections[:40]
        ]
    )
    reasons = list(dict.fromkeys(rejection.reason for rejection in grouped_rejections))
    check_values({"reason": reasons})
    reason = st.selectbox(
        "Reason", reasons, index=None, placeholder="All reasons", key="reason", bind="query-params"
    )
    chosen = sum(
        rejection.rows
        for rejection in grouped_rejections
        if reason is None or rejection.reason == reason
    )
    _rejected_rows(view, reason, rows=chosen)


def _rejected_rows(view: View, reason: str | None, *, rows: int) -> None:
    """Where the rows of a reason, or of all reasons, stand in the delivered files."""
    shown = view.ask(rejected_rows, reason=reason, limit=view.rows)
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption("Where each of them stands in the delivered files; their values are not shown.")
    with right:
        export_button(
            f"Export {count(rows)} references",
            lambda: rejected_batches(view.reading, reason=reason),
            file_name=f"rejected_rows_{view.release_id}.csv",
            units=view.units,
            key="export_rejected",
        )
    listing(shown, units=view.units, key="rejected")


def _checks(view: View) -> None:
    lines = view.ask(check_lines)
    if not lines:
        st.info("No checks have run for this release.")
        return
    bad = [line for line in lines if not line.passed]
    if not bad:
        st.success("Every check passed.", icon=":material/check_circle:")
    else:
        card_table(
            [
                {
                    "Check": line.name,
                    "Result": _WORDS.get(line.status, line.status),
                    "Severity": line.severity,
                    "Rows": count(line.failures),
                    "What was found": line.message,
                }
                for line in bad
            ]
        )
    st.subheader(f"All {count(len(lines))} checks", anchor=False)
    fields = ("name", "kind", "table", "severity", "status", "failures", "message")
    listing(table_of(lines, fields), units=view.units, key="checks")


def _columns(view: View) -> None:
    mapped_columns = view.ask(column_quality)
    if not mapped_columns:
        st.info("No columns were looked at.")
        return
    poor = sum(column.poor for column in mapped_columns)
    st.caption(
        f"{count(poor)} of {count(len(mapped_columns))} mapped columns "
        "have missing values or parse errors."
    )
    fields = ("entity", "column", "rows", "missing", "unreadable")
    listing(table_of(mapped_columns, fields), units=view.units, key="columns")


def _earlier(view: View) -> None:
    runs = view.ask(check_history)
    if not runs:
        st.info("There are no earlier checks.")
        return
    card_table(
        [
            {
                "Checked at": f"{run.checked_at:%Y-%m-%d %H:%M}",
                "Checks": count(run.total),
                "Passed": percent(run.pass_rate),
                "Errors": count(run.errors),
                "Warnings": count(run.warnings),
            }
            for run in reversed(runs)
        ]
    )
    st.subheader("Entities over time", anchor=False)
    fields = ("checked_at", "entity", "rows", "nulls", "rejected", "merged")
    listing(table_of(view.ask(table_history), fields), units=view.units, key="history")
