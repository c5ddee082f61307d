"""Which dates served for what: every cutoff with the outcome window after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from regulars.serve.reports.scales import Scale
from regulars.serve.reports.svg import Canvas, text_width

_ROW, _TOP, _BOTTOM = 21.0, 6.0, 26.0


@dataclass(frozen=True)
class Window:
    """One cutoff: looked back from `as_of`, outcome in [opens, closes); `kind` is its colour."""

    label: str
    as_of: date
    opens: date
    closes: date
    kind: str
    tip: str


def timeline(windows: Sequence[Window], *, label: str, width: float = 980) -> Markup:
    """One row per cutoff: a thin line of history, a dot at the cutoff, a bar of outcome."""
    canvas = Canvas(width, _TOP + _ROW * len(windows) + _BOTTOM, label=label)
    left = max(text_width(one.label) for one in windows) + 18
    first = min(one.as_of for one in windows).toordinal()
    last = max(one.closes for one in windows).toordinal()
    back = max((last - first) * 0.12, 10)
    x = Scale(first - back, last, left, width - 8)
    for month in _months(date.fromordinal(first), date.fromordinal(last), most=12):
        place = x(month.toordinal())
        canvas.line(place, _TOP, place, canvas.height - _BOTTOM, kind="grid")
        canvas.text(place, canvas.height - 8, f"{month:%Y-%m}", kind="tick", anchor="middle")
    for at, one in enumerate(windows):
        y = _TOP + (at + 0.5) * _ROW
        canvas.text(left - 12, y + 4, one.label, kind="name", anchor="end")
        canvas.line(left, y, x(one.as_of.toordinal()), y, kind="history")
        opens, closes = x(one.opens.toordinal()), x(one.closes.toordinal())
        canvas.bar(opens, y - 6, closes - opens, 12, kind=one.kind, tip=one.tip)
        canvas.dot(x(one.as_of.toordinal()), y, 4, kind="dot ink", tip=one.tip)
    return canvas.drawn()


def _months(first: date, last: date, *, most: int) -> list[date]:
    """At most `most` firsts of a month within the time shown, evenly spaced."""
    numbers = range(first.year * 12 + first.month, last.year * 12 + last.month)
    step = max(1, -(-len(numbers) // most))
    return [date(number // 12, number % 12 + 1, 1) for number in numbers[::step]]
