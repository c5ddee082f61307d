"""Tables as they would land, in memory, with a look at every column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from regulars.core.names import snake_case
from regulars.core.settings import Source
from regulars.ingest.inference.column_profiles import Column, profile_column
from regulars.ingest.inference.date_formats import Order
from regulars.ingest.inference.file_groups import FileGroup
from regulars.ingest.inference.preset_files import Preset
from regulars.ingest.inference.table_samples import (
    PACKED,
    FileSample,
    chosen_files,
    sample_file,
    scaled,
)
from regulars.ingest.sources.files import COMPRESSED, file_format
from regulars.ingest.sources.readers import scan_of
from regulars.ingest.sources.scans import Scan, quoted
from regulars.warehouse.protocol import Warehouse

ALL_ROWS_BELOW = 64_000_000  # bytes of a delivery; of a larger one a sample is looked at
ALL_ROWS_OF_PARQUET = 1_500_000


@dataclass(frozen=True)
class Table:
    """A delivery, loaded: its rows, or a sample of them, are in `relation`.

    Of a sample, `rows` and the counts of columns are estimates for all rows.
    """

    name: str
    delivery: FileGroup
    relation: str
    rows: int
    columns: dict[str, Column]
    preset: Preset | None = None  # the export of a known system that it is
    factor: float = 1.0  # how many times as many rows there are as `relation` holds

    @property
    def source(self) -> Source:
        """How its files are read."""
        return self.delivery.source

    @property
    def subject(self) -> str:
        """What its name says that it is about: of a sheet the sheet's name, not the file's."""
        sheets = [snake_case(sheet) for sheet in self.source.sheet or []]
        named = [sheet for sheet in sheets if self.name.endswith(f"_{sheet}")]
        return named[0] if named else self.name

    @property
    def is_sample(self) -> bool:
        """Whether only some of the rows were looked at."""
        return self.factor > 1

    @property
    def has_header(self) -> bool:
        """Whether the file names its columns."""
        return not self.source.columns

    def of_kind(self, *kinds: str) -> list[Column]:
        """Columns of these kinds, in the file's order."""
        return [column for column in self.columns.values() if column.kind in kinds]


def load_table(warehouse: Warehouse, delivery: FileGroup, *, workspace: Path, today: date) -> Table:
    """Load a delivery, or a sample of it, and look at its columns; SourceError as in a landing."""
    size = sum(file.size for file in delivery.files)
    is_large = _is_large(delivery)
    files = chosen_files(delivery.files) if is_large else delivery.files
    parts = _Parts(warehouse, delivery.name)
    labels: dict[str, str] = {}
    taken = 0.0
    for file in files:
        sample = FileSample(file, 1.0)
        if is_large:
            part = file.size / sum(other.size for other in files)
            sample = sample_file(file, delivery.source, part=part, folder=workspace / "samples")
        taken += sample.share * file.size
        scan = scan_of(sample.file, delivery.source, warehouse=warehouse, workspace=workspace)
        parts.add(scan)
        labels = {**scan.labels, **labels}
    factor = size / taken if taken else 1.0
    return profiled(warehouse, delivery, today=today, factor=factor, labels=labels)


def profiled(
    warehouse: Warehouse,
    delivery: FileGroup,
    *,
    today: date,
    factor: float = 1.0,
    labels: Mapping[str, str] | None = None,
) -> Table:
    """A loaded delivery with a look at its columns.

    `factor` is how many times as many rows there are as were loaded: counts are scaled by it.
    """
    relation = warehouse.relation("main", delivery.name)
    rows = int(warehouse.rows(f"select count(*) from {relation}")[0][0])
    stored = warehouse.columns("main", delivery.name)
    columns = {}
    for name, kind in stored.items():
        column = Column(name, kind, rows=rows, label=(labels or {}).get(name, ""))
        columns[name] = profile_column(warehouse, relation, column, today=today)
    columns = _with_shared_order(warehouse, relation, columns, today=today)
    columns = {name: scaled(column, factor=factor) for name, column in columns.items()}
    return Table(delivery.name, delivery, relation, round(rows * factor), columns, factor=factor)


@dataclass
class _Parts:
    """The rows of a table, file by file; columns that only some files have are empty in others."""

    warehouse: Warehouse
    name: str
    columns: dict[str, str] | None = None

    def add(self, scan: Scan) -> None:
        """Add the rows of one file, read again where a first attempt missed some."""
        better: Scan | None = scan
        while better is not None:
            self.warehouse.execute(
                "create or replace temp table _part as "
                f"select * exclude (_row_number) from ({better.sql})"
            )
            rows = int(self.warehouse.rows("select count(*) from _part")[0][0])
            again = better.inspect(rows).better
            better = again() if again else None
        self._append(dict(scan.columns))

    def _append(self, columns: dict[str, str]) -> None:
        relation = self.warehouse.relation("main", self.name)
        if self.columns is None:
            self.warehouse.execute(f"create or replace table {relation} as select * from _part")
        elif self.columns == columns:
            self.warehouse.execute(f"insert into {relation} by name select * from _part")
        else:
            self.warehouse.execute(
                f"create or replace table {relation} as "
                f"select * from {relation} union all by name select * from _part"
            )
        self.columns = columns if self.columns in (None, columns) else {}


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
            Column(name, column.stored, rows=column.rows, label=column.label),
            today=today,
            order=order,
        )
        if column.dates is not None and column.dates.ambiguous
        else column
        for name, column in columns.items()
    }


def _is_large(delivery: FileGroup) -> bool:
    """Whether a sample is looked at instead of all rows; by sizes, and what Parquet says."""
    size = rows = 0
    for file in delivery.files:
        if file_format(file.path, delivery.source) == "parquet":
            import pyarrow.parquet as pq

            rows += pq.read_metadata(file.path).num_rows
        else:
            size += file.size * (PACKED if file.path.suffix.lower() in COMPRESSED else 1)
    return size > ALL_ROWS_BELOW or rows > ALL_ROWS_OF_PARQUET
