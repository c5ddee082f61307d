"""How objects show themselves: text in a terminal, HTML in a notebook, of the same parts."""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from regulars.insights.amounts import cell

_WIDTH = 120  # signs of a line of text
_WIDEST_CELL = 48


@dataclass(frozen=True)
class Grid:
    """Rows of values below the names of their columns."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class Title:
    """The first line of what is shown."""

    text: str


Part = Title | Grid | str


class Shown(ABC):
    """An object that a notebook and a terminal show in full sentences and tables."""

    @abstractmethod
    def _parts(self) -> Iterator[Part]:
        """What is shown, from the top."""

    def __repr__(self) -> str:
        return "\n".join(_as_text(part) for part in self._parts())

    def _repr_html_(self) -> str:
        return "".join(_as_html(part) for part in self._parts())


def facts_grid(facts: Mapping[str, object]) -> Grid:
    """Names beside values; what is not known is left out."""
    return Grid(("", ""), [(name, value) for name, value in facts.items() if value is not None])


def shown_cell(value: object) -> str:
    """A value as people read it; signs that a terminal would obey are replaced."""
    text = cell(value)
    return "".join("�" if unicodedata.category(sign) == "Cc" else sign for sign in text)


def _as_text(part: Part) -> str:
    if isinstance(part, Grid):
        return _text_table(part)
    return part.text if isinstance(part, Title) else part


def _text_table(grid: Grid) -> str:
    """Columns side by side as far as the line holds them; the last line names the others."""
    # words beside their names have the rest of the line
    widest = _WIDTH if len(grid.columns) == 2 else _WIDEST_CELL
    cells = [[_cut(shown_cell(value), to=widest) for value in row] for row in grid.rows]
    header = list(grid.columns)
    widths = [max(len(name), *(len(row[at]) for row in cells), 0) for at, name in enumerate(header)]
    count = _fitting(widths)
    lines = [header, *cells] if any(header) else cells
    text = [
        "  ".join(
            _aligned(line[at], widths[at], is_number=_is_number_column(grid, at))
            for at in range(count)
        ).rstrip()
        for line in lines
    ]
    if count < len(header):
        text.append(
            f"... and {len(header) - count} more columns: {', '.join(header[count:])}"[:300]
        )
    return "\n".join(text)


def _fitting(widths: Sequence[int]) -> int:
    if len(widths) == 2:
        return 2
    used, count = 0, 0
    for width in widths:
        used += width + (2 if count else 0)
        if used > _WIDTH and count:
            break
        count += 1
    return count


def _cut(text: str, *, to: int = _WIDEST_CELL) -> str:
    return text if len(text) <= to else f"{text[: to - 1]}…"


def _aligned(text: str, width: int, *, is_number: bool) -> str:
    return text.rjust(width) if is_number else text.ljust(width)


def _is_number_column(grid: Grid, at: int) -> bool:
    known = [row[at] for row in grid.rows if row[at] is not None]
    return bool(known) and all(_is_number(value) for value in known)


def _is_number(value: Any) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, bool | str)


def _as_html(part: Part) -> str:
    if isinstance(part, Title):
        return f"<p><strong>{escape(part.text)}</strong></p>"
    if isinstance(part, str):
        return f"<p>{escape(part)}</p>" if part else ""
    numbers = [_is_number_column(part, at) for at in range(len(part.columns))]
    header = "".join(
        _html_cell("th", name, is_number=number)
        for name, number in zip(part.columns, numbers, strict=True)
    )
    head = f"<thead><tr>{header}</tr></thead>" if any(part.columns) else ""
    rows = "".join(
        "<tr>"
        + "".join(
            _html_cell("td", shown_cell(value), is_number=number)
            for value, number in zip(row, numbers, strict=True)
        )
        + "</tr>"
        for row in part.rows
    )
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def _html_cell(tag: str, text: str, *, is_number: bool) -> str:
    side = "right" if is_number else "left"
    return f'<{tag} style="text-align: {side}">{escape(text)}</{tag}>'
