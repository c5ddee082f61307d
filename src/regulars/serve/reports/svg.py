"""Small drawings as SVG text: everything that comes from data is escaped, colours are classes."""

from __future__ import annotations

from markupsafe import Markup, escape


class Canvas:
    """A drawing of a fixed inner size that scales with the page; colours come from the page."""

    def __init__(self, width: float, height: float, *, label: str) -> None:
        self.width = width
        self.height = height
        self._label = label
        self._parts: list[str] = []

    def line(self, x1: float, y1: float, x2: float, y2: float, *, kind: str) -> None:
        """A straight line."""
        ends = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
        self._parts.append(f'<line class="{kind}" {ends}/>')

    def path(self, points: str, *, kind: str, tip: str = "") -> None:
        """A path from its SVG commands."""
        self._parts.append(f'<path class="{kind}" d="{points}">{_tip(tip)}</path>')

    def bar(self, x: float, y: float, width: float, height: float, *, kind: str, tip: str) -> None:
        """A bar with softened corners; one of no length is not drawn."""
        if width <= 0 or height <= 0:
            return
        corner = min(2.0, width / 2, height / 2)
        place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        self._parts.append(f'<rect class="{kind}" {place} rx="{_n(corner)}">{_tip(tip)}</rect>')

    def dot(self, x: float, y: float, radius: float, *, kind: str, tip: str = "") -> None:
        """A filled circle."""
        place = f'cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"'
        self._parts.append(f'<circle class="{kind}" {place}>{_tip(tip)}</circle>')

    def text(self, x: float, y: float, text: str, *, kind: str = "", anchor: str = "start") -> None:
        """A line of text; `anchor` is start, middle or end."""
        place = f'x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}"'
        self._parts.append(f'<text class="{kind}" {place}>{escape(text)}</text>')

    def drawn(self) -> Markup:
        """The finished drawing."""
        size = f'viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        head = f'<svg class="chart" {size} role="img" aria-label="{escape(self._label)}">'
        return Markup(f"{head}{''.join(self._parts)}</svg>")


def through(points: list[tuple[float, float]]) -> str:
    """Path commands of a line through these points."""
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def text_width(text: str, size: float = 12.0) -> float:
    """Roughly how wide a text is drawn, in the drawing's own unit."""
    return len(text) * size * 0.6


def _tip(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""


def _n(number: float) -> str:
    text = f"{number:.1f}"
    return text[:-2] if text.endswith(".0") else text
