"""Tables of a release as AWS Glue describes them, for Athena and other readers of Glue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_FORMAT = "org.apache.hadoop.hive.ql.io.parquet"
_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
_TYPES: Sequence[tuple[Any, str]] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int8, "tinyint"),
    (pa.types.is_int16, "smallint"),
    (pa.types.is_int32, "int"),
    (pa.types.is_integer, "bigint"),
    (pa.types.is_float32, "float"),
    (pa.types.is_floating, "double"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "timestamp"),
    (pa.types.is_binary, "binary"),
)


def table_input(name: str, file: Path, *, location: str, release_id: str) -> dict[str, Any]:
    """A table over the Parquet files at a place of a store; `file` is one of them."""
    return {
        "Name": name.lower(),
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "parquet", "regulars.release": release_id},
        "StorageDescriptor": {
            "Columns": [
                {"Name": field.name.lower(), "Type": hive_type(field.type)}
                for field in pq.read_schema(file)
            ],
            "Location": location,
            "InputFormat": f"{_FORMAT}.MapredParquetInputFormat",
            "OutputFormat": f"{_FORMAT}.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": _SERDE},
        },
    }


def hive_type(kind: pa.DataType) -> str:
    """The name that Glue and Athena give to a type of Arrow."""
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"array<{hive_type(kind.value_type)}>"
    if pa.types.is_dictionary(kind):
        return hive_type(kind.value_type)
    return next((name for is_one, name in _TYPES if is_one(kind)), "string")
