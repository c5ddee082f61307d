"""Which of two deliveries of a key is the later one: known from the files, not from the clock.

Files come in the order of their names, numbers in them compared as numbers: `sales_9` is before
`sales_10`. So the same files give the same tables whether they landed together, one by one, in any
order, or again into an empty warehouse. Only deliveries of one and the same file are ordered by
which landed later: there the newest one is what the file says now.
"""

from __future__ import annotations

import re

import pyarrow as pa

from regulars.ingest.batch_records import NEWEST_LAST, create_ledger
from regulars.warehouse.protocol import Warehouse

TABLE = "file_order"
_SCHEMA = pa.schema(
    [
        ("batch_id", pa.string()),
        ("file", pa.string()),
        ("place", pa.int64()),  # of the file among all files, by name
        ("version", pa.int64()),  # of the delivery among all deliveries, by landing
    ]
)
_NUMBER = re.compile(r"(\d+)")


def write_file_order(warehouse: Warehouse) -> None:
    """Write `ops.file_order`: one row per delivered file, with its place and its version."""
    create_ledger(warehouse)  # of an earlier version it may lack the number of a delivery
    files = warehouse.rows(
        f"select batches.batch_id, files.file from {warehouse.relation('ops', 'batches')} as "
        f"batches join {warehouse.relation('ops', 'batch_files')} as files "
        f"on batches.batch_id = files.batch_id order by {NEWEST_LAST}, files.file"
    )
    names = {name for _, name in files}
    places = {name: place for place, name in enumerate(sorted(names, key=name_order), start=1)}
    versions: dict[str, int] = {}
    for batch, _ in files:
        versions.setdefault(batch, len(versions) + 1)
    rows = [
        {"batch_id": batch, "file": name, "place": places[name], "version": versions[batch]}
        for batch, name in files
    ]
    warehouse.replace_table("ops", TABLE, pa.Table.from_pylist(rows, schema=_SCHEMA))


def name_order(name: str) -> tuple[list[str | int], str]:
    """What file names are sorted by: texts as texts, numbers as numbers."""
    parts = _NUMBER.split(name)  # every second one is a number
    return [int(part) if at % 2 else part.casefold() for at, part in enumerate(parts)], name
