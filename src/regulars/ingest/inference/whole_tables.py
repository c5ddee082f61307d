"""The tables of a whole mapping as they will be mapped: with what other tables add to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from regulars.ingest.inference.churn_labels import labels_of
from regulars.ingest.inference.company import Event, Whole
from regulars.ingest.inference.derived_tables import Derived
from regulars.ingest.inference.lookup_joins import with_lookups
from regulars.ingest.inference.people_joins import (
    contracts_of,
    customers_of_contracts,
    most_have,
    with_facts,
)
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.repeated_messages import with_messages_once
from regulars.ingest.inference.row_facts import customers_of_rows
from regulars.ingest.inference.table_roles import is_one_each
from regulars.ingest.inference.value_overlap import Overlaps
from regulars.warehouse.protocol import Warehouse


@dataclass(frozen=True)
class Completed:
    """A whole mapping over joined tables, the queries that join them, and the table of labels."""

    whole: Whole
    derived: tuple[Derived, ...]
    label: Table | None = None


def complete(
    warehouse: Warehouse, overlaps: Overlaps, whole: Whole, *, scored: Derived | None, today: date
) -> Completed:
    """Join along what other tables say of the customers and of what they bought."""
    label = _label_table(overlaps, whole, scored=scored)
    derived = []
    # Names that lookups bring along may be facts of customers too: the country of a territory.
    for step in (_contract_customers, _messages_once, _lookups, _row_customers, _facts):
        whole, derived_table = step(warehouse, overlaps, whole, today)
        derived += [derived_table] if derived_table is not None else []
    return Completed(whole, tuple(derived), label)


def _label_table(overlaps: Overlaps, whole: Whole, *, scored: Derived | None) -> Table | None:
    """The table that says who left, where it is not the one of the customers."""
    if whole.people is None:
        return None
    by_name = {table.name: table for table in overlaps.tables}
    if scored is not None and whole.people.name == scored.table.name:
        return by_name[scored.parts[0]]
    if labels_of(whole.people):
        return None
    for table in overlaps.tables:
        key = whole.keys.get(table.name)
        is_other = table is not whole.people and table.source.sql is None
        if key is not None and is_other and is_one_each(key) and labels_of(table):
            return table
    return None


def _contract_customers(
    warehouse: Warehouse, overlaps: Overlaps, whole: Whole, today: date
) -> tuple[Whole, Derived | None]:
    """Without a table of customers, contracts tell when each joined and left."""
    if whole.people is not None:
        return whole, None
    for table in overlaps.tables:
        key = whole.keys.get(table.name)
        contracts = contracts_of(warehouse, table, key) if key is not None else None
        bought = whole.purchases
        if contracts is None or table.source.sql is not None:
            continue
        if bought is None or most_have(overlaps, whole, bought.table, table):
            derived_table = customers_of_contracts(warehouse, contracts, today=today)
            keys = whole.keys | {
                derived_table.table.name: derived_table.table.columns[contracts.key.name]
            }
            return replace(whole, people=derived_table.table, keys=keys), derived_table
    return whole, None


def _messages_once(
    warehouse: Warehouse, overlaps: Overlaps, whole: Whole, today: date
) -> tuple[Whole, Derived | None]:
    """Purchases without the orders that were sent again."""
    bought = whole.purchases
    once = with_messages_once(warehouse, bought, today=today) if bought is not None else None
    if bought is None or once is None:
        return whole, None
    key = once.table.columns[bought.key.name]
    event = Event(bought.role, once.table, key, bought.when, bought.score)
    return replace(whole, purchases=event, keys=whole.keys | {once.table.name: key}), once


def _row_customers(
    warehouse: Warehouse, overlaps: Overlaps, whole: Whole, today: date
) -> tuple[Whole, Derived | None]:
    """Without a table of customers, the rows of their purchases may tell of them."""
    bought = whole.purchases
    if whole.people is not None or bought is None or whole.rivals:
        return whole, None  # a question about the key may be answered by another column
    derived_table = customers_of_rows(warehouse, bought, today=today)
    if derived_table is None:
        return whole, None
    name = derived_table.table.name
    keys = whole.keys | {name: derived_table.table.columns[bought.key.name]}
    return replace(whole, people=derived_table.table, keys=keys), derived_table


def _facts(
    warehouse: Warehouse, overlaps: Overlaps, whole: Whole, today: date
) -> tuple[Whole, Derived | None]:
    derived_table = with_facts(warehouse, overlaps, whole, today=today)
    if derived_table is None or whole.people is None:
        return whole, None
    key = derived_table.table.columns[whole.keys[whole.people.name].name]
    return replace(
        whole, people=derived_table.table, keys=whole.keys | {derived_table.table.name: key}
    ), derived_table


def _lookups(
    warehouse: Warehouse, overlaps: Overlaps, whole: Whole, today: date
) -> tuple[Whole, Derived | None]:
    bought = whole.purchases
    if bought is None:
        return whole, None
    other_tables = {event.table.name for event in whole.contacts} | set(whole.keys)
    derived_table = with_lookups(
        warehouse, overlaps, bought.table, without=other_tables, today=today
    )
    if derived_table is None:
        return whole, None
    recognised = replace(derived_table.table, preset=bought.table.preset)
    derived_table = replace(derived_table, table=recognised)
    key = derived_table.table.columns[bought.key.name]
    event = Event(bought.role, derived_table.table, key, bought.when, bought.score)
    return replace(
        whole, purchases=event, keys=whole.keys | {derived_table.table.name: key}
    ), derived_table
