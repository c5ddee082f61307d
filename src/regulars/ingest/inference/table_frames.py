"""What stands around a table in a file: titles above, descriptions below its header, totals below.

Found by evidence: where the width of rows becomes constant, where their fields begin to be of one
kind in each column, and where they stop being so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.ingest.inference.vocabulary import concepts

_LOOKED_AT = 400  # rows from the top
_MOST_TITLES = 30
_MOST_DESCRIPTIONS = 3
_MOST_TOTALS = 12
_NUMBER = re.compile(r"[-+(]?[^\w\s]{0,2}\s*\d[\d.,' \u00a0]*\)?\s*(?:%|[^\w\s]{0,2}|[A-Za-z]{3})")
_DATED = re.compile(r"\d{1,4}[-/. ]\w{1,9}[-/. ,]+\d{1,4}\D?.*|\d{8}|\d{14}")
_RULE = re.compile(r"[-=_*+]{2,}")

Fields = Sequence[str]


@dataclass(frozen=True)
class NumberedRow:
    """A record with the line (from 1) that it begins in; for sheets, the row."""

    line: int
    fields: Fields


@dataclass(frozen=True)
class TableFrame:
    """The settings that leave what stands around a table out of it; `header` is its header."""

    header: Fields
    is_headless: bool = False
    skip: int = 0
    header_rows: int = 1
    totals: tuple[str, ...] = ()

    @property
    def settings(self) -> dict[str, object]:
        """What a source has to state."""
        settings: dict[str, object] = {}
        if self.skip:
            settings["skip"] = self.skip
        if self.header_rows > 1:
            settings["header_rows"] = self.header_rows
        if self.totals:
            settings["totals"] = list(self.totals)
        return settings


def find_frame(head: Sequence[NumberedRow], tail: Sequence[NumberedRow]) -> TableFrame | None:
    """The frame of a table, by its first and its last rows; None where there are no rows.

    `tail` may hold rows of `head` where the file is short.
    """
    rows = [row for row in head[:_LOOKED_AT] if _filled(row.fields)]
    if not rows:
        return None
    place = _header_place(rows)
    header, body = rows[place], rows[place + 1 :]
    last = [row for row in tail if row.line > header.line and _filled(row.fields)]
    totals = _totals(body, last)
    kinds = _kinds(body[_MOST_DESCRIPTIONS:] or body, len(header.fields))
    descriptions = _descriptions(body, kinds)
    return TableFrame(
        header.fields,
        any(_NUMBER.fullmatch(cell.strip()) or _DATED.fullmatch(cell.strip())
            for cell in header.fields if cell.strip()),
        header.line - 1 if place else 0,
        1 + descriptions,
        totals,
    )  # fmt: skip


def _header_place(rows: Sequence[NumberedRow]) -> int:
    """The first row that is about as wide as the table below it."""
    widths = Counter(len(_filled(row.fields)) for row in rows)
    usual = max(widths, key=lambda width: (widths[width], width))
    if usual < 2:
        return 0
    wide = next(
        (at for at, row in enumerate(rows[: _MOST_TITLES + 1])
         if len(_filled(row.fields)) >= max(2, 0.7 * usual)),
        0,
    )  # fmt: skip
    return wide + _is_group_line(rows, wide)


def _is_group_line(rows: Sequence[NumberedRow], place: int) -> bool:
    """Whether a row names groups of columns, and the next one the columns."""
    if place + 2 >= len(rows):
        return False
    first, second = (_filled(row.fields) for row in rows[place : place + 2])
    repeated = len(set(first)) <= 0.7 * len(first)
    texts = [cell for cell in second if not _kind(cell)]
    return repeated and len(texts) == len(second) == len(set(second)) >= len(first)


def _kinds(body: Sequence[NumberedRow], width: int) -> dict[int, str]:
    """The columns whose values are of one kind: numbers, dates, or one shape of text."""
    kinds = {}
    for at in range(width):
        cells = [row.fields[at].strip() for row in body if at < len(row.fields)]
        cells = [cell for cell in cells if cell]
        if len(cells) < 2:
            continue
        for look in (_kind, _shape):
            counted = Counter(look(cell) for cell in cells)
            kind, number = counted.most_common(1)[0]
            if kind and number >= 0.9 * len(cells):
                kinds[at] = kind
                break
    return kinds


def _descriptions(body: Sequence[NumberedRow], kinds: dict[int, str]) -> int:
    """How many rows below the header describe the columns instead of filling them."""
    if len(body) < 3 or not kinds:
        return 0
    count = 0
    for row in body[:_MOST_DESCRIPTIONS]:
        filled = _filled(row.fields)
        if not all(_RULE.fullmatch(cell) for cell in filled):
            fits = [_fits(row.fields, at, kind) for at, kind in kinds.items()]
            against = fits.count(False)
            if not against or True in fits or (against < 2 and None not in fits):
                break
        count += 1
    return count


def _totals(body: Sequence[NumberedRow], last: Sequence[NumberedRow]) -> tuple[str, ...]:
    """How the rows below the table begin, from the top one down; an empty first field as ``."""
    if len(last) < 3 or len(body) < 3:
        return ()
    width = max(len(row.fields) for row in body[:50])
    quarter = len(body) // 4  # of a short table, few rows are certain to be in it
    certain = body[min(_MOST_DESCRIPTIONS, quarter) : len(body) - min(_MOST_TOTALS, quarter)]
    kinds = _kinds(certain, width)
    always = [
        at
        for at in range(width)
        if all(at < len(row.fields) and row.fields[at].strip() for row in certain)
    ]
    texts: list[str] = []
    for row in reversed(last[-_MOST_TOTALS:]):
        if not _is_outside(row.fields, kinds, always, body):
            break
        filled = _filled(row.fields)
        begins = filled[0] if row.fields[0].strip() or _kind(filled[0]) is None else ""
        texts.append("" if _kind(begins) else _begin(begins))
    return tuple(dict.fromkeys(reversed(texts)))


def _is_outside(
    fields: Fields, kinds: dict[int, str], always: list[int], body: Sequence[NumberedRow]
) -> bool:
    """Whether a last row is none of the table's: it lacks what every row has, or says 'total'."""
    filled = _filled(fields)
    lacking = [at for at in always if at >= len(fields) or not fields[at].strip()]
    strange = [at for at, kind in kinds.items() if _fits(fields, at, kind) is False]
    first_at = next(at for at, cell in enumerate(fields) if cell.strip())
    before = {
        row.fields[first_at].strip() for row in body[:-_MOST_TOTALS] if first_at < len(row.fields)
    }
    if filled[0] in before:
        return False
    says_total = _kind(filled[0]) is None and "total" in concepts(filled[0])
    if says_total and (lacking or strange):
        return True
    if first_at == 0 and 0 in kinds and 0 not in strange:
        return False  # it has a key like the others, and nothing else
    if len(filled) == 1 and len(always) >= 2:
        return 0 in strange or len(fields) < len(body[0].fields)
    few = 2 * len(filled) <= len(always) + 1
    return bool(lacking) and len(lacking) + len(strange) >= 3 and few


def _begin(text: str) -> str:
    """The first words of a line, without what changes from delivery to delivery."""
    return re.split(r"\d", text, maxsplit=1)[0].strip(" :=-(#") or text


def _fits(fields: Fields, at: int, kind: str) -> bool | None:
    """Whether a field is of its column's kind; None where it is empty."""
    cell = fields[at].strip() if at < len(fields) else ""
    if not cell:
        return None
    return kind in (_kind(cell), _shape(cell))


def _kind(cell: str) -> str | None:
    """`date` or `number`; None for text."""
    if _DATED.fullmatch(cell):
        return "date"
    return "number" if _NUMBER.fullmatch(cell) else None


def _shape(cell: str) -> str | None:
    """What a code looks like: `C0012` is a9; None where there is no digit in it."""
    if not any(sign.isdigit() for sign in cell):
        return None
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell))


def _filled(fields: Fields) -> list[str]:
    return [cell.strip() for cell in fields if cell.strip()]
