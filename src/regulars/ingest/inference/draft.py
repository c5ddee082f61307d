"""A project file in the making: settings, the reason of each, and what stayed open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.core.reserved_names import RESERVED_NAMES
from regulars.core.settings import Answer, Question
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.profiled_tables import Table

if TYPE_CHECKING:
    from regulars.ingest.inference.company import Company

if TYPE_CHECKING:
    from regulars.ingest.inference.experiments import Experiment


@dataclass(frozen=True)
class Proposal:
    """A project file that has been guessed; `patterns` are the sources' paths on this machine."""

    settings: dict[str, Any]
    reasons: dict[tuple[str, ...], str]
    undecided: tuple[str, ...]
    patterns: dict[str, Path]
    questions: tuple[Question, ...] = ()
    probable: frozenset[str] = frozenset()
    company: Company | None = None
    experiment: Experiment | None = None


@dataclass
class Draft:
    """Collects settings by their dotted path (`entities.customers.source`).

    `reserved` are names that no attribute may have.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    reasons: dict[tuple[str, ...], str] = field(default_factory=dict)
    undecided: list[str] = field(default_factory=list)
    reserved: frozenset[str] = RESERVED_NAMES
    questions: list[Question] = field(default_factory=list)
    probable: set[str] = field(default_factory=set)
    experiment: Experiment | None = None
    consulted: set[str] = field(default_factory=set)  # tables that only say what words mean

    def put(self, path: str, value: object, because: str = "", *, probable: bool = False) -> None:
        """Set a value, with the reason that will stand beside it.

        `probable` marks a guess with evidence that a person should look at; it stops nothing.
        """
        *parents, last = path.split(".")
        inner = self.settings
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = value
        if because:
            self.reasons[tuple(path.split("."))] = because
        if probable:
            self.probable.add(path)

    def ask(self, key: str, ask: str, answers: Sequence[Answer] = ()) -> None:
        """Leave a question open that a run refuses to pass.

        What the draft holds is the first answer; the settings of each answer replace it. To be
        used where a wrong guess would publish a wrong company, and only there.
        """
        if all(question.key != key for question in self.questions):
            self.questions.append(Question(key=key, ask=ask, answers=list(answers)))

    def get(self, path: str) -> Any:
        """A value, or None."""
        inner: Any = self.settings
        for part in path.split("."):
            if not isinstance(inner, dict) or part not in inner:
                return None
            inner = inner[part]
        return inner

    def leave_open(self, text: str) -> None:
        """Note what a reader should know and no run waits for: something left out, or assumed."""
        if text not in self.undecided:
            self.undecided.append(text)

    def map_column(self, path: str, column: Column, because: str = "") -> None:
        """Map a canonical column or attribute to a raw column, read as its values are written."""
        mapping: dict[str, Any] = {"column": column.name}
        reasons = [because] if because else []
        if column.dates is not None and column.dates.formats:
            formats = list(column.dates.formats)
            mapping["format"] = formats[0] if len(formats) == 1 else formats
            reasons.append(column.dates.because)
            if column.dates.ambiguous:
                self.leave_open(
                    f"{path}: whether day or month comes first in '{column.name}' "
                    f"(such as {column.values[0][0]}); taken: {column.dates.order} first"
                )
        if column.affix:
            entity = ".".join(path.split(".")[:2])
            self._state_type(self.get(f"{entity}.source"), column)
            reasons.append(f"numbers with '{column.affix}'")
        elif column.kind == "number" and column.decimal != ".":
            mapping["decimal"] = column.decimal
            reasons.append("decimal commas")
        if column.symbols:
            reasons.append(f"money as text ({column.symbols})")
        if column.kind in ("number", "date") and column.parse_errors:
            reasons.append(f"{column.parse_errors:,} values cannot be read so and stay empty")
        value = column.name if len(mapping) == 1 else mapping
        self.put(path, value, "; ".join(part for part in reasons if part))

    def use_in_sql(self, table: Table, column: Column) -> str:
        """The name of a column for use as a number in SQL; a text column gets its type stated."""
        if column.is_text:
            self._state_type(table.name, column)
        return column.name

    def _state_type(self, source: str, column: Column) -> None:
        path = f"sources.{source}.types"
        first = self.get(path) is None
        self.put(f"{path}.{column.name}", number_type(column))
        if first:
            self.reasons[tuple(path.split("."))] = "SQL below reckons with these columns"


def number_type(column: Column) -> Any:
    """How a source reads the texts of a column as numbers."""
    stated: dict[str, Any] = {"type": "number"}
    if column.decimal != ".":
        stated["decimal"] = column.decimal
    if column.affix:
        stated["affix"] = column.affix
    return stated if len(stated) > 1 else "number"
