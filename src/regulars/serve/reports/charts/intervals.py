"""Figures with their intervals beside each other: who is better, and is it noise?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from regulars.serve.reports.scales import Scale, round_ticks
from regulars.serve.reports.svg import Canvas, text_width

_ROW, _TOP, _BOTTOM = 30.0, 10.0, 34.0


@dataclass(frozen=True)
class IntervalRow:
    """One figure from `low` to `high`; `kind` is its class of colour."""

    label: str
    value: float
    low: float
    high: float
    kind: str
    text: str


def intervals(
    rows: Sequence[IntervalRow], *, label: str, reference: float, axis: str, width: float = 980
) -> Markup:
    """Dots with whiskers on one axis; a dashed line at `reference` (no better than chance)."""
    height = _TOP + _ROW * len(rows) + _BOTTOM
    canvas = Canvas(width, height, label=label)
    left = min(max((text_width(row.label) for row in rows), default=0.0) + 18, width * 0.42)
    right = max((text_width(row.text) for row in rows), default=0.0) + 16
    lows = [row.low for row in rows] + [reference]
    ticks = round_ticks(min(lows), max((row.high for row in rows), default=1.0), about=6)
    x = Scale(ticks[0], ticks[-1], left, width - right)
    bottom = height - _BOTTOM
    for tick in ticks:
        canvas.line(x(tick), _TOP - 4, x(tick), bottom, kind="grid")
        canvas.text(x(tick), bottom + 15, f"{tick:.2f}", kind="tick", anchor="middle")
    canvas.line(x(reference), _TOP - 4, x(reference), bottom, kind="reference")
    canvas.text((x.start + x.end) / 2, height - 4, axis, kind="tick", anchor="middle")
    for at, row in enumerate(rows):
        _row(canvas, row, y=_TOP + (at + 0.5) * _ROW, x=x, left=left)
    return canvas.drawn()


def _row(canvas: Canvas, row: IntervalRow, *, y: float, x: Scale, left: float) -> None:
    tip = f"{row.label}: {row.text}"
    canvas.text(left - 12, y + 4, row.label, kind="name", anchor="end")
    canvas.line(x(row.low), y, x(row.high), y, kind=f"whisker {row.kind}")
    canvas.dot(x(row.value), y, 5.5, kind=f"dot {row.kind}", tip=tip)
    canvas.text(x.end + 12, y + 4, row.text, kind="value")
