"""The question who the customer is, where no column of a table says it."""

from __future__ import annotations

from regulars.core.settings import Answer
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.customer_offers import says_how_often
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points

EVERY_ROW = {"sql": "_file || ' row ' || cast(_row_number as varchar)"}
_KEY = "entities.customers.columns.customer_id"
_MOST_NAMED = 4


def ask_who(draft: Draft, table: Table, offers: list[Column]) -> None:
    """Ask who the customer is: one of the columns whose values return, or every row.

    The draft holds the first answer.
    """
    question = "Which column names the customer?" if offers else "Is every row a customer?"
    row = f"Every row: {table.rows:,} customers, no churn"
    if not offers:
        row = "Yes: publish every row as a customer, no churn"
    answers = [
        Answer(
            say=f"'{column.name}': {says_how_often(column)}; of each, the last row counts",
            set={_KEY: column.name},
        )
        for column in offers
    ]
    every = Answer(say=row, set={_KEY: EVERY_ROW} if offers else {})
    draft.ask("customers", f"{_what_is_missing(table, offers)} {question}", [*answers, every])


def _what_is_missing(table: Table, offers: list[Column]) -> str:
    """What the table does and does not tell, in a sentence or two."""
    missing = f"No column of {table.name} names a customer"
    if offers:
        missing = f"The columns of {table.name} do not say for sure who the customer is"
    dates = [column.name for column in table.of_kind("date")]
    money = [c.name for c in table.of_kind("number") if c.currencies or points(c.name, "amount")]
    if not dates and not money:
        return f"{missing}, and nothing in it tells of purchases, of joining or of leaving."
    held = [
        f"{what} ({', '.join(names[:_MOST_NAMED])})"
        for what, names in (("dates", dates), ("amounts", money))
        if names
    ]
    unread = ". Purchases are read of it only once `entities.transactions` names them"
    unread = unread if dates and money else ""
    return f"{missing}, though it holds {' and '.join(held)}{unread}."
