"""Whether the columns beside a mapped one say that another should be mapped: keys and prices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from statistics import median

from regulars.core.settings import Project
from regulars.ingest.inference.money_words import amount_points, is_in_minor_units, part_of
from regulars.ingest.quality.columns_beside import MAIL, MOSTLY, PHONE, Beside
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.measuring import ColumnMeasures
from regulars.ingest.quality.plausible_amounts import check_amounts_beside
from regulars.ingest.quality.plausible_findings import JUDGED, plausible
from regulars.ingest.quality.plausible_keys import check_keys
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_ALONE = 0.98  # different customers per row, where each has one
_RETURNS = 0.5  # different values per row of a column that names the same people again
_FEWER = 3  # times as many numbers as names
_OFF = 50  # times an amount beside
_NO_MONEY = 1_000_000  # times: numbers of documents, whatever their column is called
_NAMED = 3  # points of a name that says that the column holds an amount
_DIVIDES = re.compile(r"/|\b0?\.0*1\b")  # of SQL that turns cents into units
_NUMBER = re.compile(r"\D*?(-?[\d.,' \xa0\u202f]*\d)\D*")


def check_columns_beside(
    project: Project, warehouse: Warehouse, measures: Iterable[ColumnMeasures]
) -> Iterator[Finding]:
    """Keys that number rows, names that many share, amounts far from those beside them."""
    for entity in ("customers", "transactions"):
        if entity not in project.entities:
            continue
        beside = Beside.of(project, warehouse, entity)
        yield _numbers_rows(beside)
        if entity == "transactions":
            shared = _shares_names(beside)
            yield shared
            yield from check_keys(beside, is_known=not shared.passed)
            yield from check_amounts_beside(beside)
            amounts = [m for m in measures if (m.entity, m.column_name) == (entity, "amount")]
            yield _near_others(beside, amounts[0].median if amounts else None)


def _numbers_rows(beside: Beside) -> Finding:
    """Whether every row has a customer of its own, though addresses or phones return in them."""
    key, alone = beside.mapped("customer_id"), len(beside.project.entities) == 1
    # A table of customers may name who looks after them; without any other, it may be purchases.
    is_judged = beside.entity == "transactions" or (alone and beside.project.churn is None)
    people = [
        name for name in beside.values if is_judged and name != key
        and (beside.are(name, MAIL) or beside.are(name, PHONE))
    ]  # fmt: skip
    name = f"{beside.entity}.key"
    if key is None or not people:
        return plausible(name, passed=True, message="no column says that customers return")
    every = [key, *people]
    parts = [f"count({quoted(n)})" for n in every] + [f"count(distinct {quoted(n)})" for n in every]
    counts = beside.count(*parts)
    filled, different = counts[: len(every)], counts[len(every) :]
    again = [
        (people[at], different[at + 1])
        for at in range(len(people))
        if filled[at + 1] >= _RETURNS * filled[0] and different[at + 1] <= _RETURNS * filled[at + 1]
    ]
    is_alone = filled[0] >= JUDGED and different[0] >= _ALONE * filled[0]
    repeating = ", ".join(f"'{column}' has {number:,}" for column, number in again)
    return plausible(
        name,
        passed=not (is_alone and again),
        message=f"each of the {filled[0]:,} rows has another '{key}', and {repeating}: "
        f"`customer_id` of entities.{beside.entity} may be the number of a row",
    )


def _shares_names(beside: Beside) -> Finding:
    """Whether the customer is a name that several have, and a number beside it joins tables."""
    name, key = "transactions.names", beside.mapped("customer_id")
    values = beside.values.get(key or "", ())
    is_name = bool(values) and sum(_is_name(v) for v in values) >= MOSTLY * len(values)
    numbers = _joining_numbers(beside, key) if is_name and key is not None else []
    if key is None or not numbers:
        return plausible(name, passed=True, message="no number joins tables that names do not")
    parts = [f"count(distinct {quoted(n)})" for n in (key, *numbers)]
    customers, *different = beside.count("count(*)", *parts)[1:]
    more = [
        (number, count)
        for number, count in zip(numbers, different, strict=True)
        if count >= _FEWER * customers
    ]
    listed = ", ".join(f"'{number}' has {count:,}" for number, count in more)
    return plausible(
        name,
        passed=not more or max(count for _, count in more) < JUDGED,
        message=f"'{key}' names {customers:,} customers, and {listed}, which joins the tables: "
        "several customers may share a name (`customer_id` of entities.transactions)",
    )


def _is_name(value: str) -> bool:
    return "@" not in value and not any(map(str.isdigit, value))


def _joining_numbers(beside: Beside, key: str) -> list[str]:
    """Columns of numbers or codes that stay with a customer over months, and stand in other tables.

    The number of an order is of one day.
    """
    when = beside.mapped("occurred_at")
    if when is None:
        return []
    warehouse, own = beside.warehouse, beside.project.entities[beside.entity].source
    other_sources = [
        set(warehouse.columns("bronze", source))
        for source in beside.project.sources
        if source != own
    ]
    relation, names = warehouse.relation("bronze", own), []
    for name, values in beside.values.items():
        is_number = sum(any(map(str.isdigit, value)) for value in values) >= MOSTLY * len(values)
        if (
            name in (key, when)
            or not is_number
            or not any(name in columns for columns in other_sources)
        ):
            continue
        rows, numbers, several, lasting = warehouse.rows(
            "select coalesce(sum(n), 0), count(*), "
            "coalesce(sum(case when who > 1 then 1 else 0 end), 0), "
            "coalesce(sum(case when days > 1 then 1 else 0 end), 0) from ("
            f"select count(*) as n, count(distinct {quoted(key)}) as who, "
            f"count(distinct {quoted(when)}) as days from {relation} group by {quoted(name)}) as x"
        )[0]
        if int(rows) >= 2 * int(numbers) and not several and int(lasting) > _RETURNS * int(numbers):
            names.append(name)
    return names


def _near_others(beside: Beside, middle: float | None) -> Finding:
    """Whether amounts are of the size of other columns of amounts; cents that were divided are."""
    mapping = beside.project.entities["transactions"].columns["amount"]
    used = mapping.sql or beside.mapped("amount") or ""
    far = {}
    for name, values in beside.values.items():
        is_amount = amount_points(name) >= _NAMED and part_of(name) is None
        if not is_amount or is_in_minor_units(name) or re.search(rf"\b{re.escape(name)}\b", used):
            continue
        numbers = [abs(number) for value in values if (number := _number(value))]
        if middle and len(numbers) >= JUDGED / 2:
            ratio = median(numbers) / abs(middle)
            if 1 / _NO_MONEY < ratio < _NO_MONEY:
                far[name] = ratio
    name, ratio = max(far.items(), key=lambda pair: max(pair[1], 1 / pair[1]), default=("", 1.0))
    is_divided = _DIVIDES.search(mapping.sql or "") is not None
    is_off = ratio > _OFF or ratio < 1 / _OFF
    is_judged = beside.project.amount_unit is None and not is_divided
    how = f"{ratio:,.0f} times" if ratio > 1 else f"1/{1 / ratio:,.0f} of"
    return plausible(
        "transactions.near_others",
        passed=not (is_off and is_judged),
        message=f"the numbers of '{name}' are {how} the amounts: `amount` of "
        "entities.transactions may be another column, or in cents",
    )


def _number(value: str) -> float | None:
    """A number with whatever stands around it; dots and commas before three digits group them."""
    match = _NUMBER.fullmatch(value)
    if match is None:
        return None
    digits = re.sub(r"[ '\xa0\u202f]", "", match[1])
    marks = re.findall(r"[.,]", digits)
    last = max(digits.rfind("."), digits.rfind(","))
    is_mark = (
        last >= 0
        and (len(set(marks)) == 2 or len(digits) - last != 4)
        and len([mark for mark in marks if mark == digits[last]]) == 1
    )
    whole, part = (digits[:last], digits[last + 1 :]) if is_mark else (digits, "")
    return float(f"{re.sub('[.,]', '', whole) or '0'}.{part or '0'}")
