"""Databases by URL: whole tables, or only what is beyond the newest row that was read.

An incremental read is half-open: beyond the watermark, up to the newest value there was when it
was asked for. Rows that come later with a value at or before the watermark are noticed by their
number, and the stretch that is looked back at (`overlap`) is then read again; rows that were read
before are merged by their keys when they are cleaned.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from regulars.core.errors import SourceError
from regulars.core.fingerprints import fingerprint_of
from regulars.core.settings import Project, Source
from regulars.ingest import batch_records
from regulars.ingest.batch_records import KnownFile
from regulars.ingest.landing_plan import LandingPlan
from regulars.ingest.source_reading import reading_of
from regulars.ingest.sources.files import FoundFile
from regulars.ingest.sources.tables_read import content_digest, write_parquet
from regulars.ingest.watermarks import Watermark, before, last_watermark
from regulars.warehouse.databases.connecting import open_database
from regulars.warehouse.databases.source_database import Condition, Database
from regulars.warehouse.protocol import Warehouse

FIRST_ROWS = 100_000


def plan_database(
    project: Project, name: str, *, warehouse: Warehouse, now: datetime, folder: Path
) -> LandingPlan:
    """Ask a database what is new, and read that into the folder. `now` is naive UTC."""
    source = project.sources[name]
    assert source.url is not None
    url = source.url.get_secret_value()
    with closing(open_database(url, root=project.root, timeout=source.timeout)) as database:
        reading = _Reading(source, name, database, warehouse, now, folder)
        return reading.what_is_new() if source.since_column else reading.everything()


def first_rows_of_database(
    source: Source, *, root: Path, warehouse: Warehouse, now: datetime, folder: Path
) -> FoundFile:
    """The first rows of a table or query, for a look; the whole of a large one is never read."""
    assert source.url is not None
    url = source.url.get_secret_value()
    with closing(open_database(url, root=root, timeout=source.timeout)) as database:
        reading = _Reading(source, "", database, warehouse, now, folder)
        sql = f"select * from {reading.origin} limit {FIRST_ROWS}"
        path, _ = write_parquet(database.batches(sql), folder, warehouse=warehouse)
        return FoundFile(path, reading.file_name, path.stat().st_size, 0)


@dataclass(frozen=True)
class _Reading:
    """One reading of one source."""

    source: Source
    name: str
    database: Database
    warehouse: Warehouse
    now: datetime
    folder: Path

    @property
    def origin(self) -> str:
        if self.source.query is not None:
            return f"({self.source.query.strip().rstrip(';')}) origin"
        return self.database.name(self.source.table or "")

    @property
    def file_name(self) -> str:
        return self.source.table or "query"

    def everything(self) -> LandingPlan:
        """All rows, unless they are those that were landed last."""
        known = batch_records.known_files(self.warehouse, self.name)
        current = self._read_alike(known)
        state = self._changed()
        if state is not None and any(known_file.sha256 == state for known_file in current[-1:]):
            return LandingPlan([], [], [])
        file = self._read(self._window())
        digest = state or content_digest(self.warehouse, file.path)
        if any(known_file.sha256 == digest for known_file in current[-1:]):
            return LandingPlan([], [], [])
        replaced = known if self.source.load == "replace" else _others(known, current)
        return LandingPlan(
            [(file, digest)], sorted({known_file.batch_id for known_file in replaced}), []
        )

    def what_is_new(self) -> LandingPlan:
        """Rows beyond the watermark, and late ones."""
        known = batch_records.known_files(self.warehouse, self.name)
        current = self._read_alike(known)
        batches = {known_file.batch_id for known_file in current}
        mark = last_watermark(self.warehouse, self.name, batches=batches)
        high = self._newest()
        if high is None and current:
            return LandingPlan([], [], [])
        beyond = self._beyond(mark, high)
        if beyond is None:
            return LandingPlan([], [], [])
        file = self._read([*beyond, *self._window()])
        replaced = sorted({other.batch_id for other in _others(known, current)})
        notes = [] if mark or high is None else self._without_value()
        digest = content_digest(self.warehouse, file.path)
        return LandingPlan([(file, digest)], replaced, notes, watermark=self._mark(high))

    @property
    def _since(self) -> str:
        return self.database.name(self.source.since_column or "")

    def _newest(self) -> Any:
        return self._one(f"max({self._since})", self._window())

    def _beyond(self, mark: Watermark | None, high: Any) -> list[Condition] | None:
        """The bounds of what is new; None where nothing is."""
        upper = [Condition(self._since, "<=", high)] if high is not None else []
        if mark is None:
            return upper
        start = mark.before(self.source.overlap)
        came_late = self._count(start, mark.high) != mark.tail_rows
        if not came_late and high <= mark.high:
            return None
        lower = Condition(self._since, ">=", start)
        return [lower if came_late else Condition(self._since, ">", mark.high), *upper]

    def _mark(self, high: Any) -> Watermark | None:
        if high is None:
            return None
        column = self.source.since_column or ""
        start = before(high, self.source.overlap, column=column)
        return Watermark(column, high, self._count(start, high))

    def _count(self, start: Any, end: Any) -> int:
        bounds = [Condition(self._since, ">=", start), Condition(self._since, "<=", end)]
        return int(self._one("count(*)", bounds))

    def _without_value(self) -> list[str]:
        rows, given = self.database.rows(
            f"select count(*), count({self._since}) from {self.origin}", self._window()
        )[0]
        without = rows - given
        return [f"{without:,} rows without {self.source.since_column} are not read"] * (without > 0)

    def _changed(self) -> str | None:
        """What tells cheaply that the table is as it was; None where nothing does."""
        if self.source.changed_by is None:
            return None
        column = self.database.name(self.source.changed_by)
        rows, newest = self.database.rows(
            f"select count(*), max({column}) from {self.origin}", self._window()
        )[0]
        return fingerprint_of([str(rows), str(newest)])

    def _window(self) -> list[Condition]:
        window = self.source.window
        if window is None:
            return []
        column = self.database.name(window.column)
        sample = self.database.rows(f"select max({column}) from {self.origin}")[0][0]
        first = self.now.date() - timedelta(days=window.days)
        return [Condition(column, ">=", _like(sample, first))]

    def _one(self, expression: str, conditions: list[Condition]) -> Any:
        return self.database.rows(f"select {expression} from {self.origin}", conditions)[0][0]

    def _read(self, conditions: list[Condition]) -> FoundFile:
        batches = self.database.batches(f"select * from {self.origin}", conditions)
        path, _ = write_parquet(batches, self.folder, warehouse=self.warehouse)
        return FoundFile(path, self.file_name, path.stat().st_size, 0)

    def _read_alike(self, known: list[KnownFile]) -> list[KnownFile]:
        reading = reading_of(self.source)
        return [file for file in known if file.reading == reading]


def _others(known: list[KnownFile], current: list[KnownFile]) -> list[KnownFile]:
    return [file for file in known if file not in current]


def _like(sample: Any, day: date) -> Any:
    """A day's first moment in the type that the column has."""
    if sample is None or isinstance(sample, str):
        return day.isoformat()
    if isinstance(sample, datetime):
        return datetime(day.year, day.month, day.day, tzinfo=sample.tzinfo)
    if isinstance(sample, date):
        return day
    raise SourceError(
        "window: the column holds neither dates nor times",
        hint="Name another column, or put the condition into a `query`.",
    )
