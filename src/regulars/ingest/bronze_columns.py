"""The columns of a bronze table: created by the first file, widened by later ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def whole_batches(warehouse: Warehouse, source: str) -> Iterator[None]:
    """Let bronze hold no row of a batch that is not on record.

    Where a transaction that fails cannot undo all, what is left of it goes: now if it fails, and
    before the next one if the program was stopped.
    """
    if warehouse.undoes_changes_of_tables:
        yield
        return
    _forget_unrecorded(warehouse, source)
    try:
        yield
    except BaseException:
        _forget_unrecorded(warehouse, source)
        raise


def _forget_unrecorded(warehouse: Warehouse, source: str) -> None:
    if warehouse.columns("bronze", source):
        warehouse.execute(
            f"delete from {warehouse.relation('bronze', source)} where _batch_id not in "
            f"(select batch_id from {warehouse.relation('ops', 'batches')} where source = ?)",
            [source],
        )
