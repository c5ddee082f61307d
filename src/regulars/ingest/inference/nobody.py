"""Keys that stand for no customer: walk-ins, guests, cash sales, a customer 0."""

from __future__ import annotations

import re
from collections.abc import Sequence

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT, reject
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.words import means_nobody
from regulars.ingest.sources.scans import identifier, literal
from regulars.warehouse.protocol import Warehouse

PEOPLE = "entities.customers"

_FAR_MORE = 3  # times the rows of the next customer, for a number such as 0 or 99999
_FEWEST_CUSTOMERS = 5
_HUGE = 0.1  # of all rows
_HUGE_BESIDE = 10  # times the rows of the next customer
_FEWEST_BESIDE_HUGE = 20
_FILLED_IN = re.compile(r"(?:0+|-1|9{3,})(?:\.0)?")


def set_nobody_apart(draft: Draft, table: Table, key: Column) -> None:
    """Reject the rows of a key that is nobody, and ask about one with an extreme share of rows."""
    nobody = nobody_values(key)
    for value, rows in key.values:
        if value not in nobody:
            continue
        reason = f"{rows:,} rows have the customer {value}, who is nobody: rejected"
        because = f"no customer ({key.name} is {value})"
        reject(draft, key_is(key, [value]), because, reason)
        draft.leave_open(f"who bought in {table.name}: {reason}")
    _ask_for_a_huge_one(draft, table, key, nobody)


def nobody_values(key: Column) -> list[str]:
    """The values that are nobody: words for it, and a number such as 0 with far the most rows."""
    nobody = [value for value, _ in key.values if means_nobody(_name(value))]
    if key.distinct >= _FEWEST_CUSTOMERS:
        (value, rows), (_, next_rows) = key.values[:2]
        if _FILLED_IN.fullmatch(value) and rows >= _FAR_MORE * next_rows:
            nobody.append(value)
    return nobody


def reject_customer_nobody(
    draft: Draft, warehouse: Warehouse, people: Table, key: Column, *, nobody: Sequence[str]
) -> None:
    """Leave the row of nobody out of the customers, too."""
    if not nobody:
        return
    when = key_is(key, nobody)
    rows = warehouse.rows(f"select count(*) from {people.relation} where {when}")[0][0]
    if int(rows):
        rule = {"when": when, "because": f"no customer ({', '.join(nobody)})"}
        draft.put(f"{PEOPLE}.reject", [*(draft.get(f"{PEOPLE}.reject") or []), rule])


def _name(value: str) -> str:
    """A key without the domain of an address: `guest@shop.example` is a guest."""
    return value.partition("@")[0]


def _ask_for_a_huge_one(draft: Draft, table: Table, key: Column, nobody: Sequence[str]) -> None:
    rest = [(value, rows) for value, rows in key.values if value not in nobody]
    if key.distinct < _FEWEST_BESIDE_HUGE or len(rest) < 2:
        return
    (value, rows), (_, next_rows) = rest[:2]
    if rows < max(_HUGE * key.rows, _HUGE_BESIDE * next_rows):
        return
    rule = {"when": key_is(key, [value]), "because": f"no customer ({key.name} is {value})"}
    draft.ask(
        "nobody",
        f"'{value}' has {rows:,} of the {key.rows:,} rows of {table.name}, "
        f"{rows / next_rows:.0f} times as many as the next customer. Is '{value}' a customer?",
        [
            Answer(say="Yes, it is one customer."),
            Answer(
                say="No, it stands for everybody without an account (walk-ins, guests): rejected.",
                set={f"{AT}.reject+": [rule]},
            ),
        ],
    )


def key_is(key: Column, values: Sequence[str]) -> str:
    """The condition that a key is one of these, in whatever case, with or without signs in it."""
    texts = [text for value in values for text in _spellings(value)]
    listed = ", ".join(map(literal, dict.fromkeys(texts)))
    return f"lower(trim(cast({identifier(key.name)} as varchar))) in ({listed})"


def _spellings(value: str) -> list[str]:
    """As it stands, and as keys are made equal where two files spell them differently."""
    small = value.strip().lower()
    return [small, re.sub(r"[\s._/#-]+", "", small), small.removesuffix(".0")]
