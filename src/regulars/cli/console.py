"""Answers on the terminal: tables that read well and pipe well, numbers as people read them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from regulars.cli.table_layout import AnswerTable, lay_out

# Piped output is for other programs and for files: lines are not folded there.
_PIPED_WIDTH = 1000
_WORD = re.compile(r"\s*\S+")


def answer_console() -> Console:
    """A console on standard output: as wide as the terminal, or unfolded where it is piped."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPED_WIDTH)


def safe(value: object) -> Text:
    """A value from the data: its control signs and its markup do nothing to the terminal."""
    text = "–" if value is None else str(value)
    return Text("".join("�" if unicodedata.category(sign) == "Cc" else sign for sign in text))


def answer_table(
    columns: Sequence[str], numbers: Sequence[str] = (), *, drop: Sequence[str] = ()
) -> AnswerTable:
    """A table without rules; the columns in `numbers` stand to the right.

    Where the terminal is too narrow, the columns in `drop` are left out, the first one first.
    """
    return AnswerTable(tuple(columns), frozenset(numbers), tuple(drop))


def add_row(table: AnswerTable, *cells: object) -> None:
    """A row of values from the data."""
    table.rows.append(tuple(safe(cell).plain for cell in cells))


def print_table(console: Console, table: AnswerTable) -> None:
    """Print a table at the width of the terminal; piped tables have every column."""
    laid_out = lay_out(table, width=console.width if console.is_terminal else None)
    for line in laid_out.header:
        _print_line(console, Text(line, style="dim"))
    for line in laid_out.lines:
        _print_line(console, Text(line))
    if laid_out.left_out:
        names = ", ".join(laid_out.left_out)
        say(
            console,
            f"Not shown at {console.width} columns: {names}. A wider terminal, a pipe or --json "
            "shows all columns.",
            style="dim",
        )


def _print_line(console: Console, line: Text) -> None:
    console.print(line, no_wrap=True, overflow="ignore", crop=False)


def say(console: Console, *parts: object, style: str = "") -> None:
    """A line of plain text."""
    line = Text(style=style)
    for part in parts:
        line.append_text(part if isinstance(part, Text) else safe(part))
    for piece in _between_words(line, console.width) if console.is_terminal else [line]:
        _print_line(console, piece)


def _between_words(line: Text, width: int) -> list[Text]:
    """The line in pieces that end between words; a word that is wider stands alone, unbroken."""
    offsets, used = [], 0
    for match in _WORD.finditer(line.plain):
        word = match[0].lstrip()
        if used and used + cell_len(match[0]) > width:
            offsets.append(match.end() - len(word))
            used = cell_len(word)
        else:
            used += cell_len(match[0])
    pieces = list(line.divide(offsets))
    for piece in pieces:
        piece.rstrip()
    return pieces


def print_json(answer: Any) -> None:
    """An answer of `insights` as JSON on standard output."""
    typer.echo(json.dumps(plain(answer), indent=2, ensure_ascii=False, default=_plain_value))


def plain(answer: Any) -> Any:
    """Dataclasses and models as dictionaries, at any depth."""
    if hasattr(answer, "model_dump"):  # of pydantic, which most commands do without
        return answer.model_dump(mode="json")
    if is_dataclass(answer) and not isinstance(answer, type):
        return {field.name: plain(getattr(answer, field.name)) for field in fields(answer)}
    if isinstance(answer, tuple | list):
        return [plain(item) for item in answer]
    if isinstance(answer, dict):
        return {name: plain(value) for name, value in answer.items()}
    return answer


def _plain_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)
