"""Tables as they would land, in memory, with a look at every column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from regulars.core.settings import Source
from regulars.ingest.inference.column_profiles import Column, profile_column
from regulars.ingest.inference.date_formats import Order
from regulars.ingest.inference.file_groups import FileGroup
from regulars.ingest.inference.preset_files import Preset
from regulars.ingest.sources.readers import scan_of
from regulars.ingest.sources.scans import Scan, quoted
from regulars.warehouse.protocol import Warehouse

ALL_ROWS_BELOW = 300_000_000  # bytes of a delivery; of a larger one a sample is looked at
SAMPLE_ROWS = 2_000_000


@dataclass(frozen=True)
class Table:
    """A delivery, loaded: its rows are in `relation`."""

    name: str
    delivery: FileGroup
    relation: str
    rows: int
    columns: dict[str, Column]
    preset: Preset | None = None  # the export of a known system that it is

    @property
    def source(self) -> Source:
        """How its files are read."""
        return self.delivery.source

    @property
    def is_sample(self) -> bool:
        """Whether only some of the rows were looked at."""
        return _size(self.delivery) >= ALL_ROWS_BELOW

    @property
    def has_header(self) -> bool:
        """Whether the file names its columns."""
        return not self.source.columns

    def of_kind(self, *kinds: str) -> list[Column]:
        """Columns of these kinds, in the file's order."""
        return [column for column in self.columns.values() if column.kind in kinds]


def load_table(warehouse: Warehouse, delivery: FileGroup, *, workspace: Path, today: date) -> Table:
    """Load a delivery, or a sample of it, and look at its columns; SourceError as in a landing."""
    relation = warehouse.relation("main", delivery.name)
    sample = (
        f" using sample {SAMPLE_ROWS} rows (reservoir, 7)"
        if _size(delivery) >= ALL_ROWS_BELOW
        else ""
    )
    for number, file in enumerate(delivery.files):
        scan: Scan | None = scan_of(file, delivery.source, warehouse=warehouse, workspace=workspace)
        while scan is not None:
            query = f"select * exclude (_row_number) from ({scan.sql}){sample}"
            if number == 0:
                warehouse.execute(f"create or replace table {relation} as {query}")
            else:
                warehouse.append_scan("main", delivery.name, query)
            rows = int(warehouse.rows(f"select count(*) from {relation}")[0][0])
            better = scan.inspect(rows).better if number == 0 and not sample else None
            scan = better() if better else None
    return profiled(warehouse, delivery, today=today)


def profiled(warehouse: Warehouse, delivery: FileGroup, *, today: date) -> Table:
    """A loaded delivery with a look at its columns."""
    relation = warehouse.relation("main", delivery.name)
    rows = int(warehouse.rows(f"select count(*) from {relation}")[0][0])
    stored = warehouse.columns("main", delivery.name)
    columns = {}
    for name, kind in stored.items():
        column = Column(name, kind, rows=rows)
        columns[name] = profile_column(warehouse, relation, column, today=today)
    columns = _with_shared_order(warehouse, relation, columns, today=today)
    return Table(delivery.name, delivery, relation, rows, columns)


def renamed(warehouse: Warehouse, table: Table, names: dict[str, str]) -> Table:
    """The same table with other column names, where the file has none."""
    for old, new in names.items():
        warehouse.execute(
            f"alter table {table.relation} rename column {quoted(old)} to {quoted(new)}"
        )
    source = table.source.model_copy(update={"columns": [names[name] for name in table.columns]})
    return replace(
        table,
        delivery=replace(table.delivery, source=source),
        columns={names[old]: replace(c, name=names[old]) for old, c in table.columns.items()},
    )


def _with_shared_order(
    warehouse: Warehouse, relation: str, columns: dict[str, Column], *, today: date
) -> dict[str, Column]:
    """Dates that tell day from month decide for the others of the table, when they agree."""
    readings = [column.dates for column in columns.values() if column.dates is not None]
    orders: set[Order] = {
        reading.order for reading in readings if reading.order and not reading.ambiguous
    }
    if len(orders) != 1:
        return columns
    order = orders.pop()
    return {
        name: profile_column(
            warehouse,
            relation,
            Column(name, column.stored, rows=column.rows),
            today=today,
            order=order,
        )
        if column.dates is not None and column.dates.ambiguous
        else column
        for name, column in columns.items()
    }


def _size(delivery: FileGroup) -> int:
    return sum(file.size for file in delivery.files)
