"""Quarantine damaged lines of a delimited file, so that one stray quote swallows only its line.

A quote that is opened and never closed makes a reader take all that follows for one field, up to
the next quote anywhere in the file. Here lines belong together only where, joined, they are one
complete record; otherwise the line that opens the quote is quarantined alone.
"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from regulars.ingest.sources.dialects import Dialect

MAX_LINES = 200  # of one record, in a file with damaged lines
_MARK = "\x1aquarantined\x1a"


class _End(Enum):
    """In which state a line ends."""

    FIELD = "behind a whole field"
    QUOTED = "inside a quoted field"
    ESCAPED = "inside a quoted field, behind an escape with nothing after it"
    BROKEN = "a quoted field is followed by text"


@dataclass(frozen=True)
class _Splitter:
    """Splits lines into fields, one state at a time: at a field's start, in quotes, behind it.

    It counts fields only. A quote opens a field at its start and is a plain sign anywhere else.
    """

    delimiter: bytes
    quote: bytes
    escape: bytes

    @classmethod
    def of(cls, dialect: Dialect) -> _Splitter:
        return cls(dialect.delimiter.encode(), dialect.quote.encode(), dialect.escape.encode())

    def is_plainly_sound(self, line: bytes) -> bool:
        """Whether every quote opens or closes a field, or is one of a doubled pair.

        The usual line, recognized at a fraction of the time: texts outside quotes begin and end
        with a delimiter, and are empty inside a doubled pair. False is no verdict.
        """
        if self.escape != self.quote or len(self.delimiter) > 1:
            return False
        parts, border = line.split(self.quote), (b"", self.delimiter)
        return (
            len(parts) % 2 == 1
            and parts[0][-1:] in border
            and parts[-1][:1] in border
            and all(part[:1] in border and part[-1:] in border for part in parts[2:-1:2])
        )

    def read(self, line: bytes, *, is_quoted: bool = False) -> tuple[_End, int]:
        """How a line ends that begins outside or inside quotes, and how many fields end in it."""
        place, fields = 0, 0
        while True:
            if not is_quoted and line.startswith(self.quote, place):
                place, is_quoted = place + len(self.quote), True
            if is_quoted:
                end, place = self._behind_quotes(line, place)
                if end is not _End.FIELD:
                    return end, fields
            else:
                end_of_field = line.find(self.delimiter, place)
                place = len(line) if end_of_field < 0 else end_of_field
            fields, is_quoted = fields + 1, False
            if place == len(line):
                return _End.FIELD, fields
            if not line.startswith(self.delimiter, place):
                return _End.BROKEN, fields
            place += len(self.delimiter)

    def _behind_quotes(self, line: bytes, place: int) -> tuple[_End, int]:
        """The place behind the quote that closes a field; else in which state the line ends."""
        while True:
            quote = line.find(self.quote, place)
            if self.escape == self.quote:
                if quote < 0:
                    return _End.QUOTED, len(line)
                place = quote + len(self.quote)
                if not line.startswith(self.quote, place):
                    return _End.FIELD, place
                place += len(self.quote)
                continue
            escape = line.find(self.escape, place, quote if quote >= 0 else len(line))
            if escape < 0:
                return (_End.QUOTED, len(line)) if quote < 0 else (_End.FIELD, quote + 1)
            place = escape + len(self.escape) + 1  # whatever sign comes next is escaped
            if place > len(line):
                return _End.ESCAPED, len(line)


def quarantine_damaged_lines(path: Path, target: Path, *, dialect: Dialect) -> None:
    """Copy a UTF-8 file with damaged lines as marked ones, and every line ended by a newline."""
    # One field too many, and none of them empty: no reader takes a marked line for a record.
    mark = dialect.delimiter.join([_MARK] * (len(dialect.names) + 1)).encode()
    splitter = _Splitter.of(dialect)
    with path.open("rb") as stream, target.open("wb") as out:
        lines = _Lines(stream)
        while (line := lines.next()) is not None:
            if not splitter.quote or splitter.quote not in line or splitter.is_plainly_sound(line):
                out.write(line + b"\n")
                continue
            record = _record(line, lines, splitter, fields=len(dialect.names))
            out.write((mark if record is None else record) + b"\n")


def is_quarantined(line: str) -> bool:
    """Whether a line that could not be split is one that was marked here."""
    return _MARK in line


class _Lines:
    """Lines without their ends, which can be put back to be read again."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        self._stream = stream
        self._waiting = deque[bytes]()
        self._is_first = True

    def next(self) -> bytes | None:
        if self._waiting:
            return self._waiting.popleft()
        raw = next(self._stream, None)
        if raw is None:
            return None
        line = raw.removesuffix(b"\n").removesuffix(b"\r")
        line = line.removeprefix(codecs.BOM_UTF8) if self._is_first else line
        self._is_first = False
        return line

    def put_back(self, lines: list[bytes]) -> None:
        self._waiting.extendleft(reversed(lines))


def _record(line: bytes, lines: _Lines, splitter: _Splitter, *, fields: int) -> bytes | None:
    """The line, or the record of several lines that it begins; None where it is damaged."""
    end, count = splitter.read(line)
    if end is _End.FIELD:
        return line  # the reader judges the number of its fields
    taken: list[bytes] = []
    while end is _End.QUOTED and len(taken) < MAX_LINES:
        following = lines.next()
        if following is None:
            break
        taken.append(following)
        end, further = splitter.read(following, is_quoted=True)
        count += further
        if end is _End.FIELD and count == fields:
            return b"\n".join([line, *taken])
        if end is _End.ESCAPED:  # the newline was escaped: still inside quotes
            end = _End.QUOTED
    lines.put_back(taken)
    return None
