"""Rules about single rows: each says what must be true of every row, whatever the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from regulars.synthetic.rule_kinds import Mask, Severity, plain


@dataclass
class EveryRow:
    """`keeps` is true in every row; null counts as kept."""

    name: str
    keeps: Mask
    severity: Severity = "error"
    broken: int = 0
    seen: int = 0

    def observe(self, rows: pa.Table) -> None:
        broken = pc.sum(pc.invert(self.keeps(rows))).as_py()
        self.broken += int(broken or 0)
        self.seen += rows.num_rows

    def verdict(self) -> tuple[bool, str]:
        return self.broken == 0, f"{self.broken:,} of {self.seen:,} rows break it"


def filled(*columns: str) -> EveryRow:
    """No nulls in these columns."""

    def keeps(rows: pa.Table) -> Any:
        valid = [pc.is_valid(rows[column]) for column in columns]
        everywhere = valid[0]
        for is_valid in valid[1:]:
            everywhere = pc.and_(everywhere, is_valid)
        return everywhere

    return EveryRow(f"{', '.join(columns)} filled", keeps)


def one_of(column: str, *values: str) -> EveryRow:
    """Only these words, or null."""
    words = pa.array([*values, None], pa.string())
    return EveryRow(
        f"{column} one of its {len(values)} values", lambda rows: pc.is_in(rows[column], words)
    )


def matches(column: str, pattern: str) -> EveryRow:
    """Text of this pattern."""
    return EveryRow(
        f"{column} of its pattern",
        lambda rows: pc.match_substring_regex(_text(rows[column]), pattern),
    )


def between(column: str, low: float, high: float) -> EveryRow:
    """Numbers in [low, high]."""
    return EveryRow(
        f"{column} from {low:,g} to {high:,g}",
        lambda rows: pc.and_(
            pc.greater_equal(rows[column], low), pc.less_equal(rows[column], high)
        ),
    )


def before(column: str, until: date) -> EveryRow:
    """Dates, timestamps or ISO text that lie before midnight at the start of `until`."""

    def keeps(rows: pa.Table) -> Any:
        moments = plain(rows[column])
        if pa.types.is_string(moments.type):
            return pc.less(moments, until.isoformat())
        return pc.less(moments, pa.scalar(until, pa.date32()).cast(moments.type))

    return EveryRow(f"{column} before {until.isoformat()}", keeps)


def dated(column: str) -> EveryRow:
    """Dates, or text such as 2025-06-22."""
    return matches(column, r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")


def _text(column: Any) -> Any:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())
