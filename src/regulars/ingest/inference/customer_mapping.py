"""Map a table with one row per customer: dates, attributes, personal data, and the label."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regulars.core.reserved_names import free_name
from regulars.core.settings import ENTITY_COLUMNS
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import Moment, find_moment
from regulars.ingest.inference.personal import is_personal
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import best, points

MOST_CATEGORIES = 100
_LEFT_WORDS = re.compile(r".*(?:churn|attrit|left|cancel|exit|lost|gone|lapsed|inactive|closed).*")
_STAYED_WORDS = re.compile(r"(?:not|non|no|un)[ _-].*|never.*")
_TELLS_OUTCOME = re.compile(r".*(?:churn|cancel|attrition|exit|leav|termination).*")
_CODES = re.compile(r".*_(?:code|id|key|no|nr|type|class)")
_CANONICAL = {column.name for column in ENTITY_COLUMNS["customers"]}


@dataclass(frozen=True)
class Label:
    """The column that says who left, and the texts in it that mean so (none for yes/no or 1/0)."""

    column: Column
    true: tuple[str, ...] = ()


def find_label(table: Table) -> Label | None:
    """The column of a table that says whether the customer left."""
    for column in table.columns.values():
        if not points(column.name, "churned"):
            continue
        if column.kind == "flag":
            return Label(column)
        words = tuple(
            value
            for value, _ in column.values
            if _LEFT_WORDS.fullmatch(value.lower()) and not _STAYED_WORDS.fullmatch(value.lower())
        )
        if column.kind == "text" and 0 < len(words) < column.distinct <= 6:
            return Label(column, words)
    return None


def map_labels(draft: Draft, table: Table, key: Column, label: Label) -> None:
    """The entity `labels`: who left, and why (which is never a feature)."""
    at = "entities.labels"
    churned = label.column.share("yes", "y", "true", "t", "1", "1.0", *map(str.lower, label.true))
    draft.put(f"{at}.source", table.name)
    draft.map_column(f"{at}.columns.customer_id", key)
    why = f"the outcome: {churned:.2%} of {label.column.filled:,} customers left"
    if label.true:
        mapping = {"column": label.column.name, "true": list(label.true)}
        draft.put(f"{at}.columns.churned", mapping, why)
    else:
        draft.map_column(f"{at}.columns.churned", label.column, why)
    reason = best([c for c in table.columns.values() if c.kind == "text"], "reason")
    if reason is not None and reason.name != key.name:
        draft.map_column(f"{at}.columns.reason", reason, "known only afterwards: never a feature")


def map_customers(draft: Draft, table: Table, key: Column, label: Label | None) -> Moment | None:
    """The entity `customers`; gives the moment of leaving, where the table tells it."""
    at = "entities.customers"
    draft.put(f"sources.{table.name}.load", "replace", "each delivery is the whole table")
    draft.put(f"{at}.source", table.name)
    draft.map_column(
        f"{at}.columns.customer_id", key, f"{key.distinct:,} different values, one per row"
    )
    used = {key.name} | ({label.column.name} if label else set())
    left = _put_moment(draft, table, "left_at", used)
    _put_moment(draft, table, "joined_at", used)
    for role in ("changed_at", "consent"):
        column = best((c for c in table.columns.values() if c.name not in used), role)
        if column is not None and column.kind == ("flag" if role == "consent" else "date"):
            draft.map_column(f"{at}.columns.{role}", column)
            used.add(column.name)
    _map_attributes(draft, table, used)
    return left


def map_bare_customers(draft: Draft, table: Table, label: Label | None) -> None:
    """Customers of a table without any key: every row is one."""
    at = "entities.customers"
    draft.put(f"{at}.source", table.name)
    draft.put(
        f"{at}.columns.customer_id",
        {"sql": "_file || ' row ' || cast(_row_number as varchar)"},
        "no column names the customer: every row is taken for one",
    )
    draft.leave_open("no column names the customer, so nothing can be joined to these rows")
    _map_attributes(draft, table, {label.column.name} if label else set())


def _put_moment(draft: Draft, table: Table, role: str, used: set[str]) -> Moment | None:
    moment = find_moment(table, role, without=used)
    if moment is None or any(points(name, "occurred_at") >= 6 for name in moment.names):
        return None
    because = "empty while a member" if role == "left_at" else ""
    moment.put(draft, f"entities.customers.columns.{role}", because)
    used.update(moment.names)
    return moment


def _map_attributes(draft: Draft, table: Table, used: set[str]) -> None:
    personal, ignored = [], []
    for column in table.columns.values():
        if column.name in used:
            continue
        kind = _attribute_type(column)
        if kind is None:
            ignored.append(f"{column.name} ({_why_not(column)})")
            continue
        name = _put_attribute(draft, column, kind)
        if is_personal(column):
            personal.append(name)
    if personal:
        draft.put("personal_data", personal, "masked wherever they are shown, and never a feature")
    if ignored:
        draft.leave_open(f"left out of the customers' attributes: {', '.join(ignored)}")


def _put_attribute(draft: Draft, column: Column, kind: str) -> str:
    """Map an attribute; its name. One that has a name of ours is renamed, and keeps its label."""
    original = column.name.strip("_")
    is_taken = original in _CANONICAL | draft.reserved
    name = free_name(original) if is_taken else original
    renamed = f"renamed: Regulars has a column '{original}' of its own" if is_taken else ""
    remarks = [text for text in (renamed, _remark(column, kind)) if text]
    path = f"entities.customers.attributes.{name}"
    draft.map_column(path, column, "; ".join(remarks))
    more = {"type": kind} if kind != "category" else {}
    if is_taken:
        more["label"] = original
    if more:
        value = draft.get(path)
        mapping = {"column": value} if isinstance(value, str) else value
        draft.put(path, {**mapping, **more})
    return name


def _remark(column: Column, kind: str) -> str:
    if kind == "number" and column.filled < column.rows:
        return f"{column.rows - column.filled:,} rows without a value"
    return ""


def _attribute_type(column: Column) -> str | None:
    """What an attribute is; None where it says nothing that can be used."""
    if column.distinct < 2 or _TELLS_OUTCOME.fullmatch(column.name):
        return None
    if is_personal(column):
        return "date" if column.kind == "date" else "text"
    if column.kind in ("flag", "date"):
        return column.kind
    if column.kind == "number" and not (_CODES.fullmatch(column.name) and column.whole):
        return None if _numbers_the_rows(column) else "number"
    return "category" if column.distinct <= MOST_CATEGORIES else None


def _numbers_the_rows(column: Column) -> bool:
    """A different whole number in every row is a key or a count of rows, not a quantity."""
    return column.unique and column.whole and column.rows > 50


def _why_not(column: Column) -> str:
    if column.distinct < 2:
        return "one value" if column.distinct else "empty"
    if _TELLS_OUTCOME.fullmatch(column.name):
        return "tells the outcome"
    if column.kind == "number" and column.unique:
        return "numbers the rows"
    return f"{column.distinct:,} different texts"
