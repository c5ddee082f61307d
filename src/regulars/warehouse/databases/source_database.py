"""What every database that rows are read from can do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from regulars.warehouse.protocol import Row

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 100_000
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Condition:
    """A bound on a column (its name as `Database.name` gives it)."""

    column: str
    operator: Literal["<", "<=", ">", ">="]
    value: object


class Database(Protocol):
    """One open database, for reading only.

    Every method raises SourceUnavailable where the server gives no answer, else SourceError.
    """

    place: str  # where it is, without a secret

    def name(self, name: str) -> str:
        """A column or table (`schema.table`) as it stands in SQL."""

    def rows(self, select: str, conditions: Sequence[Condition] = ()) -> list[Row]:
        """A small result as tuples; conditions are put behind the statement."""

    def batches(
        self, select: str, conditions: Sequence[Condition] = ()
    ) -> Iterator[pa.RecordBatch]:
        """A large result, streamed in Arrow."""

    def close(self) -> None:
        """Let go of the database."""


def named(name: str, *, quote: str = '"') -> str:
    """A name, part by part; plain ones stay as they are, so that the database folds their case."""
    return ".".join(
        part if _PLAIN.fullmatch(part) else quote + part.replace(quote, quote * 2) + quote
        for part in name.split(".")
    )


def where(conditions: Sequence[Condition], values: Sequence[str]) -> str:
    """The clause of some conditions, each value as the database's own mark or literal."""
    parts = [
        f"{condition.column} {condition.operator} {value}"
        for condition, value in zip(conditions, values, strict=True)
    ]
    return f" where {' and '.join(parts)}" if parts else ""


def first_line(error: Exception) -> str:
    """What a driver says, in one line."""
    return str(error).strip().split("\n", 1)[0]
