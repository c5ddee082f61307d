"""Whether the column of the amount is what customers pay: not what is open of it, not cents."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from regulars.ingest.inference.currency_names import WITHOUT_DECIMALS
from regulars.ingest.inference.money_words import amount_points, is_in_minor_units, part_of
from regulars.ingest.inference.number_rows import Numbers
from regulars.ingest.inference.what_is_left import is_owed_of
from regulars.ingest.inference.whole_shares import whole_shares
from regulars.ingest.quality.columns_beside import MOSTLY, Beside
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.plausible_findings import JUDGED, plausible
from regulars.ingest.sources.scans import quoted

_LOOKED_AT = 2_000  # rows
_LARGE = 300  # the median from which whole numbers may be cents
_NAMED = 3  # points of a name that says that the column holds an amount
_MOSTLY_NOTHING = 0.4  # of the rows: with less, it may be what was paid so far
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def check_amounts_beside(beside: Beside) -> Iterator[Finding]:
    """That the amount is no open part of another column, and not in cents beside their fees."""
    amount = beside.mapped("amount")
    numbers = _numbers(beside) if amount is not None else Numbers({})
    yield _is_not_owed(numbers, amount)
    yield _is_in_units(beside, numbers, amount)


def _numbers(beside: Beside) -> Numbers:
    """The columns of the source that are written as plain numbers, row by row."""
    names = [name for name, values in beside.values.items() if _are_numbers(values)]
    if not names:
        return Numbers({})
    listed = ", ".join(map(quoted, names))
    rows = beside.warehouse.rows(f"select {listed} from {beside.relation} limit {_LOOKED_AT}")
    array = np.array([[_number(value) for value in row] for row in rows], dtype=float)
    return Numbers({name: array[:, at] for at, name in enumerate(names)} if rows else {})


def _are_numbers(values: object) -> bool:
    texts = [text for text in values if text] if isinstance(values, (list, tuple)) else []
    return len(texts) >= JUDGED / 2 and sum(
        bool(_NUMBER.fullmatch(text)) for text in texts
    ) >= MOSTLY * len(texts)


def _number(value: object) -> float:
    text = str(value).strip() if value is not None else ""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else np.nan


def _is_not_owed(numbers: Numbers, amount: str | None) -> Finding:
    name = "transactions.not_owed"
    if amount is None or amount not in numbers.values:
        return plausible(name, passed=True, message="the amount is no column of plain numbers")
    nothing = float((np.nan_to_num(numbers.values[amount]) == 0).mean())
    totals = [
        other
        for other in numbers.values
        if other != amount and amount_points(other) >= _NAMED and part_of(other) is None
    ]
    is_little = nothing >= _MOSTLY_NOTHING
    of = next((t for t in totals if is_little and is_owed_of(numbers, amount, t)), None)
    return plausible(
        name,
        passed=of is None,
        message=f"'{amount}' is nothing in {nothing:.0%} of the rows, and a part or all of "
        f"'{of}' in the others: it may be what is still owed, and '{of}' the amount",
    )


def _is_in_units(beside: Beside, numbers: Numbers, amount: str | None) -> Finding:
    name = "transactions.minor_units"
    project = beside.project
    values = numbers.values.get(amount or "")
    has_cents = project.amount_unit is None and project.currency not in WITHOUT_DECIMALS
    if amount is None or values is None or not has_cents:
        return plausible(name, passed=True, message="the currency has no cents")
    given = np.abs(values[~np.isnan(values) & (values != 0)])
    is_whole = given.size >= JUDGED and bool(np.all(given == np.rint(given)))
    is_large = is_whole and float(np.median(given)) >= _LARGE
    whole = [n for n, v in numbers.values.items() if n != amount and _is_whole(v)]
    share = whole_shares(numbers, amount, whole) if is_large else None
    says_so = is_large and is_in_minor_units(amount)
    why = f"'{share}' is a fixed share of it, in whole numbers too" if share else "its name says so"
    return plausible(
        name,
        passed=share is None and not says_so,
        message=f"'{amount}' may count cents (such as {given[0] if given.size else 0:.0f}): {why}. "
        f'If so, map `amount: {{sql: "{amount} / 100.0"}}`',
    )


def _is_whole(values: np.ndarray) -> bool:
    given = values[~np.isnan(values)]
    return given.size > 0 and bool(np.all(given == np.rint(given)))
