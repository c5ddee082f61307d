"""Columns of Snowflake by the names with which they were delivered.

Names that need no quotes are stored in capitals there, so `CustomerId` does not come back as it was
delivered. Such names stand in the comment of their table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from regulars.warehouse.engines.snowflake_dialect import SNOWFLAKE, name_of_stored, stored_name
from regulars.warehouse.engines.snowflake_types import snowflake_type
from regulars.warehouse.protocol import Warehouse


def defined_column(name: str, kind: str) -> str:
    """A column of a DuckDB type as the definition of a table has it."""
    return f"{SNOWFLAKE.quote(name)} {snowflake_type(kind)}"


def comment_of(columns: Iterable[str]) -> str:
    """The end of a statement that creates a table: the names that its columns cannot keep."""
    own = {stored: own for name in columns for stored, own in own_name(name).items()}
    return f" comment = {SNOWFLAKE.text(json.dumps(own))}" if own else ""


def own_name(name: str) -> dict[str, str]:
    """A name by the stored one, where that does not give it."""
    stored = stored_name(name)
    return {} if name_of_stored(stored) == name else {stored: name}


def own_names(warehouse: Warehouse, place: Sequence[str]) -> dict[str, str]:
    """Names as they were delivered by the stored ones; `place` are schema and table as stored."""
    comments = warehouse.rows(
        "select comment from information_schema.tables "
        "where table_schema = ? and table_name = ? and comment like '{%'",
        place,
    )
    names: dict[str, str] = json.loads(comments[0][0]) if comments else {}
    return names
