"""Columns that say who left: which values mean so, which mean stayed, and which say nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.label_words import (
    Meaning,
    is_named,
    is_plain,
    name_meaning,
    value_meaning,
)
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.sources.scans import literal, quoted

STRONG, GENERIC, WEAK = 3, 2, 1
MOST_TEXTS = 12
MOST_SIGNS = 2  # of a code such as 1, A or 02
_LEFT: tuple[Meaning, ...] = ("left", "resting")
_STAYED: tuple[Meaning, ...] = ("stayed", "active")


@dataclass(frozen=True)
class Label:
    """A column that says who left, with its values as delivered, on each side.

    `unknown` values say that nobody knows, `unread` ones say nothing that we understand. `strength`
    is STRONG for a column about leaving, GENERIC for a target, WEAK for one about being active now.
    Without `is_sure` the values do not tell which of them means left.
    """

    column: Column
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    strength: int = STRONG
    is_sure: bool = True
    empty_means_stayed: bool = False

    @property
    def left_rows(self) -> int:
        """Rows of customers who left."""
        return self.rows_of(self.true)

    @property
    def stayed_rows(self) -> int:
        """Rows of customers who stayed."""
        empty = self.column.rows - self.column.filled if self.empty_means_stayed else 0
        return self.rows_of(self.false) + empty

    @property
    def share(self) -> float:
        """The share of leavers among the customers of whom it is known."""
        return self.left_rows / max(self.left_rows + self.stayed_rows, 1)

    @property
    def sql(self) -> str:
        """Whether a row's customer left, null where that is not known, in DuckDB."""
        text = f"trim(cast({quoted(self.column.name)} as varchar))"
        stayed = f"{text} in ({_listed(self.false)})" if self.false else "false"
        if self.empty_means_stayed:
            stayed = f"({stayed} or coalesce({text}, '') = '')"
        return f"case when {text} in ({_listed(self.true)}) then 1 when {stayed} then 0 end"

    def rows_of(self, values: tuple[str, ...]) -> int:
        """Rows that hold one of these values."""
        return sum(rows for value, rows in self.column.values if value in values)

    def turned(self) -> Label:
        """The same column read the other way round."""
        return replace(self, true=self.false, false=self.true)


def labels_of(table: Table) -> list[Label]:
    """Every column of a table that may say who left, the plainest first."""
    labels = [label for label in map(read_label, table.columns.values()) if label is not None]
    return sorted(
        labels, key=lambda label: (-label.strength, -points(label.column.name, "churned"))
    )


def read_label(column: Column) -> Label | None:
    """A column read as a label; None where its name or its values are about something else."""
    name = column.name
    if column.kind in ("date", "empty") or not 1 <= column.distinct <= MOST_TEXTS:
        return None
    if is_named(name, "afterwards") or is_named(name, "no_label"):
        return None
    meanings = {value: value_meaning(value) for value, _ in column.values}
    if any(meaning in (*_LEFT, *_STAYED) for meaning in meanings.values()):
        return _in_words(column, meanings)
    if column.kind == "number" and column.distinct > 2:
        return None
    if any(meaning in ("yes", "no") for meaning in meanings.values()):
        return _yes_or_no(column, meanings)
    return _coded(column) if column.distinct == 2 else None


def _in_words(column: Column, meanings: dict[str, Meaning | None]) -> Label | None:
    """Values such as Churned and Stayed, Active and Cancelled."""
    held = set(meanings.values())
    gone: tuple[Meaning, ...] = ("left",) if "left" in held else ("resting",)
    label = _sides(column, meanings, gone, _STAYED)
    if "left" in held:
        resting = tuple(value for value, meaning in meanings.items() if meaning == "resting")
        label = replace(label, unread=(*label.unread, *resting))
    name_says = name_meaning(column.name)
    about_customers = name_says is not None or is_named(column.name, "state")
    about_customers |= is_named(column.name, "target") or points(column.name, "churned") > 0
    if not label.true or not label.false:
        return None
    if not about_customers:
        is_clear = "left" in held and not label.unread and column.distinct <= 4
        return replace(label, strength=WEAK) if is_clear else None
    return replace(label, strength=STRONG if "left" in held else WEAK)


def _yes_or_no(column: Column, meanings: dict[str, Meaning | None]) -> Label | None:
    """Flags: what a yes means is said by the name."""
    says = name_meaning(column.name)
    is_generic = is_named(column.name, "target")
    is_state = says is None and is_named(column.name, "state")
    if says is None and not is_generic and not is_state and not points(column.name, "churned"):
        return None
    label = _sides(column, meanings, ("yes",), ("no",))
    if column.distinct == 2 and (is_state or (label.unread and not (label.true and label.false))):
        return _coded(column)
    if is_state:
        return None
    if says in _STAYED:
        label = label.turned()
    if not label.true or not label.false:
        return _of_one_value(label)
    if is_generic and says is None:
        return replace(label, strength=GENERIC)
    is_weak = says in ("active", "resting")
    if is_weak and not is_plain(column.name):
        return None
    return replace(label, strength=WEAK if is_weak else STRONG)


def _of_one_value(label: Label) -> Label | None:
    """Only leavers have a mark, and everybody else has nothing."""
    empty = label.column.rows - label.column.filled
    if label.false or not label.true or label.unread or not 0 < label.left_rows < empty:
        return None
    return replace(label, empty_means_stayed=True)


def _coded(column: Column) -> Label | None:
    """Two codes such as 1 and 2 of a column whose name speaks of a state; the rarer is first."""
    says = name_meaning(column.name)
    is_generic = is_named(column.name, "target")
    if says in ("active", "resting") and not is_plain(column.name):
        return None
    if says is None and not is_generic and not is_named(column.name, "state"):
        return None
    if any(len(value.removesuffix(".0")) > MOST_SIGNS for value, _ in column.values):
        return None  # words, and not codes
    strength = STRONG if says in ("left", "stayed") else GENERIC if is_generic else WEAK
    common, rare = (value for value, _ in column.values[:2])
    return Label(column, (rare,), (common,), strength=strength, is_sure=False)


def _sides(
    column: Column,
    meanings: dict[str, Meaning | None],
    left: tuple[Meaning, ...],
    stayed: tuple[Meaning, ...],
) -> Label:
    def having(*wanted: Meaning | None) -> tuple[str, ...]:
        return tuple(value for value, meaning in meanings.items() if meaning in wanted)

    known = {*left, *stayed, "unknown"}
    return Label(
        column,
        having(*left),
        having(*stayed),
        having("unknown"),
        tuple(value for value, meaning in meanings.items() if meaning not in known),
    )


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(map(literal, values))
