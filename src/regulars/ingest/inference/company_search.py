"""Search for the best whole mapping of some tables: which table is what, scored as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from regulars.ingest.derived import sources_named
from regulars.ingest.inference.churn_labels import labels_of
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Company, Event, Join, TableRole, Whole
from regulars.ingest.inference.customer_keys import KeyReading, key_readings
from regulars.ingest.inference.key_rivals import settle_key
from regulars.ingest.inference.moments import find_moment, first_of_dates
from regulars.ingest.inference.order_joins import OrderLines, lines_with_headers
from regulars.ingest.inference.people_joins import contracts_of, train_and_test
from regulars.ingest.inference.personal import is_personal
from regulars.ingest.inference.preset_tables import preset_moment
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.table_roles import (
    event_role,
    events_score,
    has_amount,
    is_of_people,
    is_one_each,
    people_score,
)
from regulars.ingest.inference.value_overlap import Overlaps, key_like
from regulars.ingest.inference.visits import UNNAMED_CONTACTS, may_be_contacts, with_visits
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.whole_tables import complete
from regulars.warehouse.protocol import Warehouse

_FEW, _HALF = 0.1, 0.5  # of those who buy or are in touch
_NESTED = 0.9
_LACKING = 5.0  # points for a table that has none of the customers of another
_FEW_COLUMNS = 4
_RETURN = 1.5  # rows of a customer
_NO_KEY = KeyReading(("", ""), {}, 0.0)


def find_company(warehouse: Warehouse, tables: list[Table], *, today: date) -> Company:
    """The company that these tables tell of, with the next best reading of them."""
    scored = train_and_test(warehouse, tables, today=today)
    lines: list[OrderLines] = []
    overlaps = Overlaps(warehouse, tables)
    if scored is not None:
        overlaps = overlaps.extended([scored.table])
    else:
        lines = lines_with_headers(warehouse, overlaps, today=today)
        overlaps = overlaps.extended([line.derived.table for line in lines])
    readings = key_readings(overlaps) or [_NO_KEY]
    wholes = [whole for reading in readings for whole in _wholes(overlaps, reading, lines)]
    wholes.sort(key=lambda whole: -whole.score)
    best = wholes[0]
    other = next((whole for whole in wholes if whole.company != best.company), None)
    best = settle_key(warehouse, best)
    completed = complete(warehouse, overlaps, best, scored=scored, today=today)
    derived = [line.derived for line in lines] + ([scored] if scored is not None else [])
    derived += completed.derived
    every = {
        table.name: table
        for table in (*tables, *(derived_table.table for derived_table in derived))
    }
    roles = _roles(completed.whole, list(every.values()))
    return Company(
        completed.whole,
        every,
        roles,
        _joins(overlaps),
        runner_up=other,
        label=completed.label,
        derived=tuple(derived),
    )


def _wholes(overlaps: Overlaps, reading: KeyReading, lines: list[OrderLines]) -> Iterator[Whole]:
    """Every reading of the tables with these keys, with its score."""
    tables, keys = overlaps.tables, reading.keys
    events = list(_events(overlaps, reading, lines))
    derived_table = {line.derived.table.name for line in lines}
    for people in [*(t for t in tables if t.name in keys and t.name not in derived_table), None]:
        people_points = _people_points(overlaps, reading, people, events)
        if people_points is None:
            continue
        known = with_visits(events, people, reading.keys)
        bought = [e for e in known if e.role == "transactions" and e.table is not people]
        for purchases in [*bought, None]:
            both = (people, people_points)
            yield _whole(reading, both, purchases=purchases, events=known)


def _whole(
    reading: KeyReading,
    people: tuple[Table | None, float],
    *,
    purchases: Event | None,
    events: list[Event],
) -> Whole:
    customers, people_points = people
    score = reading.score + people_points
    if purchases is not None:
        score += purchases.score + 2
        # Of two alike, the one with more rows; rows alone decide nothing.
        score += min(purchases.table.rows, 10**7) / 10**9
    bought = purchases.table if purchases is not None else None
    free = [e for e in events if e.table is not customers and e.table is not bought]
    parts = sources_named(purchases.table.source.sql or "") if purchases is not None else []
    contacts = []
    for role in ("interactions", "touches"):
        fitting = [e for e in free if e.role == role]
        if fitting:
            contacts.append(max(fitting, key=lambda e: e.score))
            score += 0.3 * contacts[-1].score
    return Whole(
        customers,
        purchases,
        tuple(contacts),
        dict(reading.keys),
        round(score, 4),
        reading.reasons,
        tuple(
            e.table.name
            for e in free
            if e.role == "transactions" and not is_one_each(e.key) and e.table.name not in parts
        ),
        reading.spelled,
    )


def _people_points(
    overlaps: Overlaps, reading: KeyReading, people: Table | None, events: list[Event]
) -> float | None:
    """Points for a table of people: what it says of them, and whom the events know of it."""
    if people is None:
        return 0.0
    key = reading.keys[people.name]
    described = people_score(people, key)
    if described is None or _pairs_customers(overlaps, reading, people):
        return None
    score = described.points - _LACKING * _lacking(overlaps, reading, people)
    other_events = [event for event in events if event.table is not people]
    if not other_events:
        return score
    share = max(overlaps.share(event.table, event.key, people, key)[0] for event in other_events)
    are_some = contracts_of(overlaps.warehouse, people, key) and not is_of_people(people, key)
    return score + 4 * share - 2 if share > (_HALF if are_some else _FEW) else None


def _pairs_customers(overlaps: Overlaps, reading: KeyReading, table: Table) -> bool:
    """Whether a few columns say which customers belong together: merged accounts, referrals."""
    key = reading.keys[table.name]
    columns = [c for c in table.columns.values() if c.kind != "empty"]
    if len(columns) > _FEW_COLUMNS or any(is_personal(c) for c in columns if c is not key):
        return False
    known = [other for other in overlaps.tables if other.name in reading.keys]
    return any(
        overlaps.share(table, column, other, reading.keys[other.name])[0] > _HALF
        for column in key_like(table)
        if column is not key and column.distinct >= _HALF * key.distinct
        for other in known
        if other is not table and not sources_named(other.source.sql or "")
    )


def _lacking(overlaps: Overlaps, reading: KeyReading, people: Table) -> float:
    """The share of customers that a table with a label lacks, where another table has them all.

    A label comes along wherever it stands; customers whose outcome nobody knows are scored.
    """
    key = reading.keys[people.name]
    if not labels_of(people):
        return 0.0
    lacking = [0.0]
    for other in overlaps.tables:
        other_key = reading.keys.get(other.name)
        is_own = other is people or sources_named(people.source.sql or "")
        if (
            other_key is None
            or is_own
            or labels_of(other)
            or people_score(other, other_key) is None
        ):
            continue
        if concepts(other.name) & {"lead", "contact"}:
            continue
        if overlaps.share(people, key, other, other_key)[0] >= _NESTED:
            lacking.append(1 - overlaps.share(other, other_key, people, key)[0])
    return max(lacking)


def _events(overlaps: Overlaps, reading: KeyReading, lines: list[OrderLines]) -> Iterator[Event]:
    """Tables with dated rows of known customers."""
    for table in overlaps.tables:
        if table.name not in reading.keys:
            continue
        key = reading.keys[table.name]
        if contracts_of(overlaps.warehouse, table, key) is not None:
            continue
        when = preset_moment(table) or find_moment(table, "occurred_at", without=[key.name])
        role = event_role(table)
        if when is None and role == "transactions" and _may_be_purchases(table, key):
            when = first_of_dates(overlaps.warehouse, table)
        if may_be_contacts(table, key):
            when = when or first_of_dates(overlaps.warehouse, table)
            if when is not None:
                yield Event("interactions", table, key, when, UNNAMED_CONTACTS)
        if when is None or role is None:
            continue
        score = events_score(table, key, role).points
        score += sum(line.points(table, role) for line in lines)
        yield Event(role, table, key, when, score)


def _may_be_purchases(table: Table, key: Column) -> bool:
    """Whether customers return in rows with money, so that some date must be the purchase's."""
    return key.filled >= _RETURN * key.distinct and has_amount(table, key)


def _roles(best: Whole, tables: list[Table]) -> tuple[TableRole, ...]:
    events = {event.table.name: event for event in best.contacts}
    if best.purchases is not None:
        events[best.purchases.table.name] = best.purchases
    roles = []
    for table in tables:
        key, event = best.keys.get(table.name), events.get(table.name)
        name = key.name if key else None
        if event is not None:
            reasons = events_score(table, event.key, event.role).reasons
            roles.append(TableRole(table.name, event.role, event.score, reasons, name))
        elif table is best.people and key is not None:
            described = people_score(table, key)
            assert described is not None
            roles.append(
                TableRole(table.name, "customers", described.points, described.reasons, name)
            )
        elif (joined := _joined_into(table, tables, best)) is not None:
            roles.append(TableRole(table.name, "lookup", 0.0, key=name, used_in=joined))
        else:
            roles.append(TableRole(table.name, "unused", 0.0, key=name))
    return tuple(roles)


def _joined_into(table: Table, tables: list[Table], best: Whole) -> str | None:
    """The query of an entity that reads a table, at first hand or by another query."""
    by_name = {other.name: other for other in tables}
    entities = [best.people, best.purchases.table if best.purchases is not None else None]
    waiting = [entity.name for entity in entities if entity is not None]
    while waiting:
        reader = waiting.pop()
        bases = sources_named(by_name[reader].source.sql or "") if reader in by_name else []
        if table.name in bases:
            return reader
        waiting += bases
    return None


def _joins(overlaps: Overlaps) -> tuple[Join, ...]:
    return tuple(
        Join(
            link.table.name,
            link.column.name,
            link.to.name,
            link.to_column.name,
            round(link.share, 4),
            link.is_key,
        )
        for link in overlaps.links
    )
