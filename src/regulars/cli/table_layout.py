"""Tables at a width: numbers are never cut, words never broken; whole columns give way.

Where a table is too wide, its text columns wrap between words. Where that is not enough, the
columns named in `drop` are left out, the first of them first. Where that is not enough either, the
rows are stacked: one line for each value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from rich.cells import cell_len

_GAP = 2
# Cells: text becomes narrower than this only where no column can be left out any more.
_READABLE = 16
_READABLE_NAME = 24  # the first column names what the row is about
# Spaces that no line may end at: a number stays beside its unit, a currency beside its amount.
_UNIT_SPACE = re.compile(r"(?<=\d) (?=[^\s\d]{1,3}(?:\W|$))|(?<=\b[A-Z]{3}) (?=\d)")
_KEPT_SPACE = "\0"


@dataclass
class AnswerTable:
    """Columns, those that hold numbers, those that may be left out, and rows of text."""

    columns: tuple[str, ...]
    numbers: frozenset[str] = frozenset()
    drop: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    has_header: bool = True


@dataclass(frozen=True)
class LaidOutTable:
    """The lines of a table at a width, and the names of the columns that did not fit."""

    header: tuple[str, ...]
    lines: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def lay_out(table: AnswerTable, *, width: int | None = None) -> LaidOutTable:
    """The lines of a table that is `width` cells wide; as wide as its text without a width."""
    shown = list(range(len(table.columns)))
    if width is None:
        return _side_by_side(table, shown, [_widest(_texts(table, at)) for at in shown])
    for left_out in range(len(table.drop) + 1):
        shown = [at for at in shown if table.columns[at] not in table.drop[:left_out]]
        if widths := _column_widths(table, shown, width=width):
            return _side_by_side(table, shown, widths)
    if widths := _column_widths(table, shown, width=width, is_tight=True):
        return _side_by_side(table, shown, widths)
    return LaidOutTable((), _stacked(table))


def _side_by_side(table: AnswerTable, shown: list[int], widths: list[int]) -> LaidOutTable:
    header = _row_lines(table, shown, widths, row=table.columns) if table.has_header else []
    lines = [line for row in table.rows for line in _row_lines(table, shown, widths, row=row)]
    left_out = tuple(name for at, name in enumerate(table.columns) if at not in shown)
    return LaidOutTable(tuple(header), tuple(lines), left_out)


def _column_widths(
    table: AnswerTable, shown: list[int], *, width: int, is_tight: bool = False
) -> list[int] | None:
    """The width of each shown column; None where they do not fit beside one another."""
    texts = [_texts(table, at) for at in shown]
    narrowest = []
    for at, column in zip(shown, texts, strict=True):
        readable = 0 if is_tight else _READABLE if at else _READABLE_NAME
        is_number = table.columns[at] in table.numbers
        narrowest.append(_narrowest(column, is_number=is_number, readable=readable))
    spare = width - _GAP * (len(shown) - 1) - sum(narrowest)
    return None if spare < 0 else _share_out(spare, narrowest, [_widest(cells) for cells in texts])


def _share_out(spare: int, narrowest: list[int], natural: list[int]) -> list[int]:
    """Give the spare cells to columns that wrap, one at a time to the one that lacks most."""
    widths = list(narrowest)
    for _ in range(min(spare, sum(natural) - sum(narrowest))):
        lacking = [wanted - given for wanted, given in zip(natural, widths, strict=True)]
        widths[lacking.index(max(lacking))] += 1
    return widths


def _texts(table: AnswerTable, at: int) -> list[str]:
    """The name of a column and its cells."""
    return [table.columns[at] if table.has_header else "", *(row[at] for row in table.rows)]


def _widest(texts: list[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _narrowest(texts: list[str], *, is_number: bool, readable: int) -> int:
    """No word is broken, and no number is wrapped; names of columns wrap."""
    longest = _widest([word for text in texts for word in _words(text)])
    if is_number:
        return max(longest, _widest(texts[1:]))
    return max(longest, min(_widest(texts), readable))


def _row_lines(
    table: AnswerTable, shown: list[int], widths: list[int], *, row: Sequence[str]
) -> list[str]:
    """One row: as many lines as its longest cell needs."""
    cells = [_wrapped(row[at], width) for at, width in zip(shown, widths, strict=True)]
    lines = []
    for parts in zip_longest(*cells, fillvalue=""):
        padded = [
            _padded(part, width, right=table.columns[at] in table.numbers)
            for at, part, width in zip(shown, parts, widths, strict=True)
        ]
        lines.append((" " * _GAP).join(padded).rstrip())
    return lines or [""]


def _padded(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken between words."""
    if cell_len(text) <= width:
        return [text]
    lines: list[str] = []
    for word in _words(text):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _words(text: str) -> list[str]:
    """The pieces of a text that stay whole; an indent stays with the first of them."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    pieces = _UNIT_SPACE.sub(_KEPT_SPACE, text.strip(" ")).split(" ")
    words = [piece.replace(_KEPT_SPACE, " ") for piece in pieces if piece]
    return [indent + words[0], *words[1:]] if words else []


def _stacked(table: AnswerTable) -> tuple[str, ...]:
    """Each row as a block of lines: its first value, then the others under their names."""
    lines = []
    for first, *rest in table.rows:
        lines.append(first.strip() or "–")
        named = zip(table.columns[1:], rest, strict=True)
        lines += [f"  {name}: {value}" if name else f"  {value}" for name, value in named if value]
    return tuple(lines)
