"""Columns over time, whole or stacked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from regulars.serve.reports.scales import Scale, round_ticks
from regulars.serve.reports.svg import Canvas

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 6.0, 12.0, 36.0
_LABEL_ROOM = 26.0


@dataclass(frozen=True)
class Column:
    """One column: `parts` from the bottom up, `under` a second line of label below the first."""

    label: str
    parts: tuple[float, ...]
    tip: str
    under: str = ""
    faded: bool = False


def columns(
    found: Sequence[Column],
    kinds: Sequence[str],
    *,
    label: str,
    tick: Callable[[float], str],
    size: tuple[float, float] = (480, 230),
) -> Markup:
    """Stacked columns, one class of colour per part; the axis starts at 0."""
    canvas = Canvas(*size, label=label)
    ticks = round_ticks(0.0, max((sum(one.parts) for one in found), default=1.0), about=4)
    y = Scale(0.0, ticks[-1], size[1] - _BOTTOM, _TOP)
    for value in ticks:
        canvas.line(
            _LEFT, y(value), size[0] - _RIGHT, y(value), kind="axis" if not value else "grid"
        )
        canvas.text(_LEFT - 7, y(value) + 4, tick(value), kind="tick", anchor="end")
    step = (size[0] - _LEFT - _RIGHT) / max(len(found), 1)
    for at, one in enumerate(found):
        _column(canvas, one, kinds, left=_LEFT + at * step, step=step, y=y)
    _labels(canvas, found, step)
    return canvas.drawn()


def _column(
    canvas: Canvas, one: Column, kinds: Sequence[str], *, left: float, step: float, y: Scale
) -> None:
    width = min(step * 0.72, 56.0)
    bottom = 0.0
    for kind, part in zip(kinds, one.parts, strict=True):
        gap = 1.5 if bottom else 0.0
        canvas.bar(
            left + (step - width) / 2,
            y(bottom + part),
            width,
            y(bottom) - y(bottom + part) - gap,
            kind=f"{kind} part" if one.faded else kind,
            tip=one.tip,
        )
        bottom += part


def _labels(canvas: Canvas, found: Sequence[Column], step: float) -> None:
    """As many labels as fit; second lines always (they are few, such as years)."""
    every = max(1, round(_LABEL_ROOM / step + 0.49))
    last = -1000.0
    for at, one in enumerate(found):
        middle = _LEFT + (at + 0.5) * step
        if at % every == 0:
            canvas.text(middle, canvas.height - 20, one.label, kind="tick", anchor="middle")
        if one.under and middle - last > 34:
            canvas.text(middle, canvas.height - 6, one.under, kind="tick strong", anchor="middle")
            last = middle
