"""Curves with two axes: calibration, gain, lift, profit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from regulars.serve.reports.scales import Scale, round_ticks
from regulars.serve.reports.svg import Canvas, through

_RIGHT, _TOP, _BOTTOM = 22.0, 12.0, 42.0
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Axis:
    """What an axis shows, from where to where, and how its ticks are written."""

    title: str
    low: float
    high: float
    tick: Callable[[float], str]


class Plot:
    """An empty plot with grid and axes, to draw curves into."""

    def __init__(
        self, x: Axis, y: Axis, *, label: str, size: tuple[float, float] = (480, 300)
    ) -> None:
        self._canvas = Canvas(*size, label=label)
        across, up = round_ticks(x.low, x.high), round_ticks(y.low, y.high)
        left = 16 + max(len(y.tick(value)) for value in up) * 6.6
        bottom = size[1] - _BOTTOM
        self.x = Scale(across[0], across[-1], left, size[0] - _RIGHT)
        self.y = Scale(up[0], up[-1], bottom, _TOP)
        for value in up:
            kind = "axis" if value == 0 or value == up[0] else "grid"
            self._canvas.line(left, self.y(value), self.x.end, self.y(value), kind=kind)
            self._canvas.text(left - 7, self.y(value) + 4, y.tick(value), kind="tick", anchor="end")
        for value in across:
            self._canvas.text(
                self.x(value), bottom + 16, x.tick(value), kind="tick", anchor="middle"
            )
        middle = (left + self.x.end) / 2
        self._canvas.text(middle, size[1] - 6, x.title, kind="tick", anchor="middle")

    def reference(self, points: Points) -> None:
        """A dashed line to compare with."""
        self._canvas.path(self._through(points), kind="reference")

    def line(self, points: Points, *, kind: str) -> None:
        """A curve."""
        self._canvas.path(self._through(points), kind=f"curve {kind}")

    def band(self, lows: Points, highs: Points, *, kind: str) -> None:
        """The range between two curves."""
        self._canvas.path(f"{self._through([*lows, *reversed(highs)])}Z", kind=f"band {kind}")

    def whisker(self, x: float, low: float, high: float, *, kind: str) -> None:
        """An upright interval."""
        place = self.x(x)
        self._canvas.line(place, self.y(low), place, self.y(high), kind=f"whisker {kind}")

    def dot(self, x: float, y: float, *, kind: str, tip: str) -> None:
        """A point that tells more when pointed at."""
        self._canvas.dot(self.x(x), self.y(y), 4.5, kind=f"dot {kind}", tip=tip)

    def note(self, x: float, y: float, text: str, *, anchor: str = "start") -> None:
        """Words beside a point."""
        shift = {"start": 9, "end": -9}.get(anchor, 0)
        self._canvas.text(self.x(x) + shift, self.y(y) + 4, text, kind="value", anchor=anchor)

    def drawn(self) -> Markup:
        """The finished plot."""
        return self._canvas.drawn()

    def _through(self, points: Points) -> str:
        return through([(self.x(x), self.y(y)) for x, y in points])
