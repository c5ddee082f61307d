"""Yes-and-no columns of purchases that say which rows do not count: `void`, `is_test`, `storniert`.

Of others a no says so: `completed`, `captured`, `live`.

A column that says the same in all rows of a customer tells of the customer, not of a purchase.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.money_words import State
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.transaction_states import StateColumn
from regulars.ingest.inference.vocabulary import header_meanings
from regulars.ingest.inference.words import answer_meaning
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

# What `yes` says, by the meaning of a name.
_SAYS: dict[str, State] = {
    "cancelled": "lost", "trial_row": "lost", "draft_row": "lost", "refund": "refund"}  # fmt: skip
_SAYS_NO: dict[str, State] = {"completed_row": "lost"}
_BESIDE = frozenset({"flag", "order", "invoice", "receipt", "document", "transaction", "payment",
                     "purchase", "sale", "booking", "line", "item", "label"})  # fmt: skip
_MOST_OF_ROWS = 0.5
_OF_PURCHASES = 0.5  # of the customers with a yes, the share that also has a no


def flag_states(
    warehouse: Warehouse, table: Table, columns: Sequence[Column], *, key: Column
) -> Iterator[StateColumn]:
    """Columns of yes and no whose yes sets a row aside or pays it back."""
    for column in columns:
        if column.kind != "flag":
            continue
        for says, answer in ((_SAYS, True), (_SAYS_NO, False)):
            state = _state(column.name, says)
            texts = tuple(v for v, _ in column.values if answer_meaning(v) is answer)
            rows = sum(number for value, number in column.values if value in texts)
            if state is None or not texts or rows > _MOST_OF_ROWS * column.rows:
                continue
            if _tells_of_purchases(warehouse, table, column, answers=texts, key=key):
                yield StateColumn(column, {state: texts})


def _state(name: str, says: Mapping[str, State]) -> State | None:
    """What an answer means under this name; other words beside it leave it open."""
    words = header_meanings(name)
    for meaning, state in says.items():
        if any(meaning in word for word in words) and all(
            meaning in word or word & _BESIDE for word in words
        ):
            return state
    return None


def _tells_of_purchases(
    warehouse: Warehouse, table: Table, column: Column, *, answers: Sequence[str], key: Column
) -> bool:
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in answers)
    says_yes = f"coalesce(trim(cast({quoted(column.name)} as varchar)) in ({listed}), false)"
    share = warehouse.rows(
        f"with customers as (select count(*) filter ({says_yes}) as yes, count(*) as n "
        f"from {table.relation} where {quoted(key.name)} is not null group by {quoted(key.name)}) "
        "select avg(case when yes < n then 1.0 else 0.0 end) from customers "
        "where yes > 0 and n > 1"
    )[0][0]
    return float(share or 0.0) >= _OF_PURCHASES
