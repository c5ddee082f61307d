"""Open a release for reading: its Parquet files as tables of an in-memory database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import DataError, ReleaseError
from regulars.core.settings import Project
from regulars.release.advice_report import ChurnAdvice
from regulars.release.churn_report import ChurnReport
from regulars.release.contract import ReleaseFile
from regulars.release.migrations import columns_of_format_2
from regulars.release.project_facts import ProjectFacts, ReleaseManifest
from regulars.release.release_files import read_file
from regulars.release.release_store import MANIFEST, Releases
from regulars.release.table_files import table_files
from regulars.release.value_report import ValueReport
from regulars.warehouse.engines.duckdb_reader import DuckDBReader
from regulars.warehouse.lookups import ParquetLookup

File = TypeVar("File", bound=ReleaseFile)


class Reading:
    """One release, read-only by construction: the same numbers however long it is held.

    Many threads may ask at once. A question that takes longer than `seconds` raises QueryTimeout.
    """

    def __init__(self, folder: Path, *, seconds: float | None = None) -> None:
        self.folder = folder
        self._columns: dict[str, list[str]] = {}
        self._lookups: dict[str, ParquetLookup] = {}
        files = table_files(folder)
        self._database = DuckDBReader(files, seconds=seconds, columns=self._older_columns)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """A small result as one dictionary a row."""
        records: list[dict[str, Any]] = self.arrow(sql, parameters).to_pylist()
        return records

    def arrow(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """A result in Arrow."""
        return self._database.arrow(sql, _unicode(parameters))

    def row_of(self, table: str, customer_id: str, columns: Sequence[str]) -> dict[str, Any] | None:
        """One customer's row of a table that has one row per customer; quicker than a query."""
        if self._older_columns.get(table):
            names = ", ".join(f'"{name}"' for name in columns)
            sql = f'select {names} from "{table}" where customer_id = ?'
            return next(iter(self.rows(sql, [customer_id])), None)
        if table not in self._lookups:
            path = self.folder / f"{table}.parquet"
            self._lookups[table] = ParquetLookup(path, key="customer_id")
        return self._lookups[table].row(customer_id, columns)

    def batches(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[pa.RecordBatch]:
        """A large result as a stream; other questions may go between."""
        return self._database.batches(sql, _unicode(parameters))

    def showing(self, columns: Mapping[str, str]) -> DuckDBReader:
        """The tables in a session of its own, with what is selected of each here."""
        return self._database.showing(columns)

    def locked(self, tables: Iterable[str], *, seconds: float, memory_limit: str) -> DuckDBReader:
        """Some tables in an engine of their own, which reads this folder and nothing else."""
        files = {name: paths for name, paths in table_files(self.folder).items() if name in tables}
        return DuckDBReader(
            files,
            seconds=seconds,
            memory_limit=memory_limit,
            columns=self._older_columns,
            only_in=self.folder,
        )

    def session(self) -> Reading:
        """The same release through a connection of its own; close it when done."""
        twin = copy(self)
        twin._database = self._database.session()
        return twin

    def close(self) -> None:
        """Let go of this session's connection."""
        self._database.close()

    def columns(self, table: str) -> list[str]:
        """Column names of a table, in order; empty where the release has no such table."""
        if table not in self._columns:
            path = self.folder / f"{table}.parquet"
            if not path.exists():
                return []
            self._columns[table] = self.arrow(f'select * from "{table}" limit 0').column_names
        return list(self._columns[table])

    def has(self, table: str) -> bool:
        """Whether the release holds this table."""
        return (self.folder / f"{table}.parquet").exists()

    @cached_property
    def _older_columns(self) -> dict[str, str]:
        """Columns of tables of an older release, under today's names."""
        profile = self.folder / "customer_360_profile.parquet"
        try:
            if not profile.exists() or "value_at_risk" in pq.read_schema(profile).names:
                return {}
        except pa.ArrowInvalid:
            return {}  # damaged: the reader says so
        project = read_file(ProjectFacts, self.folder)
        value = read_file(ValueReport, self.folder)
        columns = columns_of_format_2(
            value_column=project.value_column if project else None,
            value_from=value.priority_from if value else None,
        )
        return dict.fromkeys(("customer_360_profile", "customer_scored"), columns)

    @cached_property
    def manifest(self) -> ReleaseManifest:
        """Release id, run, as-of date, rows per table."""
        return self._needed(ReleaseManifest)

    @property
    def as_of(self) -> date:
        """The day that the release looks back from."""
        return date.fromisoformat(self.manifest.as_of[:10])

    @cached_property
    def project(self) -> ProjectFacts:
        """What the project says of itself: currency, churn, segment order, personal data."""
        return self._needed(ProjectFacts)

    @cached_property
    def churn(self) -> ChurnReport | None:
        """The report of the churn estimator; None where nobody is scored."""
        return read_file(ChurnReport, self.folder)

    @cached_property
    def value(self) -> ValueReport | None:
        """How predicted values were chosen and tested, and how long members stay."""
        return read_file(ValueReport, self.folder)

    @cached_property
    def advice(self) -> ChurnAdvice | None:
        """Which kind of churn and which horizon fit, as advised when the release was made."""
        return read_file(ChurnAdvice, self.folder)

    @property
    def is_there(self) -> bool:
        """Whether the release was not removed since it was opened."""
        return (self.folder / MANIFEST).exists()

    def _needed(self, kind: type[File]) -> File:
        """A file that every release holds."""
        content = read_file(kind, self.folder)
        if content is None:
            raise ReleaseError(
                f"the release holds no {kind.file_name}",
                where=str(self.folder),
                hint="`regulars run --resume-from stage` writes a new release.",
            )
        return content


def _unicode(parameters: Sequence[object]) -> Sequence[object]:
    """The parameters; DataError for text that no table can hold: half of a surrogate pair."""
    for parameter in parameters:
        try:
            if isinstance(parameter, str):
                parameter.encode()
        except UnicodeEncodeError:
            raise DataError(f"{parameter!a} is no Unicode text") from None
    return parameters


def read_current(project: Project, *, seconds: float | None = None) -> Reading:
    """The current release of a project. Raises ReleaseError where nothing was published yet."""
    releases = Releases(project.state)
    return Reading(releases.path(releases.current().release_id), seconds=seconds)
