"""The columns of a bronze table: created by the first file, widened by later ones."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.ingest.sources.scans import Scan
from regulars.warehouse.protocol import Warehouse

LINEAGE = {
    "_batch_id": "varchar",
    "_file": "varchar",
    "_row_number": "bigint",
    "_landed_at": "timestamp",
}


@dataclass(frozen=True)
class FileColumns:
    """The columns of a file beside those that its bronze table had before."""

    held: dict[str, str]  # by the table before, with their types; empty for the first file
    given: dict[str, str]  # by the file

    @property
    def new(self) -> list[str]:
        """Columns that no earlier file had."""
        return [name for name in self.given if name not in self.held] if self.held else []

    @property
    def absent(self) -> list[str]:
        """Columns of earlier files that this one does not have."""
        return sorted(name for name in self.held if name not in self.given)


def fit_table(warehouse: Warehouse, source: str, scan: Scan) -> FileColumns:
    """Create the bronze table of a source, or widen it by new columns and types."""
    existing = warehouse.columns("bronze", source)
    if not existing:
        warehouse.create_table("bronze", source, scan.columns | LINEAGE)
        return FileColumns({}, dict(scan.columns))
    for name, kind in scan.columns.items():
        if name not in existing:
            warehouse.add_column("bronze", source, name=name, kind=kind)
    _widen_types(warehouse, source, scan=scan, existing=existing)
    held = {name: kind for name, kind in existing.items() if name not in LINEAGE}
    return FileColumns(held, dict(scan.columns))


def _widen_types(
    warehouse: Warehouse, source: str, *, scan: Scan, existing: dict[str, str]
) -> None:
    """Let a typed column hold what a later file has in it: both, or else text."""
    for name, kind in scan.columns.items():
        held = existing.get(name, kind)
        if held == kind:
            continue
        both = widened_type(warehouse, held=held, given=kind)
        if both != held:
            warehouse.change_column("bronze", source, name=name, kind=both)


def widened_type(warehouse: Warehouse, *, held: str, given: str) -> str:
    """The type that holds the values of both."""
    return str(
        warehouse.scan(
            f"select typeof(value) from (select null::{held} as value "
            f"union all select null::{given}) limit 1"
        )[0][0]
    )
