"""The lines of a text file, counted in bytes: what the reader's rows are reconciled with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regulars.ingest.sources.decoding import CHUNK

_BEFORE_BLANK = re.compile(rb"\n(?=\r?\n)")


@dataclass(frozen=True)
class LineCount:
    """Lines of a file (a last one without an end counts), and those that end in \\r\\n."""

    lines: int
    windows: int

    @property
    def mixed(self) -> bool:
        """Whether some lines end in \\r\\n and others in \\n."""
        return 0 < self.windows < self.lines - 1


def count_lines(path: Path) -> LineCount:
    """The lines of a file, at the speed of the disk."""
    lines = windows = 0
    last = b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            lines += chunk.count(b"\n")
            windows += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
            last = chunk[-1:]
    return LineCount(lines + (last not in (b"\n", b"")), windows)


def count_blank_lines(path: Path) -> int:
    """Empty lines of a file, those inside quoted fields too."""
    blank, before = 0, b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            blank += len(_BEFORE_BLANK.findall(before + chunk))
            before = chunk[-2:] if chunk.endswith(b"\r") else chunk[-1:]
    return blank


def line_numbers(path: Path, positions: Sequence[int]) -> list[int]:
    """The line (from 1) of each byte position (from 1); positions must ascend."""
    numbers: list[int] = []
    line, done = 1, 0
    with path.open("rb") as stream:
        for position in positions:
            while done < position - 1:
                chunk = stream.read(min(CHUNK, position - 1 - done))
                if not chunk:
                    break
                line += chunk.count(b"\n")
                done += len(chunk)
            numbers.append(line)
    return numbers


def with_plain_line_ends(path: Path, *, workspace: Path) -> Path:
    """A copy in the workspace of which every line ends in \n."""
    workspace.mkdir(parents=True, exist_ok=True)
    target = workspace / "plain.txt"
    with path.open("rb") as lines, target.open("wb") as out:
        out.writelines(line.removesuffix(b"\n").removesuffix(b"\r") + b"\n" for line in lines)
    return target
