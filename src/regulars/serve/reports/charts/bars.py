"""Horizontal bars beside labels, one or more per row, and bars made of shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from regulars.serve.reports.scales import Scale
from regulars.serve.reports.svg import Canvas, text_width


@dataclass(frozen=True)
class BarRow:
    """One labelled row: values of at least 0, and how each is written."""

    label: str
    values: tuple[float, ...]
    texts: tuple[str, ...]
    tips: tuple[str, ...]


def bars(rows: Sequence[BarRow], kinds: Sequence[str], *, label: str, width: float = 980) -> Markup:
    """Rows of bars on one scale, written at their ends."""
    each, gap = (13.0 if len(kinds) > 1 else 16.0), 9.0
    height = each * len(kinds) + gap
    left = min(max((text_width(row.label) for row in rows), default=0.0) + 14, width * 0.4)
    right = max((text_width(text) for row in rows for text in row.texts), default=0.0) + 10
    most = max((value for row in rows for value in row.values), default=0.0) or 1.0
    x = Scale(0.0, most, left, width - right)
    canvas = Canvas(width, height * max(len(rows), 1) + 4, label=label)
    for at, row in enumerate(rows):
        top = at * height + 4
        canvas.text(
            left - 10, top + each * len(kinds) / 2 + 4, row.label, kind="name", anchor="end"
        )
        for part, (kind, value) in enumerate(zip(kinds, row.values, strict=True)):
            y = top + part * each
            canvas.bar(left, y, x(value) - left, each - 2, kind=kind, tip=row.tips[part])
            canvas.text(x(value) + 6, y + each - 4, row.texts[part], kind="value")
    canvas.line(left, 0, left, canvas.height, kind="axis")
    return canvas.drawn()


def shares(parts: Sequence[tuple[float, str, str]], *, label: str, width: float = 980) -> Markup:
    """One bar of whole width: (share, class, tip) of each part; slivers stay visible."""
    canvas = Canvas(width, 22, label=label)
    shown = [(max(share, 0.004), kind, tip) for share, kind, tip in parts if share > 0]
    total = sum(share for share, _, _ in shown) or 1.0
    x = 0.0
    for share, kind, tip in shown:
        length = share / total * width
        canvas.bar(x, 0, max(length - 2, 1), 22, kind=kind, tip=tip)
        x += length
    return canvas.drawn()
