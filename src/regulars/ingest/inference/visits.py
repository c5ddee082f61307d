"""Dated rows of customers without money: visits and other contacts, and no purchases of 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Event
from regulars.ingest.inference.people_joins import span_of
from regulars.ingest.inference.personal import is_personal
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.table_roles import event_scores, has_amount

UNNAMED_CONTACTS = 1.0  # points: less than those of any table that names say something of
_RETURN = 1.5  # rows of a customer


def with_visits(
    events: list[Event], people: Table | None, keys: Mapping[str, Column]
) -> list[Event]:
    """The events, where dated rows without any number are visits: beside contracts or money."""
    has_money = any(
        event.role == "transactions" and event.table.of_kind("number") for event in events
    )
    if not has_money and (people is None or span_of(people, keys[people.name]) is None):
        return events
    return [
        replace(event, role="interactions", score=UNNAMED_CONTACTS)
        if event.role == "transactions" and _is_of_visits(event)
        else event
        for event in events
    ]


def _is_of_visits(event: Event) -> bool:
    """Whether no column but the key is a number, and no name of one says that something is sold."""
    table, key = event.table, event.key
    columns = [c for c in table.columns.values() if c is not key and c.kind != "empty"]
    is_sold = any(points(c.name, role) >= 4 for c in columns for role in ("order_id", "product"))
    has_numbers = any(column.kind == "number" for column in columns)
    return table.preset is None and not has_numbers and not is_sold


def may_be_contacts(table: Table, key: Column) -> bool:
    """Whether customers return in dated rows without money that describe nobody."""
    if table.preset is not None or table.source.sql is not None or has_amount(table, key):
        return False
    rest = [c for c in table.columns.values() if c is not key]
    named = any(score > 0 for score in event_scores(table).values())
    returns = key.filled >= _RETURN * key.distinct
    return returns and not named and not any(map(is_personal, rest))
