"""Attributes of customers: what each column is, what it is called, what is left out, and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from regulars.core.reserved_names import free_name
from regulars.core.settings import ENTITY_COLUMNS
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.outcome_columns import tells_by_name
from regulars.ingest.inference.personal import is_personal
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import concepts

AT = "entities.customers.attributes"
MOST_CATEGORIES = 100
_DESCRIBING = ("country", "region", "city", "company", "segment", "plan", "gender")
_SURELY = 4
_FEW_ROWS = 50
_DENSE = 2
_LEAST_DIGITS = 4
_CODES = re.compile(r".*_(?:code|id|key|no|nr|type|class)")
_IDS = re.compile(r"(?:.*_)?(?:id|key|no|nr|uuid|guid)")
_CANONICAL = {column.name for column in ENTITY_COLUMNS["customers"]}


def map_attributes(
    draft: Draft, table: Table, *, used: Collection[str], tells_outcome: Mapping[str, str]
) -> None:
    """Every other column of a table of customers, as an attribute or with the reason why not.

    `used` columns are mapped already; `tells_outcome` holds columns that know who left, and how.
    """
    personal, ignored = list(draft.get("personal_data") or []), []
    for column in table.columns.values():
        if column.name in used:
            continue
        masked = is_personal(column, beside=table.columns.values())
        why_not = tells_outcome.get(column.name) or _why_not(column, masked=masked)
        if why_not is not None:
            ignored.append(f"{column.name} ({why_not})")
            continue
        name = _put_attribute(draft, column, _attribute_type(column, masked=masked))
        if masked:
            personal.append(name)
    if personal:
        draft.put("personal_data", personal, "masked wherever they are shown, and never a feature")
    if ignored:
        draft.leave_open(f"left out of the customers' attributes: {', '.join(ignored)}")


def attribute_name(draft: Draft, column: str) -> tuple[str, bool]:
    """What the attribute of a column is called, and whether its own name is one of ours."""
    original = column.strip("_")
    if not re.match(r"[^\W\d_]", original):
        original = f"column_{original}"
    taken = _CANONICAL | draft.reserved
    is_ours = original in taken
    name = free_name(original) if is_ours else original
    while name in taken or draft.get(f"{AT}.{name}") is not None:
        name = f"{name}_2"
    return name, is_ours


def _put_attribute(draft: Draft, column: Column, kind: str) -> str:
    """Map an attribute; its name. One that has a name of ours is renamed, and keeps its label."""
    name, is_ours = attribute_name(draft, column.name)
    original = column.name.strip("_")
    renamed = f"renamed: Regulars has a column '{original}' of its own" if is_ours else ""
    remarks = [text for text in (renamed, _remark(column, kind)) if text]
    path = f"{AT}.{name}"
    draft.map_column(path, column, "; ".join(remarks))
    more = {"type": kind} if kind != "category" else {}
    header = column.label.strip() if not column.label.isascii() else original
    if name != header:
        more["label"] = header
    if more:
        value = draft.get(path)
        mapping = {"column": value} if isinstance(value, str) else value
        draft.put(path, {**mapping, **more})
    return name


def _remark(column: Column, kind: str) -> str:
    if kind == "number" and column.filled < column.rows:
        return f"{column.rows - column.filled:,} rows without a value"
    return ""


def _attribute_type(column: Column, *, masked: bool) -> str:
    if masked:
        return "date" if column.kind == "date" else "text"
    if column.kind in ("flag", "date"):
        return column.kind
    return "number" if column.kind == "number" and not _is_code(column) else "category"


def _why_not(column: Column, *, masked: bool) -> str | None:
    """Why a column says nothing that can be used; None where it does."""
    # a value that all share today may differ tomorrow
    is_description = bool(concepts(column.name) & set(_DESCRIBING))
    if column.distinct < 2 and not (column.distinct and is_description):
        return "one value" if column.distinct else "empty"
    if tells_by_name(column.name):
        return "tells the outcome"
    if masked or column.kind in ("flag", "date"):
        return None
    if column.kind == "number" and not _is_code(column):
        return "numbers the rows" if _numbers_rows(column) else None
    if column.distinct <= MOST_CATEGORIES:
        return None
    if _IDS.fullmatch(column.name) or column.kind == "number":
        return "names something else than the customer"
    return f"{column.distinct:,} different texts"


def describes_customers(name: str) -> bool:
    """Whether a name says where customers are, what they are or what they have."""
    return any(points(name, role) >= _SURELY for role in _DESCRIBING)


def _numbers_rows(column: Column) -> bool:
    """Whether a number is a key or a count of rows, not a quantity.

    It differs in every row, and is dense as counted rows are, or has as many digits in each.
    """
    low, high = column.low or 0, column.high or 0
    if not column.unique or not column.whole or column.rows <= _FEW_ROWS:
        return False
    is_dense = high - low < _DENSE * column.rows
    digits = {len(f"{abs(bound):.0f}") for bound in (low, high)}
    return is_dense or (len(digits) == 1 and digits.pop() >= _LEAST_DIGITS)


def _is_code(column: Column) -> bool:
    return column.whole and _CODES.fullmatch(column.name) is not None
