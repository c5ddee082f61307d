"""Parquet files that stand in bronze by reference: a copy that never changes, and a view over it.

Making a table from a Parquet file costs more than all that reads it later. So a landed file is
copied into `<state>/landed` under the digest of its bytes, `ops.referenced_files` records how it is
read, and the bronze view of its source joins the files. A view names a file by its place in the
state folder, so a project may be copied or moved. A file that no record names is an orphan, which
no view reads; the next landing removes it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from regulars.core.errors import SourceError
from regulars.core.settings import Source
from regulars.ingest.bronze_columns import LINEAGE, FileColumns, widened_type
from regulars.ingest.landing_plan import LandingPlan
from regulars.ingest.sources.files import FoundFile, file_format, sha256
from regulars.ingest.sources.scans import Scan, literal, quoted
from regulars.warehouse.protocol import Warehouse

FOLDER = "landed"
MOST_FILES = 50  # of one source: a view over more takes longer to plan than a table to read
_TABLE = "referenced_files"
_COLUMNS = ("source", "batch_id", "file", "place", "scan", "columns", "landed_at")


@dataclass(frozen=True)
class ReferencedFiles:
    """The referenced files of one source."""

    warehouse: Warehouse
    source: str

    def claim(self, plan: LandingPlan, source: Source) -> bool:
        """Whether the files of a plan stand by reference; where not, the source is a table."""
        files = [file for file, _ in plan.files]
        if not plan.is_synthetic and self.takes(files, source):
            return True
        self.give_way()
        return False

    def takes(self, files: Sequence[FoundFile], source: Source) -> bool:
        """Whether these files can stand by reference: not beside rows that lie in a table.

        Only a delivered file has a digest of its bytes; rows that were asked for have another.
        """
        if self.warehouse.file_folder is None or source.path is None:
            return False
        known = self._records()
        return (
            (bool(known) or not self.warehouse.columns("bronze", self.source))
            and len(known) + len(files) <= MOST_FILES
            and all(file.uri is None for file in files)
            and all(file_format(file.path, source) == "parquet" for file in files)
        )

    def copied(self, file: FoundFile, *, digest: str) -> FoundFile:
        """The file as it is read from now on: its copy, whatever becomes of the original.

        A link would not do, because programs write a file anew in its place. Raises SourceError
        where the file was written to since its digest was computed.
        """
        assert self.warehouse.file_folder is not None
        place = f"{FOLDER}/{digest}.parquet"
        path = self.warehouse.file_folder / place
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".new")
            try:
                shutil.copyfile(file.path, draft)
                if sha256(draft) != digest:
                    raise SourceError(
                        "changed while it was landed",
                        where=file.name,
                        hint="Run again when the program that writes it is done.",
                    )
                with draft.open("rb+") as copy:
                    os.fsync(copy.fileno())
                draft.replace(path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        return replace(file, path=Path(place))

    def add(
        self, scan: Scan, file: FoundFile, *, batch_id: str, landed_at: datetime
    ) -> FileColumns:
        """Record a file and let the view show its rows; its columns beside those before."""
        held = self.warehouse.columns("bronze", self.source)
        record = (
            self.source, batch_id, file.name, file.path.as_posix(), scan.sql,
            json.dumps(scan.columns), landed_at.isoformat(sep=" "),
        )  # fmt: skip
        data = {
            name: pa.array([value], pa.string())
            for name, value in zip(_COLUMNS, record, strict=True)
        }
        self.warehouse.create_table("ops", _TABLE, dict.fromkeys(_COLUMNS, "varchar"))
        self.warehouse.append_table("ops", _TABLE, pa.table(data))
        self.warehouse.create_view("bronze", self.source, self._view())
        given = {name: kind for name, kind in held.items() if name not in LINEAGE}
        return FileColumns(given, dict(scan.columns))

    def give_way(self) -> None:
        """Let the rows lie in a table, for what a view over files cannot take in."""
        if not self._records():
            return
        view = self.warehouse.relation("bronze", self.source)
        table = self.warehouse.relation("bronze", f"_made_{self.source}")
        self.warehouse.execute(f"create or replace table {table} as select * from {view}")
        self.warehouse.execute(f"drop view {view}")
        self.warehouse.execute(f"alter table {table} rename to {quoted(self.source)}")
        self.warehouse.execute(
            f"delete from {self.warehouse.relation('ops', _TABLE)} where source = ?", [self.source]
        )

    def _records(self) -> list[tuple[str, ...]]:
        if not self.warehouse.columns("ops", _TABLE):
            return []
        return [
            tuple(map(str, row))
            for row in self.warehouse.rows(
                f"select batch_id, file, scan, columns, landed_at "
                f"from {self.warehouse.relation('ops', _TABLE)} where source = ? "
                "order by landed_at, batch_id, file",
                [self.source],
            )
        ]

    def _view(self) -> str:
        """All files, each with all columns, in the types that hold the values of all."""
        records = self._records()
        shapes: list[dict[str, str]] = [json.loads(columns) for _, _, _, columns, _ in records]
        types: dict[str, str] = {}
        for shape in shapes:
            for name, kind in shape.items():
                held = types.get(name, kind)
                types[name] = (
                    kind if held == kind else widened_type(self.warehouse, held=held, given=kind)
                )
        return " union all ".join(
            f"select {', '.join(_as_typed(types, shape))}, {literal(batch_id)} as _batch_id, "
            f"{literal(file)} as _file, _row_number, timestamp '{landed_at}' as _landed_at "
            f"from ({scan})"
            for (batch_id, file, scan, _, landed_at), shape in zip(records, shapes, strict=True)
        )


def _as_typed(types: dict[str, str], shape: dict[str, str]) -> Iterable[str]:
    """The columns of one file in the types of all; null for those that it does not have."""
    for name, kind in types.items():
        column = quoted(name)
        if shape.get(name) == kind:
            yield column
        else:
            yield f"cast({column if name in shape else 'null'} as {kind}) as {column}"


def tidy_copies(warehouse: Warehouse) -> None:
    """Remove orphans. Raises SourceError where the copy of a landed file is gone."""
    for place in _places(warehouse):
        if warehouse.file_folder is None or not (warehouse.file_folder / place).exists():
            raise SourceError(
                "the copy of a landed file is missing",
                where=str((warehouse.file_folder or Path()) / place),
                hint="Restore it from a backup, or move the warehouse file away: the next run "
                "lands the sources again.",
            )
    remove_orphans(warehouse)


def remove_orphans(warehouse: Warehouse) -> list[str]:
    """Remove copies that no record names, such as those of a killed landing; what went."""
    gone = orphans(warehouse)
    for name in gone:
        (_folder(warehouse) / name).unlink(missing_ok=True)
    return gone


def orphans(warehouse: Warehouse) -> list[str]:
    """Names of copies that no record names."""
    if warehouse.file_folder is None or not _folder(warehouse).exists():
        return []
    known = {Path(place).name for place in _places(warehouse)}
    return sorted(path.name for path in _folder(warehouse).iterdir() if path.name not in known)


def _places(warehouse: Warehouse) -> list[str]:
    if not warehouse.columns("ops", _TABLE):
        return []
    return [str(row[0]) for row in warehouse.rows(
        f"select distinct place from {warehouse.relation('ops', _TABLE)}"
    )]  # fmt: skip


def _folder(warehouse: Warehouse) -> Path:
    return (warehouse.file_folder or Path()) / FOLDER
