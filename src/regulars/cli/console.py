"""Answers on the terminal: tables that read well and pipe well, numbers as people read them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Piped output is for other programs and for files: lines are not folded there.
_PIPED_WIDTH = 1000


def answer_console() -> Console:
    """A console on standard output: as wide as the terminal, or unfolded where it is piped."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPED_WIDTH)


def safe(value: object) -> Text:
    """A value from the data: its control signs and its markup do nothing to the terminal."""
    text = "–" if value is None else str(value)
    return Text("".join("�" if unicodedata.category(sign) == "Cc" else sign for sign in text))


def answer_table(columns: Sequence[str], numbers: Sequence[str] = ()) -> Table:
    """A table without rules; the columns in `numbers` stand to the right."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in columns:
        right = name in numbers
        table.add_column(
            name,
            justify="right" if right else "left",
            no_wrap=right,
            overflow="fold",
        )
    return table


def add_row(table: Table, *cells: object) -> None:
    """A row of values from the data."""
    table.add_row(*(safe(cell) for cell in cells))


def print_table(console: Console, table: Table) -> None:
    """Print a table; piped lines end where their text ends."""
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as drawn:
        console.print(table)
    for line in drawn.get().splitlines():
        typer.echo(line.rstrip())


def say(console: Console, *parts: object, style: str = "") -> None:
    """A line of plain text."""
    line = Text(style=style)
    for part in parts:
        line.append_text(part if isinstance(part, Text) else safe(part))
    console.print(line, soft_wrap=not console.is_terminal)


def print_json(answer: Any) -> None:
    """An answer of `insights` as JSON on standard output."""
    typer.echo(json.dumps(plain(answer), indent=2, ensure_ascii=False, default=_plain_value))


def plain(answer: Any) -> Any:
    """Dataclasses and models as dictionaries, at any depth."""
    if isinstance(answer, BaseModel):
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
