"""Receipts: what a table holds, as one hash that is the same on every engine.

A value is written as canonical text: numbers without needless zeros, floating point with nine
significant digits, moments in ISO 8601, null as nothing at all. Rows are sorted by that text, so
neither their order nor the engine's own way to print a number matters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pyarrow as pa

from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.protocol import Warehouse

_VALUE, _ROW = "chr(31)", "chr(30)"


@dataclass(frozen=True)
class Receipt:
    """A table (layer.name), its number of rows, and the hash of its columns and rows."""

    table: str
    rows: int
    hash: str


def receipt(warehouse: Warehouse, tables: Iterable[str]) -> list[Receipt]:
    """The receipts of these tables, each named as layer.name, such as gold.dim_customer."""
    return [_receipt(warehouse, table) for table in tables]


def as_json(receipts: Iterable[Receipt]) -> str:
    """Receipts as a JSON list of table, rows and hash, sorted by table."""
    listed = sorted((asdict(receipt) for receipt in receipts), key=lambda line: line["table"])
    return json.dumps(listed, indent=2)


def _receipt(warehouse: Warehouse, table: str) -> Receipt:
    layer, name = table.split(".")
    query = f"select * from {warehouse.relation(layer, name)}"
    workbench = DuckDBWarehouse(None)
    try:
        texts = _canonical_rows(warehouse, query, workbench)
        digest = hashlib.sha256("\x1f".join(warehouse.columns(layer, name)).encode())
        for batch in workbench.arrow_batches(f"select text from {texts} order by text"):
            joined = "\x1e".join(batch.column(0).to_pylist())
            digest.update(b"\x1e" + joined.encode())
        rows = int(workbench.rows(f"select count(*) from {texts}")[0][0])
    finally:
        workbench.close()
    return Receipt(table, rows, digest.hexdigest())


def _canonical_rows(warehouse: Warehouse, query: str, workbench: DuckDBWarehouse) -> str:
    """A table of the workbench with the canonical text of every row."""
    target = "main.canonical"
    workbench.execute(f"create table {target} (text varchar)")
    for batch in warehouse.arrow_batches(query):
        if batch.num_rows:
            rows = pa.Table.from_batches([batch])
            with workbench.registered(rows) as name:
                text = _row_text(rows.schema)
                workbench.execute(f"insert into {target} select {text} from {name}")
    return target


def value_texts(schema: pa.Schema) -> list[str]:
    """SQL of the canonical text of each column; null stays null."""
    return [_value_text(_quoted(field.name), field.type) for field in schema]


def _row_text(schema: pa.Schema) -> str:
    """SQL of a row's canonical text."""
    return f" || {_VALUE} || ".join(f"coalesce({text}, '')" for text in value_texts(schema))


def _value_text(column: str, kind: pa.DataType) -> str:
    """SQL of a value's canonical text; null stays null, and other text starts with a mark."""
    if pa.types.is_floating(kind):
        plain = f"printf('%.8e', cast({column} as double) + 0.0)"
    elif pa.types.is_decimal(kind) or pa.types.is_integer(kind):
        whole = f"regexp_replace(cast({column} as varchar), '([.][0-9]*?)0+$', '\\1')"
        plain = f"regexp_replace({whole}, '[.]$', '')"
    elif pa.types.is_timestamp(kind):
        plain = f"strftime(cast({column} as timestamp), '%Y-%m-%dT%H:%M:%S.%f')"
    else:
        plain = f"cast({column} as varchar)"
    return f"'=' || {plain}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
