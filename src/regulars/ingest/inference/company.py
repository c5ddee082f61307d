"""A company as its tables tell it: what each table is, how tables join, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.derived_tables import Derived
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.profiled_tables import Table

Role = Literal[
    "customers",
    "transactions",
    "interactions",
    "touches",
    "labels",
    "categories",
    "identities",
    "order_lines",
    "payments",
    "products",
    "campaigns",
    "contracts",
    "snapshot",
    "experiment",
    "lookup",
    "unused",
]


@dataclass(frozen=True)
class TableRole:
    """What one table was taken for, its score in that role, and what speaks for it."""

    table: str
    role: Role
    score: float
    reasons: tuple[str, ...] = ()
    key: str | None = None
    used_in: str | None = None


@dataclass(frozen=True)
class Join:
    """A column whose values another table's column holds; `overlap` is the share that it holds."""

    table: str
    column: str
    to_table: str
    to_column: str
    overlap: float
    to_unique: bool = False


@dataclass(frozen=True)
class Event:
    """A table of dated rows in a role, with its customer column and its time."""

    role: Role
    table: Table
    key: Column
    when: Moment
    score: float = 0.0


WhyAnother = Literal["namesakes", "optional", "account", "contracts", "shared", "number", "rows"]


@dataclass(frozen=True)
class Rival:
    """Another column for the customer, why it may be the better one, and whether that is sure."""

    column: Column
    why: WhyAnother
    is_sure: bool


@dataclass(frozen=True)
class Whole:
    """One whole mapping: the tables that become entities, with the score of all of it."""

    people: Table | None
    purchases: Event | None
    contacts: tuple[Event, ...]
    keys: dict[str, Column]
    score: float
    reasons: tuple[str, ...] = ()
    also_purchases: tuple[str, ...] = ()
    spelled: frozenset[str] = frozenset()
    rivals: tuple[Rival, ...] = ()  # open: which of them, or the key, is asked
    instead: Rival | None = None  # the column that the key took the place of

    @property
    def company(self) -> tuple[object, ...]:
        """What would be published: two wholes that agree here publish the same company."""
        people = self.people
        bought = self.purchases
        return (
            (people.name, self.keys[people.name].name) if people is not None else None,
            (bought.table.name, bought.key.name) if bought is not None else None,
        )


@dataclass(frozen=True)
class Company:
    """The best whole mapping of some tables, the next best, and how every table was read."""

    best: Whole
    tables: dict[str, Table]
    roles: tuple[TableRole, ...] = ()
    joins: tuple[Join, ...] = ()
    runner_up: Whole | None = None
    label: Table | None = None
    unused: dict[str, str] = field(default_factory=dict)
    derived: tuple[Derived, ...] = ()

    @property
    def margin(self) -> float | None:
        """How far the best is ahead of the next that publishes another company; None: alone."""
        return None if self.runner_up is None else self.best.score - self.runner_up.score

    def reasoning(self) -> dict[str, Any]:
        """The whole reasoning as plain values, for `regulars init --json`."""
        return {
            "tables": [asdict(role) for role in self.roles],
            "joins": [asdict(join) for join in self.joins],
            "best": _plain(self.best),
            "runner_up": _plain(self.runner_up) if self.runner_up else None,
            "margin": self.margin,
            "unused": self.unused,
            "joined": {
                derived_table.table.name: derived_table.sql for derived_table in self.derived
            },
        }


def _plain(whole: Whole) -> dict[str, Any]:
    events = [*((whole.purchases,) if whole.purchases else ()), *whole.contacts]
    people = {"customers": whole.people.name} if whole.people else {}
    return {
        "score": whole.score,
        "reasons": list(whole.reasons),
        "entities": people | {event.role: event.table.name for event in events},
        "keys": {name: column.name for name, column in whole.keys.items()},
    }
