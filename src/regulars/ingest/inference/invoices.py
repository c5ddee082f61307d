"""Lists of invoices, and ledgers that hold what settles them beside them."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.money_words import State, state_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.words import ledger_meaning

_MOST_KINDS = 25
_MOSTLY = 0.5
_OPEN = 3  # points of a name that says how much is not paid yet


def has_claims(column: Column) -> bool:
    """Whether some rows of a column are invoices by its values."""
    return any(ledger_meaning(value) == "claim" for value, _ in column.values)


def is_of_invoices(table: Table) -> bool:
    """Whether the rows are invoices: by the kind of document, their numbers, or days they are due.

    Where orders have numbers too, an invoice's number says nothing: the file must be named so.
    """
    columns = table.columns.values()
    if any(_is_kind_of_document(column) for column in columns):
        return True
    is_file = "invoice" in concepts(table.name)
    if not is_file and not any("invoice" in concepts(name) for name in table.columns):
        return False
    if any(c.kind == "date" and "due" in concepts(c.name) for c in columns):
        return True
    if any(c.kind == "number" and points(c.name, "outstanding") >= _OPEN for c in columns):
        return True
    numbers = [concepts(c.name) for c in columns if "key" in concepts(c.name)]
    named = {"invoice", "document"} if is_file else {"invoice"}
    numbered = any(named & meanings for meanings in numbers)
    return numbered and (is_file or not any("order" in meanings for meanings in numbers))


def waiting_sales(values: Sequence[str], *, invoices: bool) -> set[str]:
    """Of the states that wait those of sales, where others have words of their own.

    Beside drafts and void ones, every other invoice was issued and sold something, paid or not.
    Beside orders that wait for their payment, those in progress do not.
    """
    pending = {value for value in values if state_of(value) == "pending"}
    drafts = {value for value in values if ledger_meaning(value) == "draft"}
    progress = {value for value in values if ledger_meaning(value) == "progress"}
    if invoices and (drafts or any(state_of(value) == "lost" for value in values)):
        return pending - drafts
    return progress if pending - drafts - progress else set()


def _is_kind_of_document(column: Column) -> bool:
    if not 0 < column.distinct <= _MOST_KINDS or points(column.name, "document_kind") <= 0:
        return False
    rows = sum(n for value, n in column.values if ledger_meaning(value) == "claim")
    return rows >= _MOSTLY * column.filled


def state_in_ledger(value: str, *, invoices: bool, claims: bool) -> State | None:
    """What a value means beside invoices: a payment settles one, an open one was sold."""
    meaning = ledger_meaning(value)
    if claims and meaning == "settlement":
        return "no_sale"
    return "counts" if invoices and meaning == "issued" else None
