"""Map a table with one row per customer: key, dates, attributes and personal data."""

from __future__ import annotations

from regulars.core.settings import Answer
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.customer_attributes import map_attributes
from regulars.ingest.inference.customer_offers import (
    repeating_keys,
    row_numbers,
    says_how_often,
)
from regulars.ingest.inference.customer_question import EVERY_ROW, ask_who
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.key_names import customer_points
from regulars.ingest.inference.label_choice import ChosenLabel
from regulars.ingest.inference.label_words import is_plain, name_meaning
from regulars.ingest.inference.moments import Moment, find_moment
from regulars.ingest.inference.outcome_columns import outcome_columns
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.prospects import reject_prospects
from regulars.ingest.inference.roles import best, points
from regulars.ingest.inference.vocabulary import concepts
from regulars.warehouse.protocol import Warehouse

AT = "entities.customers"
NEARLY_ALL = 0.98
MEANS_LEAVING = 3
MOSTLY_OWN = 0.5  # different keys per row, from which on rows are customers and not events


def map_customers(
    draft: Draft,
    warehouse: Warehouse,
    table: Table,
    key: Column,
    *,
    label: ChosenLabel | None = None,
) -> Moment | None:
    """The entity `customers`; gives the moment of leaving, where the table tells it."""
    draft.put(f"sources.{table.name}.load", "replace", "each delivery is the whole table")
    draft.put(f"{AT}.source", table.name)
    draft.map_column(
        f"{AT}.columns.customer_id",
        key,
        f"{key.distinct:,} different values" + (", one per row" if key.unique else ""),
    )
    used = {key.name} | (label.columns if label else set())
    left = _put_moment(draft, table, "left_at", used)
    _put_moment(draft, table, "joined_at", used)
    for role in ("changed_at", "consent"):
        column = best((c for c in table.columns.values() if c.name not in used), role)
        if column is not None and column.kind == ("flag" if role == "consent" else "date"):
            draft.map_column(f"{AT}.columns.{role}", column)
            used.add(column.name)
    _map_rest(draft, warehouse, table, used, outcome=_outcome(label, left))
    reject_prospects(draft, table)
    return left


def row_key(table: Table, repeating: Column | None) -> Column | None:
    """The column that names the customers of a table without a key: unique, or nearly so.

    `repeating` is a column that names customers and is not unique.
    """
    if repeating is not None and (
        repeating.distinct >= MOSTLY_OWN * table.rows or _is_once_a_file(table, repeating)
    ):
        return repeating
    named = [c for c in table.columns.values() if c.unique and _names_rows(c)]
    named.sort(key=lambda column: -customer_points(table.name, column.name))
    return next(iter([*named, *row_numbers(table)]), None)


def _is_once_a_file(table: Table, key: Column) -> bool:
    """Whether no value stands more often than there are files: all customers, period by period."""
    return len(table.delivery.files) > 1 and key.values[0][1] <= len(table.delivery.files)


def ask_repeated_key(draft: Draft, warehouse: Warehouse, table: Table, key: Column) -> None:
    """Ask who the customers are where a key repeats in rows that differ."""
    different = warehouse.rows(f"select count(*) from (select distinct * from {table.relation})")
    if key.unique or int(different[0][0]) <= key.distinct:
        return
    again = 1 - key.distinct / table.rows
    by_row = {f"{AT}.columns.customer_id": EVERY_ROW}
    if draft.get("entities.labels") is not None:
        by_row["entities.labels.columns.customer_id"] = EVERY_ROW
    draft.ask(
        "customers.key",
        f"'{key.name}' repeats in {again:.1%} of the {table.rows:,} rows of {table.name}, and "
        "those rows differ. Are customers its different values, or is every row a customer?",
        [
            Answer(say=f"Its {key.distinct:,} different values; of each, the last row counts"),
            Answer(say=f"Every row: {table.rows:,} customers", set=dict(by_row)),
        ],
    )


def _names_rows(column: Column) -> bool:
    words = concepts(column.name)
    is_sale = any(points(column.name, role) >= 4 for role in ("order_id", "transaction_id"))
    names = "key" in words and "row_number" not in words and not is_sale
    return names and column.kind in ("text", "number")


def map_bare_customers(
    draft: Draft, warehouse: Warehouse, table: Table, label: ChosenLabel | None = None
) -> None:
    """Customers of a table without any key: every row is one, or what a column names is asked."""
    is_question = label is None and draft.experiment is None
    offers = repeating_keys(table) if is_question else []
    used = label.columns if label else set()
    draft.put(f"{AT}.source", table.name)
    if offers:
        draft.map_column(f"{AT}.columns.customer_id", offers[0], says_how_often(offers[0]))
        used = {offers[0].name}
    else:
        because = "no column names the customer: every row is taken for one"
        draft.put(f"{AT}.columns.customer_id", EVERY_ROW, because)
        draft.leave_open("no column names the customer, so nothing can be joined to these rows")
    if is_question:
        ask_who(draft, table, offers)
    _map_rest(draft, warehouse, table, used, outcome=_outcome(label, None))


def _outcome(label: ChosenLabel | None, left: Moment | None) -> str | None:
    """Who left, as SQL over a row; None where the table does not tell."""
    if label is not None and label.label.is_sure:
        return label.label.sql
    return f"case when {left.sql} is null then 0 else 1 end" if left is not None else None


def _map_rest(
    draft: Draft, warehouse: Warehouse, table: Table, used: set[str], *, outcome: str | None
) -> None:
    rest = [column for column in table.columns.values() if column.name not in used]
    tells = outcome_columns(warehouse, table, outcome, columns=rest) if outcome else {}
    drawn = draft.experiment
    measured = {drawn.column, *drawn.outcomes} if drawn and drawn.table == table.name else set()
    map_attributes(
        draft,
        table,
        used=used,
        tells_outcome={name: f"tells the outcome: {why}" for name, why in tells.items()}
        | dict.fromkeys(measured, "a part of the experiment"),
    )


def _put_moment(draft: Draft, table: Table, role: str, used: set[str]) -> Moment | None:
    moment = find_moment(table, role, without=used) or _date_named_as_state(table, role, used)
    if moment is None or any(points(name, "occurred_at") >= 6 for name in moment.names):
        return None
    if role == "left_at" and _is_due(table, moment):
        return None
    because = "empty while a member" if role == "left_at" else ""
    moment.put(draft, f"{AT}.columns.{role}", because)
    if not any(points(name, role) or name_meaning(name) == "left" for name in moment.names):
        draft.probable.add(f"{AT}.columns.{role}")
    used.update(moment.names)
    return moment


def _is_due(table: Table, moment: Moment) -> bool:
    """Whether everybody has such a date, and its name means no leaving: something expires."""
    column = moment.column
    if column is None or any(points(name, "left_at") >= MEANS_LEAVING for name in moment.names):
        return False
    return column.filled - column.far_rows >= NEARLY_ALL * table.rows


def _date_named_as_state(table: Table, role: str, used: set[str]) -> Moment | None:
    """A column `left` that holds dates is a date of leaving."""
    if role != "left_at":
        return None
    dates = [c for c in table.of_kind("date") if c.name not in used]
    named = [c for c in dates if name_meaning(c.name) == "left" and is_plain(c.name)]
    return Moment(named[0]) if named else None
