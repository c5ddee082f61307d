"""How many values of a column can be read as what the project file takes them for.

A rough judge of samples, the same on every engine: it compares one file with others. What becomes
of a single value is decided by the cleaning models.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from regulars.ingest.file_mapping import MappedColumn
from regulars.ingest.moment_formats import moment_sql
from regulars.ingest.number_formats import number_sql
from regulars.ingest.sources.scans import literal
from regulars.warehouse.protocol import Warehouse

_FLAGS = ("true", "t", "yes", "y", "1", "1.0", "false", "f", "no", "n", "0", "0.0")
_FEW, _MANY = 2, 10


@dataclass(frozen=True)
class ReadableCount:
    """Values of a file that hold something, and those of them that can be read."""

    given: int
    readable: int
    example: str = ""  # a value that cannot be read

    @property
    def parse_errors(self) -> int:
        """Values that hold something and cannot be read."""
        return self.given - self.readable

    @property
    def is_lost(self) -> bool:
        """Whether it is the column that changed, and not a value here and there that is wrong."""
        if self.given >= _MANY:
            return self.readable < self.given / 2
        return self.given >= _FEW and self.readable == 0


def is_typed(column: MappedColumn) -> bool:
    """Whether a value of the column can be a parse error at all."""
    if column.rules is None:
        return False
    rules = column.rules
    is_open = column.kind == "flag" and rules.true and not rules.false  # other texts mean false
    return column.kind in ("number", "integer", "timestamp", "date", "flag") and not is_open


def readable_counts(
    warehouse: Warehouse, column: MappedColumn, sample: pa.Table
) -> dict[str, ReadableCount]:
    """Per file of a sample (`_file` and columns as text), how many values can be read."""
    rows = warehouse.scan(
        f"select file, count(*), count(*) filter ({_is_readable(column)}), "
        f"coalesce(min(value) filter (not coalesce({_is_readable(column)}, false)), '') from ("
        "select unnest(?::varchar[]) as file, trim(unnest(?::varchar[])) as value"
        ") where value <> '' group by file",
        [sample["_file"].to_pylist(), sample[column.raw].to_pylist()],
    )
    return {str(file): ReadableCount(*counts) for file, *counts in rows}


def _is_readable(column: MappedColumn) -> str:
    assert column.rules is not None
    if column.kind == "flag":
        own_texts = [text.lower() for text in (*column.rules.true, *column.rules.false)]
        return f"lower(value) in ({', '.join(map(literal, (*_FLAGS, *own_texts)))})"
    if column.kind in ("timestamp", "date"):
        return f"{moment_sql('value', column.rules.format)} is not null"
    return _is_number(column.rules.decimal)


def _is_number(mark: str) -> str:
    """A number, with signs of money or thousands around it; '12,50' is none where points mark."""
    other = "," if mark == "." else "."
    cents = f"regexp_matches(value, {literal(f'^[^{mark}]*[{other}][0-9]{{1,2}}[^0-9{mark}]*$')})"
    return f"(not {cents} and {number_sql('value', decimal=mark)} is not null)"
