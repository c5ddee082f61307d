"""Columns that say the same in all rows of a customer: facts of the customer, not of the row."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from regulars.ingest.inference.churn_labels import read_label
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Event
from regulars.ingest.inference.customer_attributes import describes_customers
from regulars.ingest.inference.derived_tables import Fact
from regulars.ingest.inference.key_names import customer_points, means_another_key
from regulars.ingest.inference.outcome_columns import tells_by_name
from regulars.ingest.inference.personal import is_personal
from regulars.ingest.inference.roles import points
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

MOST_ROWS = 200_000  # rows looked at, all of some customers; of more rows fewer customers
LEAST_CUSTOMERS = 20  # with rows of several days; fewer tell nothing
MOST_EXCEPTIONS = 0.02  # of these customers may hold several values
CHANCE = 0.1  # of the exceptions that as many rows drawn by chance would show
_MOST_VALUES = 100
_MOST_COLUMNS = 40
_NEARLY_EACH = 0.9  # customer has a value of its own
_OF_ROWS = (
    *("order_id", "transaction_id", "event_id", "product", "payment", "channel", "currency"),
    *("document_kind", "status", "kind", "campaign", "year", "month", "week"),
)
_SURELY, _LIKELY = 4, 3


def facts_on_rows(warehouse: Warehouse, event: Event) -> list[Fact]:
    """The facts of customers that dated rows repeat; empty where none of them tells two apart.

    One query over the rows of at most so many customers as have `MOST_ROWS` rows.
    """
    columns = list(_candidates(event))[:_MOST_COLUMNS]
    if not any(column.distinct > 1 for column in columns):
        return []
    texts = [f"nullif(trim(cast({quoted(column.name)} as varchar)), '')" for column in columns]
    each = ", ".join(
        f"count({text}) > 1 as known_{n}, min({text}) = max({text}) as same_{n}"
        for n, text in enumerate(texts)
    )
    counts = ", ".join(
        f"count(*) filter (known_{n}), count(*) filter (known_{n} and same_{n})"
        for n in range(len(columns))
    )
    key = quoted(event.key.name)
    row = warehouse.rows(
        f"select {counts} from (select min(_day) < max(_day) as returns, {each} from "
        f"(select *, {key} as _who, cast({event.when.sql} as date) as _day "
        f"from {event.table.relation}{_some_customers(event, key)}) "
        "where _who is not null group by _who) where returns"
    )[0]
    counted = zip(columns, row[::2], row[1::2], strict=True)
    facts = [Fact(column, int(same), int(known)) for column, known, same in counted]
    held = [fact for fact in facts if _holds(fact)]
    return held if any(fact.column.distinct > 1 for fact in held) else []


def _candidates(event: Event) -> Iterator[Column]:
    """Texts, flags and days of joining that neither name nor values make a part of the row."""
    table, key = event.table, event.key
    for column in table.columns.values():
        if column is key or column.name in event.when.names or column.kind in ("empty", "number"):
            continue
        if column.kind == "date" and points(column.name, "joined_at") < _SURELY:
            continue
        is_single = column.distinct < 2 and not describes_customers(column.name)
        is_long = column.kind == "text" and column.distinct > _MOST_VALUES
        is_key = column.distinct >= _NEARLY_EACH * key.distinct  # it names the customer again
        is_key |= customer_points(table.name, column.name) > 0
        if is_single or is_long or is_key or _is_of_the_row(column):
            continue
        if not is_personal(column, beside=table.columns.values()):
            yield column


def _is_of_the_row(column: Column) -> bool:
    name = column.name
    if tells_by_name(name) or read_label(column) is not None or means_another_key(name):
        return True
    named = any(points(name, role) >= _LIKELY for role in _OF_ROWS)
    return not describes_customers(column.name) and (named or points(name, "category") >= _SURELY)


def _holds(fact: Fact) -> bool:
    """Whether nearly all customers have one value, and that is not because nearly all rows do."""
    if fact.customers < LEAST_CUSTOMERS:
        return False
    column = fact.column
    differing = 1 - sum((rows / max(column.filled, 1)) ** 2 for _, rows in column.values)
    exceptions = 1 - fact.same / fact.customers
    return exceptions <= min(MOST_EXCEPTIONS, CHANCE * differing)


def _some_customers(event: Event, key: str) -> str:
    parts = ceil(event.table.rows / event.table.factor / MOST_ROWS)
    return f" where hash({key}) % {parts} = 0" if parts > 1 else ""
