"""Columns that may name the customer better than the one that was taken: by values, row by row.

A name that several people have is worse than the number that each of them has. A number that only
some buyers have is worse than the address that all of them give. An account of a ledger holds the
sub-accounts of many. The number of a contract is worse than that of the person whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Rival, Whole
from regulars.ingest.inference.key_names import customer_points, means_another_key
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.namesakes import is_numbered, look_like_names
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import may_be, points
from regulars.ingest.inference.table_roles import is_one_each
from regulars.ingest.inference.value_overlap import key_like
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_LEAST_VALUES = 20
_RETURN = 1.5  # rows of a value
_MANY_EACH = 100.0  # rows of a value, of an account rather than of a customer
_FEW_ACCOUNTS = 50
_SUB_ACCOUNTS = 5  # per account
_FILLED, _OPTIONAL = 0.98, 0.9
_NEARLY_ALL = 0.98
_DIFFER = 1.02  # customers by one column per customer by the other: fewer are no other company
_MOSTLY = 0.5
_OFFICIAL = 5  # points of a name that says that the state gave the number
_OWN = 4  # points of a name that says that the number is the customer's
_AGREEMENTS = frozenset({"contract", "policy", "subscription", "membership", "booking", "deal"})
_THING_MEANINGS = """
    product item category description merchant store seller supplier campaign channel plan region
    country city postal ip row_number line stock device status currency
"""
_THINGS = frozenset(_THING_MEANINGS.split())


@dataclass(frozen=True)
class _Pair:
    """How a column goes with the key: shares of values that have one of the other's."""

    of_one_key: float  # of the column's values, those with one key
    of_one_value: float  # of the key's values, those with one value of the column
    lasting: float  # of the column's values, those with rows on several days


def settle_key(warehouse: Warehouse, whole: Whole) -> Whole:
    """The whole with a better key of its purchases; open rivals are left to a question.

    A key that a table of customers or of contacts has too is the company's own.
    """
    bought = whole.purchases
    is_joined = whole.people is not None and bought is not None and whole.people is not bought.table
    if bought is None or is_joined or whole.contacts:
        return whole
    rivals = find_rivals(warehouse, bought.table, bought.key, bought.when)
    if not rivals:
        return whole
    if not rivals[0].is_sure:
        return replace(whole, rivals=tuple(rivals))
    better = rivals[0]
    reasons = (*whole.reasons, f"'{better.column.name}' instead of '{bought.key.name}'")
    return replace(
        whole,
        purchases=replace(bought, key=better.column),
        keys=whole.keys | {bought.table.name: better.column},
        reasons=reasons,
        instead=replace(better, column=bought.key),
    )


def find_rivals(warehouse: Warehouse, table: Table, key: Column, when: Moment) -> list[Rival]:
    """Columns that tell other customers apart than the key does, the surest first."""
    if table.preset is not None:
        return []
    rest = [column for column in _candidates(table, key) if _returns(column)]
    rivals = []
    for column in rest:
        rival = _rival(table, key, column, _pair(warehouse, table, key, column=column, when=when))
        if rival is not None:
            rivals.append(rival)
    return sorted(rivals, key=lambda rival: (not rival.is_sure, -_named(table, rival.column)))


def _candidates(table: Table, key: Column) -> Iterable[Column]:
    for column in key_like(table):
        is_money = bool(column.currencies) or bool(column.affix)
        means = concepts(column.name)
        is_thing = means & _THINGS or (means != {"key"} and means_another_key(column.name))
        if column is key or is_money or (is_thing and not points(column.name, "national_id")):
            continue
        if column.mails > 0.5 or is_numbered(column):
            yield column


def _returns(column: Column) -> bool:
    return column.distinct >= _LEAST_VALUES and column.filled >= _RETURN * column.distinct


def _pair(
    warehouse: Warehouse, table: Table, key: Column, *, column: Column, when: Moment
) -> _Pair:
    mine, other = (f"trim(cast({quoted(c.name)} as varchar))" for c in (key, column))
    rows = f"select {mine} as k, {other} as x, {when.sql} as day from {table.relation}"
    known = f"select * from ({rows}) where k <> '' and x <> ''"
    of_one_key, lasting = warehouse.rows(
        "select avg(case when n = 1 then 1.0 else 0.0 end), "
        "avg(case when days > 1 then 1.0 else 0.0 end) from (select count(distinct k) as n, "
        f"count(distinct day) as days from ({known}) group by x)"
    )[0]
    of_one_value = warehouse.rows(
        "select avg(case when n = 1 then 1.0 else 0.0 end) from "
        f"(select count(distinct x) as n from ({known}) group by k)"
    )[0][0]
    return _Pair(float(of_one_key or 0), float(of_one_value or 0), float(lasting or 0))


def _rival(table: Table, key: Column, column: Column, pair: _Pair) -> Rival | None:
    """Whether this column tells customers apart better; the first reason counts."""
    if pair.lasting <= _MOSTLY:
        return None  # the number of an order, or of a day
    if is_one_each(key) and customer_points(table.name, key.name) <= 1:
        return Rival(column, "rows", is_sure=False)
    is_finer = pair.of_one_key >= _NEARLY_ALL and column.distinct >= _DIFFER * key.distinct
    is_coarser = pair.of_one_value >= _NEARLY_ALL and key.distinct >= _DIFFER * column.distinct
    if key.filled < _OPTIONAL * table.rows:
        return _for_an_optional_key(table, key, column, pair)
    if column.filled < _FILLED * key.filled:
        return None
    is_agreement = bool(concepts(column.name) & _AGREEMENTS)
    if is_finer and _is_account(table, key) and column.distinct >= _SUB_ACCOUNTS * key.distinct:
        return Rival(column, "account", _named(table, column) > 0 and not is_agreement)
    if is_finer and look_like_names(key):
        return Rival(column, "namesakes", _names_a_person(table, column) and not is_agreement)
    if is_coarser and _is_official(column) and not _is_of_customers(table, key):
        return Rival(column, "contracts", is_sure=True)
    is_contact = key.mails > 0.5 or key.phones > 0.8
    if is_contact and not column.mails and not column.phones > 0.8:
        is_own = customer_points(table.name, column.name) >= _OWN
        if is_finer and not is_agreement:
            return Rival(column, "shared", is_own)
        if is_coarser:
            return Rival(column, "number", is_own)
    return None


def _for_an_optional_key(table: Table, key: Column, column: Column, pair: _Pair) -> Rival | None:
    """Whether every row has this one, which tells those with a key apart as the key does."""
    if column.filled < _FILLED * table.rows or not _names_a_person(table, column):
        return None
    is_same = min(pair.of_one_key, pair.of_one_value) >= _NEARLY_ALL
    is_alike = min(pair.of_one_key, pair.of_one_value) >= _MOSTLY
    return Rival(column, "optional", is_same) if is_alike else None


def _is_account(table: Table, key: Column) -> bool:
    is_few = key.distinct <= _FEW_ACCOUNTS and key.filled >= _MANY_EACH * key.distinct
    return is_few and table.rows >= _MANY_EACH


def _names_a_person(table: Table, column: Column) -> bool:
    """Whether its name or its values say that it reaches or numbers a person."""
    if concepts(column.name) & _AGREEMENTS:
        return False
    reaches = column.mails > 0.5 or column.phones > 0.8
    return reaches or _is_official(column) or customer_points(table.name, column.name) >= 1


def _is_official(column: Column) -> bool:
    return points(column.name, "national_id") >= _OFFICIAL


def _is_of_customers(table: Table, key: Column) -> bool:
    """Whether its name says customer, and no contract or account of one."""
    means = concepts(key.name)
    return "customer" in means and not means & _AGREEMENTS and is_numbered(key)


def _named(table: Table, column: Column) -> float:
    """How much a name means the customer; numbers of the state, addresses and phones follow."""
    own = (
        float(customer_points(table.name, column.name))
        if may_be(column.name, "customer_id")
        else 0.0
    )
    reaches = 1.0 + (column.mails > 0.5) if column.mails > 0.5 or column.phones > 0.8 else 0.0
    return max(own, 3.0 * _is_official(column), reaches)
