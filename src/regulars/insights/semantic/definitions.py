"""Metrics, dimensions and tables as `definitions.yaml` defines them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from regulars.core.shipped_yaml import load_shipped

AggregateKind = Literal["count", "sum", "mean", "distinct", "median", "min", "max", "orders"]
Good = Literal["up", "down"]
Grain = Literal["day", "week", "month", "quarter", "year"]
DimensionKind = Literal["text", "boolean", "yes_no"]


@dataclass(frozen=True)
class Aggregate:
    """One aggregate of an expression over the rows where a condition holds.

    `orders` counts the orders of sale rows, each row without an order as one.
    """

    kind: AggregateKind
    expression: str = "*"
    where: str | None = None


@dataclass(frozen=True)
class Table:
    """What a question is computed on: a table of a release, called `base`, and its joins.

    `joins` maps an alias to a table and the column of `base` that names its row.
    """

    name: str
    reads: str
    grain: str
    joins: Mapping[str, tuple[str, str]]
    time: str | None = None
    whole: Grain = "day"
    events: bool = False


@dataclass(frozen=True)
class Metric:
    """A metric: one aggregate, or a numerator and a denominator, on each table that can give it.

    `column` is the number of one customer that it aggregates, as SQL over the table of customers.
    """

    name: str
    label: str
    unit: str
    definition: str
    forms: Mapping[str, tuple[Aggregate, ...]]
    good: Good | None = None
    needs: str | None = None
    column: str | None = None
    default: AggregateKind = "sum"
    words: tuple[str, ...] = ()
    words_in_period: tuple[str, ...] = ()
    words_if_rows: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    words_de: tuple[str, ...] = ()

    @property
    def is_additive(self) -> bool:
        """Whether the values of parts add up: a sum or a count of rows."""
        return all(
            len(parts) == 1 and parts[0].kind in ("sum", "count", "orders")
            for parts in self.forms.values()
        )


@dataclass(frozen=True)
class Dimension:
    """A column that a metric is divided or filtered by; `aliases` has its alias on each table."""

    name: str
    label: str
    column: str
    aliases: Mapping[str, str]
    kind: DimensionKind = "text"
    values: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    words_for_true: tuple[str, ...] = ()
    words_for_false: tuple[str, ...] = ()
    words_de: tuple[str, ...] = ()
    is_attribute: bool = False


@dataclass(frozen=True)
class Definitions:
    """All that is defined, by name."""

    tables: Mapping[str, Table]
    metrics: Mapping[str, Metric]
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)


# Of one customer's number, by the word that asks for it.
AGGREGATE_LABELS: Mapping[AggregateKind, str] = {
    "sum": "total", "mean": "mean", "median": "median", "min": "smallest", "max": "largest",
}  # fmt: skip


@cache
def definitions() -> Definitions:
    """The definitions that ship with the software."""
    text = resources.files("regulars.insights.semantic").joinpath("definitions.yaml")
    content = load_shipped(text.read_text("utf-8"))
    return Definitions(
        tables={name: _table(name, entry) for name, entry in content["tables"].items()},
        metrics={name: _metric(name, entry) for name, entry in content["metrics"].items()},
        dimensions={name: _dimension(name, entry) for name, entry in content["dimensions"].items()},
    )


def _table(name: str, entry: dict[str, Any]) -> Table:
    joins = {alias: (table, column) for alias, (table, column) in entry.pop("joins", {}).items()}
    return Table(name=name, joins=joins, **entry)


def _metric(name: str, entry: Mapping[str, Any]) -> Metric:
    known = dict(entry)
    forms = {table: _form(form) for table, form in known.pop("forms").items()}
    column = known.pop("aggregates", None)
    return Metric(name=name, forms=forms, column=column, **_tuples(known))


def _form(form: Mapping[str, Any]) -> tuple[Aggregate, ...]:
    parts: Sequence[Mapping[str, Any]] = form.get("ratio", [form])
    return tuple(_aggregate(part) for part in parts)


def _aggregate(part: Mapping[str, Any]) -> Aggregate:
    kind = next(name for name in part if name != "where")
    return Aggregate(kind, "*" if kind == "orders" else str(part[kind]), part.get("where"))  # type: ignore[arg-type]


def _dimension(name: str, entry: Mapping[str, Any]) -> Dimension:
    return Dimension(name=name, **_tuples(entry))


def _tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
