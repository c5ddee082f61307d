"""Tables that only explain keys: products, categories, regions, joined along to purchases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from regulars.ingest.derived import sources_named
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.derived_tables import (
    Derived,
    Side,
    base_column,
    build_derived,
    joined_name,
    joined_sql,
)
from regulars.ingest.inference.key_names import is_plain_id, singular
from regulars.ingest.inference.personal import is_personal
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.value_overlap import Link, Overlaps
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_MOST_TABLES = 4
_MOST_BROUGHT = 4  # columns of a table
_MOST_TEXTS = 100
_MOST_ROWS = 1_000_000
_GENERIC = ("name", "title", "description", "label", "type", "code", "text")


def with_lookups(
    warehouse: Warehouse, overlaps: Overlaps, table: Table, *, without: set[str], today: date
) -> Derived | None:
    """The table with what other tables say of its keys; None where they say nothing of use."""
    if _has_category(table):
        return None
    sides: list[Side] = []
    waiting: list[tuple[Table, Callable[[str], str]]] = [(table, base_column)]
    reached = {table.name, *without, *sources_named(table.source.sql or "")}
    while waiting and len(sides) < _MOST_TABLES:
        origin, column_of = waiting.pop(0)
        for link in _lookups(overlaps, origin, reached):
            reached.add(link.to.name)
            brings = _brings(overlaps, link, {*table.columns, *_names(sides)})
            if not brings or len(sides) == _MOST_TABLES:
                continue
            side = Side(link.to, link.to_column, column_of(link.column.name), brings, link.form)
            sides.append(side)
            waiting.append((link.to, _names_of(side, len(sides))))
    if not any(_deserves_a_source(sides, name) for name in _names(sides)):
        return None
    tables = [side.table for side in sides]
    derived_table = build_derived(
        warehouse,
        joined_name(table, tables[0]),
        joined_sql(table, sides),
        [table, *tables],
        because=f"categories and names come along from {', '.join(t.name for t in tables)}",
        today=today,
    )
    return replace(derived_table, whole=tuple(t.name for t in tables))


def _lookups(overlaps: Overlaps, origin: Table, reached: set[str]) -> Iterator[Link]:
    """The tables that explain a key of this one: smaller, and with a row for each of its values."""
    links = [
        link
        for link in overlaps.links
        if link.table.name == origin.name
        and link.to.name not in reached
        and link.to.source.sql is None
        and link.is_key
        and link.named
        and link.share >= 0.5
        and link.to.rows <= min(_MOST_ROWS, origin.rows)
    ]
    taken: set[str] = set()
    for link in sorted(links, key=lambda link: -link.share):
        if link.to.name not in taken:
            taken.add(link.to.name)
            yield link


def _brings(overlaps: Overlaps, link: Link, taken: set[str]) -> dict[str, str]:
    """The texts that say something, and the keys by which further tables are reached."""
    further = {
        other.column.name
        for other in overlaps.links
        if other.table.name == link.to.name and other.is_key and other.named
    }
    columns = [c for c in link.to.columns.values() if c is not link.to_column]
    texts = sorted(filter(_says_something, columns), key=_usefulness)[:_MOST_BROUGHT]
    kept = [c for c in columns if c in texts or c.name in further]
    names = {}
    for column in kept:
        generic = column.name.strip("_") in _GENERIC or column.name in taken
        name = f"{singular(link.to.name)}_{column.name}" if generic else column.name
        if name not in taken:
            names[column.name] = name
    return names


def _usefulness(column: Column) -> tuple[int, int]:
    return (-max(points(column.name, "category"), points(column.name, "product")), column.distinct)


def _says_something(column: Column) -> bool:
    if column.kind != "text" or column.distinct < 2 or is_personal(column):
        return False
    return column.distinct <= _MOST_TEXTS or points(column.name, "product") >= 3


def _has_category(table: Table) -> bool:
    return any(
        c.kind == "text" and points(c.name, "category") >= 4 and not is_plain_id(c.name)
        for c in table.columns.values()
    )


def _deserves_a_source(sides: list[Side], name: str) -> bool:
    """Whether a joined column deserves a source of its own: a category, or a product's name."""
    columns = {new: side.table.columns[old] for side in sides for old, new in side.brings.items()}
    return columns[name].kind == "text" and (
        points(name, "category") >= 4 or points(name, "product") >= 4
    )


def _names(sides: list[Side]) -> list[str]:
    return [new for side in sides for new in side.brings.values()]


def _names_of(side: Side, number: int) -> Callable[[str], str]:
    return lambda name: f"joined_{number}.{quoted(side.brings.get(name, name))}"
