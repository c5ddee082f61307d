"""Map a table with one row per customer: key, dates, attributes and personal data."""

from __future__ import annotations

from regulars.core.settings import Answer
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.customer_attributes import map_attributes
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.label_choice import ChosenLabel
from regulars.ingest.inference.label_words import is_plain, name_meaning
from regulars.ingest.inference.moments import Moment, find_moment
from regulars.ingest.inference.outcome_columns import outcome_columns
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import best, points
from regulars.warehouse.protocol import Warehouse

AT = "entities.customers"


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
        f"{AT}.columns.customer_id", key, f"{key.distinct:,} different values, one per row"
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
    return left


def map_bare_customers(
    draft: Draft, warehouse: Warehouse, table: Table, label: ChosenLabel | None = None
) -> None:
    """Customers of a table without any key: every row is one."""
    draft.put(f"{AT}.source", table.name)
    draft.put(
        f"{AT}.columns.customer_id",
        {"sql": "_file || ' row ' || cast(_row_number as varchar)"},
        "no column names the customer: every row is taken for one",
    )
    draft.leave_open("no column names the customer, so nothing can be joined to these rows")
    if label is None and draft.experiment is None:
        ask = (
            f"No column of {table.name} names a customer, and nothing in it tells of purchases, of "
            "joining or of leaving. Is every row a customer?"
        )
        draft.ask("customers", ask, [Answer(say="Yes: publish every row as a customer, no churn")])
    used = label.columns if label else set()
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
    because = "empty while a member" if role == "left_at" else ""
    moment.put(draft, f"{AT}.columns.{role}", because)
    used.update(moment.names)
    return moment


def _date_named_as_state(table: Table, role: str, used: set[str]) -> Moment | None:
    """A column `left` that holds dates is a date of leaving."""
    if role != "left_at":
        return None
    dates = [c for c in table.of_kind("date") if c.name not in used]
    named = [c for c in dates if name_meaning(c.name) == "left" and is_plain(c.name)]
    return Moment(named[0]) if named else None
