"""The preview at the end of `regulars init`: rows as they will be cleaned, totals by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Console

from regulars.cli.console import add_row, answer_table, print_table, say
from regulars.core.counts import several

if TYPE_CHECKING:
    from regulars.flows.preview_contents import Preview

_MONTHS = 12


def print_preview(console: Console, preview: Preview) -> None:
    """A few customers and transactions, the totals, and the rows that would be rejected."""
    if preview.sampled:
        names = ", ".join(preview.sampled)
        _title(console, f"Preview, of the first rows of each file of {names} (they are large)")
    else:
        _title(console, "Preview: all rows, cleaned as a run would clean them")
    say(console, totals_text(preview))
    for rejected in preview.rejected:
        say(
            console,
            f"  rejected: {several(rejected.rows, 'row')} of {rejected.entity}: {rejected.reason}",
        )
    _print_rows(console, "Customers", preview.customers)
    _print_rows(console, "Transactions", preview.transactions)
    _print_months(console, preview)


def totals_text(preview: Preview) -> str:
    """Customers, sales, refunds, money and dates in one line."""
    parts = [several(preview.customers_total, "customer")]
    if preview.leavers is not None:
        parts.append(f"{preview.leavers:,} of them left")
    if preview.later_ends:
        parts.append(f"{preview.later_ends:,} have a later end")
    if preview.first is not None and preview.last is not None:
        parts += [
            several(preview.sales, "sale"),
            several(preview.refunds, "refund"),
            f"net {preview.net_amount:,.2f} {preview.currency}",
            f"{preview.first:%Y-%m-%d} to {preview.last:%Y-%m-%d}",
        ]
    return ", ".join(parts)


def _title(console: Console, text: str) -> None:
    say(console, "")
    say(console, text, style="bold")


def _print_rows(console: Console, title: str, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    _title(console, title)
    names = list(rows[0])
    numbers = [name for name in names if _is_number(rows, name)]
    table = answer_table(names, numbers, drop=names[:2:-1])
    for row in rows:
        add_row(table, *(_cell(value) for value in row.values()))
    print_table(console, table)


def _is_number(rows: Sequence[dict[str, Any]], name: str) -> bool:
    return any(isinstance(row[name], int | float | Decimal) for row in rows)


def _cell(value: Any) -> str | None:
    if isinstance(value, datetime):
        at_midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return f"{value:%Y-%m-%d}" if at_midnight else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return None if value is None else str(value)


def _print_months(console: Console, preview: Preview) -> None:
    if not preview.months:
        return
    shown = preview.months[-_MONTHS:]
    _title(console, f"By month, in {preview.currency}")
    table = answer_table(["month", "rows", "customers", "net amount"])
    table.numbers = frozenset(table.columns[1:])
    for month in shown:
        add_row(
            table,
            f"{month.month:%Y-%m}",
            f"{month.rows:,}",
            f"{month.customers:,}",
            f"{month.net_amount:,.2f}",
        )
    print_table(console, table)
    earlier = preview.months[: -len(shown)]
    if earlier:
        amount = sum(month.net_amount for month in earlier)
        say(
            console,
            f"and {several(len(earlier), 'month')} from {earlier[0].month:%Y-%m}: "
            f"{sum(month.rows for month in earlier):,} rows, net {amount:,.2f}",
            style="dim",
        )
