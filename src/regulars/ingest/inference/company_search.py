"""Search for the best whole mapping of some tables: which table is what, scored as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Company, Event, TableRole, Whole
from regulars.ingest.inference.customer_keys import customer_keys, is_unique, overlap
from regulars.ingest.inference.moments import find_moment
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.table_roles import event_role, event_scores
from regulars.warehouse.protocol import Warehouse


def find_company(warehouse: Warehouse, tables: list[Table]) -> Company:
    """The company that these tables tell of, with the next best reading of them."""
    keys = customer_keys(warehouse, tables)
    wholes = sorted(_wholes(warehouse, tables, keys), key=lambda whole: -whole.score)
    best = wholes[0]
    other = next((whole for whole in wholes if whole.company != best.company), None)
    by_name = {table.name: table for table in tables}
    return Company(best, by_name, _roles(best, tables), runner_up=other)


def _wholes(warehouse: Warehouse, tables: list[Table], keys: dict[str, Column]) -> Iterator[Whole]:
    """Every reading of the tables that could be true, with its score."""
    unique = [t for t in tables if t.name in keys and is_unique(t, keys[t.name])]
    repeating = [t for t in tables if t.name in keys and t not in unique]
    known = [t for t in unique if not repeating or _knows(warehouse, t, repeating[0], keys)]
    contacts = tuple(_contacts(tables, keys))
    for people in [*known, None]:
        events = [event for event in _events(tables, keys, people) if event.role == "transactions"]
        for purchases in [*events, None]:
            score = 0.0
            if people is not None:
                score += 100 + len(people.columns)
            if purchases is not None:
                score += 10 + event_scores(purchases.table)["transactions"]
                score += purchases.table.rows / 1e12
            others = tuple(e for e in contacts if purchases is None or e.table != purchases.table)
            more = tuple(e.table.name for e in events if e is not purchases)
            yield Whole(people, purchases, others, keys, score, also_purchases=more)


def _knows(warehouse: Warehouse, people: Table, events: Table, keys: dict[str, Column]) -> bool:
    event_key = (events, keys[events.name])
    return overlap(warehouse, event_key, (people, keys[people.name])) > 0.1


def _contacts(tables: list[Table], keys: dict[str, Column]) -> Iterator[Event]:
    """The first table of interactions, and the first of touches."""
    taken: set[str] = set()
    for event in _events(tables, keys, None):
        if event.role in ("interactions", "touches") and event.role not in taken:
            taken.add(event.role)
            yield event


def _events(tables: list[Table], keys: dict[str, Column], people: Table | None) -> Iterator[Event]:
    """Tables with dated rows of known customers."""
    for table in tables:
        if table is people or table.name not in keys:
            continue
        if is_unique(table, keys[table.name]) and len(tables) > 1:
            continue
        when = find_moment(table, "occurred_at", without=[keys[table.name].name])
        role = event_role(table)
        if when is not None and role is not None:
            yield Event(role, table, keys[table.name], when)


def _roles(best: Whole, tables: list[Table]) -> tuple[TableRole, ...]:
    events = {event.table.name: event for event in best.contacts}
    if best.purchases is not None:
        events[best.purchases.table.name] = best.purchases
    roles = []
    for table in tables:
        event = events.get(table.name)
        key = best.keys.get(table.name)
        role = event.role if event else "customers" if table is best.people else "unused"
        score = float(event_scores(table).get(role, 0))
        roles.append(TableRole(table.name, role, score, key=key.name if key else None))
    return tuple(roles)
