"""Facts of customers that the rows of what they do repeat, brought to the customers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from regulars.ingest.inference.company import Event, Whole
from regulars.ingest.inference.customer_attributes import AT
from regulars.ingest.inference.derived_tables import (
    Derived,
    Fact,
    Side,
    base_column,
    build_derived,
    own_names,
)
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.facts_on_rows import facts_on_rows
from regulars.ingest.inference.preset_columns import raw_column
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import nobody
from regulars.ingest.inference.table_roles import is_one_each
from regulars.ingest.inference.value_overlap import Overlaps
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

_SAID = 0.9  # of the values, in a column of the customers: they say it already


def customers_of_rows(warehouse: Warehouse, event: Event, *, today: date) -> Derived | None:
    """One row per customer of dated rows, where no table describes the customers.

    None where no column tells of the customers, or where a known system says what columns are.
    """
    table = event.table
    if table.preset is not None or is_one_each(event.key):
        return None
    facts = {fact.column.name: fact for fact in facts_on_rows(warehouse, event)}
    if not facts:
        return None
    key = quoted(event.key.name)
    columns = ", ".join(f"max({quoted(name)}) as {quoted(name)}" for name in facts)
    text = f"trim(cast({key} as varchar))"
    guests = nobody(event.key)
    nobody_too = f" and {text} <> {literal(guests[0])}" if guests is not None else ""
    derived_table = build_derived(
        warehouse,
        f"customers_of_{table.name}",
        f"select {key}, {columns} from {{{table.name}}} where {text} <> ''{nobody_too} "
        f"group by {key}",
        [table],
        because=f"a row per customer: what all rows of {table.name} say of each",
        today=today,
    )
    return replace(derived_table, facts=facts)


def sides_of_rows(
    warehouse: Warehouse, overlaps: Overlaps, whole: Whole, people: Table, *, taken: set[str]
) -> Iterator[tuple[Side, dict[str, Fact]]]:
    """What purchases and contacts say of each customer and the table of customers does not."""
    people_key = whole.keys[people.name]
    for event in (whole.purchases, *whole.contacts):
        if event is None or event.table.preset is not None or is_one_each(event.key):
            continue
        facts = {
            fact.column.name: fact
            for fact in facts_on_rows(warehouse, event)
            if not _is_said(overlaps, event.table, fact, people)
        }
        names = own_names(event.table, [fact.column for fact in facts.values()], taken)
        if names:
            _, form = overlaps.share(event.table, event.key, people, people_key)
            side = Side(event.table, event.key, base_column(people_key.name), names, form)
            yield side, {names[name]: fact for name, fact in facts.items() if name in names}


def say_facts(draft: Draft, facts: Mapping[str, Fact]) -> None:
    """Write beside each attribute that rows tell why it is one, and whether that is sure."""
    for name, mapping in (draft.get(AT) or {}).items():
        fact = facts.get(str(raw_column(mapping)))
        if fact is not None:
            draft.put(f"{AT}.{name}", mapping, fact.because, probable=not fact.is_sure)


def _is_said(overlaps: Overlaps, table: Table, fact: Fact, people: Table) -> bool:
    """Whether a column of the customers holds the same values, or the fact tells none apart."""
    column = fact.column
    if column.distinct < 2 or column.name in people.columns:
        return True
    return any(
        other.kind == column.kind and overlaps.share(table, column, people, other)[0] >= _SAID
        for other in people.columns.values()
    )
