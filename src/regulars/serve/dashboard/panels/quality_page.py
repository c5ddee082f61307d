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
from regulars.serve.dashboard.parts import cards
from regulars.serve.dashboard.tables import card_table, export_button, listing, table_of
from regulars.serve.dashboard.view import View

_WORDS = {"pass": "passed", "fail": "failed", "warn": "warning", "info": "worth a note"}


def draw(view: View) -> None:
    """Cards, and a tab for rows, checks, columns and earlier runs."""
    _cards(view)
    rows, found, columns, earlier = st.tabs(["Rows", "Checks", "Columns", "Earlier runs"])
    with rows:
        _rows(view)
    with found:
        _checks(view)
    with columns:
        _columns(view)
    with earlier:
        _earlier(view)


def _cards(view: View) -> None:
    entities = view.ask(reconciliation)
    read = sum(one.read for one in entities)
    kept = sum(one.kept for one in entities)
    rejected = sum(one.rejected for one in entities)
    lines = view.ask(check_lines)
    passed = sum(one.passed for one in lines)
    lost = [one.entity for one in entities if not one.is_balanced]
    cards(
        [
            ("Rows read", count(read), "Of all mapped entities."),
            ("Kept", percent(kept / read if read else None), count(kept)),
            ("Rejected", count(rejected), "Quarantined, with the reason."),
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
                "Entity": one.entity,
                "Read": count(one.read),
                "Kept": count(one.kept),
                "Rejected": count(one.rejected),
                "Merged": count(one.merged),
                "Adds up": "yes" if one.is_balanced else "no",
            }
            for one in view.ask(reconciliation)
        ]
    )
    found = view.ask(rejections)
    st.subheader("Rows that are not used", anchor=False)
    if not found:
        st.success("Every row that was read is used.", icon=":material/check_circle:")
        return
    card_table(
        [
            {
                "Entity": one.entity or "–",
                "Source": one.source,
                "What": one.disposition,
                "Reason": one.reason,
                "Rows": count(one.rows),
                "Of those read": percent(one.share),
            }
            for one in found[:40]
        ]
    )
    reasons = list(dict.fromkeys(one.reason for one in found))
    reason = st.selectbox(
        "Reason", reasons, index=None, placeholder="All reasons", key="reason", bind="query-params"
    )
    chosen = sum(one.rows for one in found if reason is None or one.reason == reason)
    shown = view.ask(rejected_rows, reason=reason, limit=view.rows)
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption("Where each of them stands in the delivered files; their values are not shown.")
    with right:
        export_button(
            f"Export {count(chosen)} references",
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
    bad = [one for one in lines if not one.passed]
    if not bad:
        st.success("Every check passed.", icon=":material/check_circle:")
    else:
        card_table(
            [
                {
                    "Check": one.name,
                    "Result": _WORDS.get(one.status, one.status),
                    "Severity": one.severity,
                    "Rows": count(one.failures),
                    "What was found": one.message,
                }
                for one in bad
            ]
        )
    st.subheader(f"All {count(len(lines))} checks", anchor=False)
    fields = ("name", "kind", "table", "severity", "status", "failures", "message")
    listing(table_of(lines, fields), units=view.units, key="checks")


def _columns(view: View) -> None:
    found = view.ask(column_quality)
    if not found:
        st.info("No columns were looked at.")
        return
    poor = sum(one.poor for one in found)
    st.caption(
        f"{count(poor)} of {count(len(found))} mapped columns have missing values or parse errors."
    )
    fields = ("entity", "column", "rows", "missing", "unreadable")
    listing(table_of(found, fields), units=view.units, key="columns")


def _earlier(view: View) -> None:
    runs = view.ask(check_history)
    if not runs:
        st.info("There are no earlier checks.")
        return
    card_table(
        [
            {
                "Checked at": f"{one.checked_at:%Y-%m-%d %H:%M}",
                "Checks": count(one.total),
                "Passed": percent(one.pass_rate),
                "Errors": count(one.errors),
                "Warnings": count(one.warnings),
            }
            for one in reversed(runs)
        ]
    )
    st.subheader("Entities over time", anchor=False)
    fields = ("checked_at", "entity", "rows", "nulls", "rejected", "merged")
    listing(table_of(view.ask(table_history), fields), units=view.units, key="history")
