"""Customers who are handed in to be scored: canonical rows of many requests as one set of tables.

Rows of different requests must not meet: every id is given the number of its request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from regulars.core.errors import UnknownName
from regulars.core.names import nearest

Row = Mapping[str, Any]
EVENTS = ("transactions", "interactions", "touches")
KEYS = {"transactions": "transaction_id", "interactions": "interaction_id", "touches": "touch_id"}
_BATCH = "posted"


@dataclass(frozen=True)
class Posted:
    """One request: rows with canonical names; a customer's attributes stand in `attributes`."""

    customers: Sequence[Row] = ()
    transactions: Sequence[Row] = ()
    interactions: Sequence[Row] = ()
    touches: Sequence[Row] = ()

    @property
    def customer_ids(self) -> tuple[str, ...]:
        """Everybody who is named, in order of appearance."""
        rows = (row for name in ("customers", *EVENTS) for row in getattr(self, name))
        return tuple(dict.fromkeys(str(row["customer_id"]) for row in rows))


@dataclass(frozen=True)
class Shapes:
    """What the release says of posted rows: columns by entity, attributes, keys, time zone."""

    columns: Mapping[str, Mapping[str, str]]
    attributes: Mapping[str, str]
    mapped: Mapping[str, Sequence[str]]
    timezone: str
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.timezone))


def numbered(request: int, customer_id: str) -> str:
    """The id of a customer among those of many requests."""
    return f"{request}:{customer_id}"


def own_id(numbered_id: str) -> str:
    """The id of a customer as it was posted."""
    return numbered_id.split(":", 1)[1]


def table_of(entity: str, batch: Sequence[Posted], *, shapes: Shapes) -> pa.Table:
    """The rows of one entity in all requests, every value as text, with the columns of lineage."""
    columns = shapes.columns[entity]
    rows = [
        _row(row, entity, request=request, at=at, shapes=shapes)
        for request, posted in enumerate(batch)
        for at, row in enumerate(getattr(posted, entity))
    ]
    schema = pa.schema([(name, pa.string()) for name in columns])
    return pa.Table.from_pylist(rows, schema=schema)


def _row(row: Row, entity: str, *, request: int, at: int, shapes: Shapes) -> dict[str, str | None]:
    given = {name: value for name, value in row.items() if name != "attributes"}
    given |= _known_attributes(row.get("attributes") or {}, shapes)
    key = KEYS.get(entity)
    if key is not None:
        # A key that this project maps tells rows apart; one that is missing is a row of its own.
        given[key] = f"{request}:{given[key]}" if given.get(key) is not None else f"{request}#{at}"
    given["customer_id"] = numbered(request, str(row["customer_id"]))
    place = {"source_name": _BATCH, "batch_id": _BATCH, "file_name": str(request), "row_number": at}
    place |= {"landed_at": "1970-01-01 00:00:00", "is_deleted": False}
    return {name: _text(value, shapes.zone) for name, value in (given | place).items()}


def _known_attributes(attributes: Row, shapes: Shapes) -> Row:
    for name in attributes:
        if name not in shapes.attributes:
            near = nearest(name, shapes.attributes)
            raise UnknownName(
                f"there is no attribute '{name}'" + (f"; did you mean '{near}'?" if near else ""),
                where="customers.attributes",
                hint=f"There are: {', '.join(shapes.attributes) or 'none'}.",
            )
    return attributes


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # the first or last day that there is
        return moment.replace(tzinfo=None)


def _text(value: Any, zone: ZoneInfo) -> str | None:
    """A value as the database reads it; a moment with an offset in the project's time zone."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return _local(value, zone).isoformat(sep=" ")
    return str(value)
