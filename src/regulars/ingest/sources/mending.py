"""Set damaged lines of a delimited file aside, so that one stray quote swallows only its line.

A quote that is opened and never closed makes a reader take all that follows for one field, up to
the next quote anywhere in the file. Here lines belong together only where, joined, they are one
complete record; otherwise the line that opens the quote is set aside alone.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from regulars.ingest.sources.dialects import Dialect

MOST_LINES = 200  # of one record, in a file that needs mending
_MARK = "\x1aset aside\x1a"


@dataclass(frozen=True)
class _Shapes:
    """Patterns of lines: fields with sound quotes, one whole record, a quote left open, closed."""

    sound: re.Pattern[bytes]
    record: re.Pattern[bytes]
    opening: re.Pattern[bytes]
    closing: re.Pattern[bytes]


def mend(path: Path, target: Path, *, dialect: Dialect) -> None:
    """Copy a UTF-8 file with damaged lines as marked ones, and every line ended by a newline."""
    # One field too many, and none of them empty: no reader takes a marked line for a record.
    mark = dialect.delimiter.join([_MARK] * (len(dialect.names) + 1)).encode()
    quote, shapes = dialect.quote.encode(), _shapes(dialect) if dialect.quote else None
    with path.open("rb") as stream, target.open("wb") as out:
        lines = deque[bytes]()
        source = _lines(stream)
        while (line := _next(lines, source)) is not None:
            if shapes is None or quote not in line or shapes.sound.fullmatch(line):
                out.write(line + b"\n")
                continue
            record = _joined(line, lines, source, shapes=shapes)
            out.write((mark if record is None else record) + b"\n")


def was_set_aside(line: str) -> bool:
    """Whether a line that could not be split is one that `mend` wrote."""
    return _MARK in line


def _lines(stream: Iterator[bytes]) -> Iterator[bytes]:
    first = True
    for raw in stream:
        line = raw.removesuffix(b"\n").removesuffix(b"\r")
        yield line.removeprefix(codecs.BOM_UTF8) if first else line
        first = False


def _next(waiting: deque[bytes], source: Iterator[bytes]) -> bytes | None:
    return waiting.popleft() if waiting else next(source, None)


def _joined(
    line: bytes, waiting: deque[bytes], source: Iterator[bytes], *, shapes: _Shapes
) -> bytes | None:
    """The record that begins with this line, or None; the lines looked at then wait again."""
    if not shapes.opening.fullmatch(line):
        return None
    taken: list[bytes] = []
    while len(taken) < MOST_LINES and (following := _next(waiting, source)) is not None:
        taken.append(following)
        if shapes.closing.fullmatch(following):
            record = b"\n".join([line, *taken])
            if shapes.record.fullmatch(record):
                return record
            break
    waiting.extendleft(reversed(taken))
    return None


def _shapes(dialect: Dialect) -> _Shapes:
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    doubled = dialect.escape == dialect.quote
    escaped = quote + quote if doubled else re.escape(dialect.escape) + "."
    plain = f"[^{quote}]" if doubled else f"[^{quote}{re.escape(dialect.escape)}]"
    # No two ways to match anything, so a line that does not fit fails at once. Possessive
    # quantifiers would say the same, and are wrong about groups before Python 3.11.5.
    inner = f"{plain}*(?:{escaped}{plain}*)*"
    other = f"[^{delimiter}\\n]" if len(dialect.delimiter) == 1 else rf"(?:(?!{delimiter})[^\n])"
    bare = f"(?!{quote}){other}*"
    field = f"(?:{quote}{inner}{quote}|{bare})"
    more = f"(?:{delimiter}{field})"
    patterns = (
        f"{field}{more}*",
        f"{field}{more}{{{len(dialect.names) - 1}}}",
        f"(?:{field}{delimiter})*{quote}{inner}",
        f"{inner}{quote}{more}*",
    )
    return _Shapes(*(re.compile(pattern.encode(), re.DOTALL) for pattern in patterns))
