"""Tables made of others: a source with `sql:` in the making, with a look at its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from regulars.core.settings import Source
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.key_names import singular
from regulars.ingest.inference.profiled_tables import Table, profiled
from regulars.ingest.inference.value_overlap import Form, alike_sql
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse


@dataclass(frozen=True)
class Fact:
    """A column that is the same in all rows of `same` of `customers` with rows of several days."""

    column: Column
    same: int
    customers: int

    @property
    def is_sure(self) -> bool:
        """Whether no customer has a second value."""
        return self.same == self.customers

    @property
    def because(self) -> str:
        """The reason, for the project file."""
        of = f"{self.customers:,}" if self.is_sure else f"{self.same:,} of {self.customers:,}"
        return f"the same in all rows of {of} customers who have rows of several days"


@dataclass(frozen=True)
class Derived:
    """A table that a query makes of others, the first of which gives the rows."""

    table: Table
    sql: str
    because: str
    parts: tuple[str, ...]
    whole: tuple[str, ...] = ()  # parts whose deliveries are the whole table
    facts: Mapping[str, Fact] = field(default_factory=dict)  # by the name of the column here


@dataclass(frozen=True)
class Side:
    """A table joined along: its key there, the columns it brings, and their names in the result.

    A key of which several rows exist is one row here, so a join never multiplies rows.
    """

    table: Table
    key: Column
    on: str
    brings: dict[str, str]
    form: Form = "exact"
    aggregates: dict[str, str] | None = None


def build_derived(
    warehouse: Warehouse, name: str, sql: str, parts: Sequence[Table], *, because: str, today: date
) -> Derived:
    """Make the table of a query that names its parts in braces, and look at its columns."""
    in_memory = sql
    for part in parts:
        in_memory = in_memory.replace(f"{{{part.name}}}", part.relation)
    relation = warehouse.relation("main", name)
    warehouse.execute(f"create or replace table {relation} as {in_memory}")
    delivery = replace(parts[0].delivery, name=name, source=Source(sql=sql))
    table = profiled(warehouse, delivery, today=today)
    return Derived(table, sql, because, tuple(part.name for part in parts))


def joined_sql(base: Table, sides: Iterable[Side]) -> str:
    """All columns of a table and, for each row, what the other tables say of its key."""
    columns: list[str] = ["base.*"]
    joins: list[str] = []
    for side in sides:
        alias = f"joined_{len(joins) + 1}"
        columns += [f"{alias}.{quoted(new)}" for new in side.brings.values()]
        joins.append(_join(side, alias))
    return f"select {', '.join(columns)} from {{{base.name}}} as base {' '.join(joins)}"


def _join(side: Side, alias: str) -> str:
    aggregates = side.aggregates or {}
    brought = ", ".join(
        f"{aggregates.get(old, f'max({quoted(old)})')} as {quoted(new)}"
        for old, new in side.brings.items()
    )
    key, own_key = quoted(side.key.name), side.on
    one_each = (
        f"(select {key} as _key, {brought} from {{{side.table.name}}} group by {key}) as {alias}"
    )
    joined_key = f"{alias}._key"
    if side.form == "alike":
        own_key, joined_key = alike_sql(own_key), alike_sql(joined_key)
    return f"left join {one_each} on {own_key} = {joined_key}"


def own_names(table: Table, columns: Iterable[Column], taken: set[str]) -> dict[str, str]:
    """Names of joined columns in the result: their own, or with their table's name before it."""
    names = {}
    for column in columns:
        name = column.name
        if name in taken:
            name = f"{singular(table.name)}_{name}"
        if name not in taken:
            names[column.name] = name
            taken.add(name)
    return names


def joined_name(table: Table, other: Table) -> str:
    """A name for a table with another joined along."""
    return f"{table.name}_with_{other.name.rpartition('_')[2] or other.name}"


def base_column(name: str) -> str:
    """A column of the table that gives the rows, in `joined_sql`."""
    return f"base.{quoted(name)}"
