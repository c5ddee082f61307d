"""Who the customer is: readings of the tables, each with the column that names customers there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.key_names import customer_points, means_another_key
from regulars.ingest.inference.namesakes import holds_names, is_numbered, shared_names
from regulars.ingest.inference.preset_tables import preset_keys
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import may_be, points
from regulars.ingest.inference.table_roles import is_of_people
from regulars.ingest.inference.value_overlap import LEAST_SHARE, Form, Link, Overlaps, key_like

MOST_READINGS = 6
_NEARLY_ALL = 0.98
_LEAST_HELD = 0.9  # of a column's values, in the table that describes the customers
_OFFICIAL = 5
_BY_VALUES = 2.5  # points for a column that a table of people explains, whatever its name
_MOST_NAMESAKES = 1.3  # different e-mails per different name, which companies may have too
_RETURN = 1.5  # rows of a customer
_MANY, _MANY_OF_ROWS = 20, 0.02  # different customers
_NAMESAKES, _NUMBERED = 0.5, 3.0  # points of a name that several have, and of the number of each
_GIVEN_NAMES = 0.6  # of people's names begin differently; those of companies nearly all do


@dataclass(frozen=True)
class KeyReading:
    """One answer to who the customer is: the column of each table that has one, with its score.

    `spelled` are the tables whose keys equal the others' only alike (`C00000012` and 12), with
    the table whose spelling differs.
    """

    anchor: tuple[str, str]
    keys: dict[str, Column]
    score: float
    shares: dict[str, float] = field(default_factory=dict)
    spelled: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()


def named_customers(table: Table) -> list[Column]:
    """Columns whose name or values say that they name customers, the likeliest first."""
    return [column for column, strength in _strengths(table) if strength >= 2]


def key_readings(overlaps: Overlaps) -> list[KeyReading]:
    """The possible answers to who the customer is, the likeliest first."""
    strengths = {table.name: _strengths(table) for table in overlaps.tables}
    for link in overlaps.links:
        if _names_people(link):
            for table, column in ((link.table, link.column), (link.to, link.to_column)):
                is_name = points(column.name, "company") >= _OFFICIAL
                strength = _BY_VALUES - is_name  # two companies may have one name
                strengths[table.name] = _at_least(strengths[table.name], column, strength)
    for table, name, number in shared_names(overlaps):
        rest = [pair for pair in strengths[table.name] if pair[0] is not name]
        strengths[table.name] = _at_least([*rest, (name, _NAMESAKES)], number, _NUMBERED)
    anchors = [
        (table, column, strength)
        for table in overlaps.tables
        for column, strength in strengths[table.name]
    ]
    anchors.sort(key=lambda anchor: -anchor[2])
    readings: dict[frozenset[tuple[str, str]], KeyReading] = {}
    for table, column, strength in anchors[: 3 * MOST_READINGS]:
        reading = _reading(overlaps, strengths, (table, column, strength))
        same = frozenset((name, key.name) for name, key in reading.keys.items())
        if same not in readings or readings[same].score < reading.score:
            readings[same] = reading
    return sorted(readings.values(), key=lambda reading: -reading.score)[:MOST_READINGS]


def _strengths(table: Table) -> list[tuple[Column, float]]:
    """The columns that may name the customer, and how much speaks for each without a join.

    Where customers return in the rows, a number that every row has of its own is not theirs.
    """
    strengths = [(column, _strength(table, column)) for column in _candidates(table)]
    return_in_rows = any(s >= 2 and _returns(table, c) for c, s in strengths)
    return sorted(
        [
            (column, strength)
            for column, strength in strengths
            if strength > 0 and not (return_in_rows and column.unique and strength < 2)
        ],
        key=lambda pair: -pair[1],
    )


def _returns(table: Table, column: Column) -> bool:
    """Whether many different values stand on several dated rows each; a few are of employees."""
    is_many = column.distinct >= max(_MANY, _MANY_OF_ROWS * table.rows)
    return is_many and column.filled >= _RETURN * column.distinct and bool(table.of_kind("date"))


def _at_least(
    strengths: list[tuple[Column, float]], column: Column, strength: float
) -> list[tuple[Column, float]]:
    known = max((points for other, points in strengths if other is column), default=0.0)
    rest = [pair for pair in strengths if pair[0] is not column]
    return sorted([*rest, (column, max(known, strength))], key=lambda pair: -pair[1])


def _names_people(link: Link) -> bool:
    """Whether a column returns in its rows, and another table describes a person by each value."""
    if link.form != "exact" or link.share < _LEAST_HELD or not link.is_key:
        return False
    if link.table.preset is not None or link.to.preset is not None:
        return False
    if any(_names_something_else(column) for column in (link.column, link.to_column)):
        return False
    returns = link.column.filled >= 2 * link.column.distinct
    return returns and is_of_people(link.to, link.to_column)


def _names_something_else(column: Column) -> bool:
    """Whether it is another's key by its name; a number of the state names a company or person."""
    is_official = points(column.name, "national_id") >= _OFFICIAL
    may_name = is_official or may_be(column.name, "customer_id")
    return means_another_key(column.name) or not may_name


def _candidates(table: Table) -> Iterable[Column]:
    if table.preset is not None:
        return preset_keys(table)
    return (
        column
        for column in key_like(table)
        if (column.distinct > 2 or table.rows <= 4) and not _is_count(table, column)
    )


def _is_count(table: Table, column: Column) -> bool:
    """Whether few small whole numbers repeat over and over: guests, children, pieces."""
    if column.kind != "number" or not column.whole or column.low is None or column.high is None:
        return False
    return column.low >= 0 and column.high <= _MANY and _MANY * column.distinct <= table.rows


def _strength(table: Table, column: Column) -> float:
    """Points by the name, and what the values say: e-mail, phone, hardly ever filled."""
    if table.preset is not None:
        return 6.0 - 0.5 * preset_keys(table).index(column)
    named = float(customer_points(table.name, column.name))
    if means_another_key(column.name):
        named = min(named, 1.0)
    if column.mails > 0.5:
        named = max(named, 2.0)
    else:
        is_phone = column.phones > 0.8 and column.kind == "text"
        # In a snapshot of a row each, the number of the contract says no less.
        is_official = points(column.name, "national_id") >= _OFFICIAL and _returns(table, column)
        named = max(named, float(is_phone or is_official))
    is_called_name = points(column.name, "full_name") >= 5 and not is_numbered(column)
    if is_called_name or _is_name_beside_keys(table, column):
        named = min(named, 0.5)  # namesakes would be one: only where nothing else names them
    filled = column.filled / max(table.rows, 1)
    return named * (1.0 if filled > 0.5 else 0.5)


def _is_name_beside_keys(table: Table, column: Column) -> bool:
    """Whether the values are names of people, each of whom (nearly) has a key of its own."""
    if not holds_names(column):
        return False
    beginnings = {value.split()[0] for value, _ in column.values}
    of_people = len(beginnings) <= _GIVEN_NAMES * len(column.values)
    return any(
        other is not column
        and other.filled >= _NEARLY_ALL * column.filled
        and other.distinct >= column.distinct
        and _names_each(table, other)
        and (of_people or other.distinct <= _MOST_NAMESAKES * column.distinct)
        for other in table.columns.values()
    )


def _names_each(table: Table, column: Column) -> bool:
    """Whether it holds addresses, or numbers by the name of the customer's key."""
    if column.mails > 0.5:
        return may_be(column.name, "customer_id")
    return is_numbered(column) and customer_points(table.name, column.name) >= 4


def _reading(
    overlaps: Overlaps,
    strengths: dict[str, list[tuple[Column, float]]],
    anchor: tuple[Table, Column, float],
) -> KeyReading:
    """The column of every table that holds the anchor's values, or has its name."""
    home, column, strength = anchor
    keys, shares, spelled = {home.name: column}, {home.name: 1.0}, set()
    for table in overlaps.tables:
        if table is home:
            continue
        joined = _joined(overlaps, strengths[table.name], table, anchor)
        if joined is not None:
            other, share, form = joined
            keys[table.name], shares[table.name] = other, share
            if form == "alike":
                spelled.add(table.name)
    linked = sum(share >= LEAST_SHARE for share in shares.values()) - 1
    score = 2 * min(strength, 4.0) + 0.3 * strength + linked
    reasons = (f"'{column.name}' joins {linked + 1} of {len(overlaps.tables)} tables",)
    return KeyReading((home.name, column.name), keys, score, shares, frozenset(spelled), reasons)


def _are_linked(overlaps: Overlaps, nearer: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether one column holds the other's values, or a third holds those of both."""
    held: dict[tuple[str, str], set[tuple[str, str]]] = {nearer: {nearer}, other: {other}}
    for link in overlaps.links:
        column = (link.table.name, link.column.name)
        if column in held:
            held[column].add((link.to.name, link.to_column.name))
    return bool(held[nearer] & held[other])


def _joined(
    overlaps: Overlaps,
    strengths: list[tuple[Column, float]],
    table: Table,
    anchor: tuple[Table, Column, float],
) -> tuple[Column, float, Form] | None:
    """The column of a table that joins it to the anchor: values first, then names."""
    home, column, _ = anchor
    by_strength = {other.name: strength for other, strength in strengths}
    best: tuple[float, Column, float, Form] | None = None
    for other in _candidates(table):
        same_name = other.name == column.name
        strength = by_strength.get(other.name, 0.0)
        linked = _are_linked(overlaps, (table.name, other.name), (home.name, column.name))
        if not (same_name or strength >= 1 or linked):
            continue
        there = overlaps.share(table, other, home, column)
        back = overlaps.share(home, column, table, other)
        share, form = max(there, back)
        if share < LEAST_SHARE and not same_name:
            continue
        weight = 4 * share + min(strength, 4.0) / 2 + same_name
        if best is None or weight > best[0]:
            best = (weight, other, share, form)
    return best[1:] if best is not None else None
