"""Land every source append-only in bronze: each row keeps its batch, its file and its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from regulars.core.errors import EmptyFile, EngineError, SourceError
from regulars.core.fingerprints import fingerprint_of
from regulars.core.settings import Project, Source
from regulars.ingest import batch_records
from regulars.ingest.batch_records import Batch, LandedFile
from regulars.ingest.bronze_columns import FileColumns, fit_table, whole_batches
from regulars.ingest.changed_columns import ColumnCheck
from regulars.ingest.derived import create_derived
from regulars.ingest.file_mapping import mapped_columns
from regulars.ingest.landed import FileObservation, Landed, LandedSource
from regulars.ingest.landing_plan import LandingPlan
from regulars.ingest.planning import SourcePlanner
from regulars.ingest.quality.floor import refuse_shrinking
from regulars.ingest.referenced_files import ReferencedFiles, tidy_copies
from regulars.ingest.source_reading import reading_of
from regulars.ingest.sources.columnar import parquet_scan
from regulars.ingest.sources.files import FoundFile
from regulars.ingest.sources.object_storage import store_error
from regulars.ingest.sources.readers import scan_of
from regulars.ingest.sources.retrying import RetryPolicy
from regulars.ingest.sources.scans import (
    MalformedRow,
    Scan,
    literal,
    nothing_split,
    with_usual_names,
)
from regulars.ingest.sources.warehouse_tables import Relation, find_relation
from regulars.ingest.watermarks import record_watermark
from regulars.warehouse.dialects import dialect_of
from regulars.warehouse.protocol import Warehouse

Report = Callable[[str, float | None], None]


def land(
    project: Project,
    warehouse: Warehouse,
    *,
    now: datetime,
    report: Report | None = None,
    retry_policy: RetryPolicy | None = None,
    accepts_schema: bool = False,
) -> Landed:
    """Land what is new in every source; each source takes effect whole or not at all.

    Raises SourceError for a source that cannot be read: a file that is missing, empty, cut off or
    in another encoding, a server that gives no answer (after the retries that the source allows)
    or refuses. Raises DataError for a file whose mapped columns changed, unless `accepts_schema`.
    """
    emit = report or (lambda _message, _share: None)
    landed_at = (now.astimezone(UTC) if now.tzinfo else now).replace(tzinfo=None)
    workspace = project.state / "landing"
    shutil.rmtree(workspace, ignore_errors=True)  # a killed run may have left copies behind
    batch_records.create_ledger(warehouse)
    tidy_copies(warehouse)
    if any(source.on_failure == "synthetic" for source in project.sources.values()):
        from regulars.ingest.sources.fallback import check_fallbacks

        check_fallbacks(project)
    done = []
    try:
        for name, source in project.sources.items():
            if source.sql is None:
                landing = SourceLanding(
                    project, warehouse, name, landed_at, workspace, emit, accepts_schema
                )
                done.append(landing.run(retry_policy or RetryPolicy()))
                shutil.rmtree(workspace, ignore_errors=True)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
    create_derived(project, warehouse)
    return Landed(tuple(done))


@dataclass(frozen=True)
class SourceLanding:
    """The landing of one source; `max_rows` of each file, where not all are wanted."""

    project: Project
    warehouse: Warehouse
    name: str
    landed_at: datetime
    workspace: Path
    emit: Report
    accepts_schema: bool
    max_rows: int | None = None

    @property
    def source(self) -> Source:
        return self.project.sources[self.name]

    @property
    def referenced(self) -> ReferencedFiles:
        return ReferencedFiles(self.warehouse, self.name)

    def run(self, retry_policy: RetryPolicy) -> LandedSource:
        """Land what is new, after as many retries as the source allows; else what is to be done."""
        source = self.source
        try:
            return retry_policy.run(
                self._attempt,
                retries=source.retries,
                delay=source.retry_delay,
                emit=lambda text: self.emit(f"{self.name}: {text}", None),
            )
        except SourceError as error:
            return self.deliver(self._planner().fallback(error))

    def _attempt(self) -> LandedSource:
        if self.source.table is not None and self.source.url is None:
            relation = find_relation(self.project, self.name, warehouse=self.warehouse)
            return self._stand(relation)
        return self.deliver(self._planner().plan())

    def _planner(self) -> SourcePlanner:
        return SourcePlanner(
            self.project,
            self.warehouse,
            self.name,
            self.landed_at,
            self.workspace / "delivered",
            self.emit,
        )

    def deliver(self, plan: LandingPlan) -> LandedSource:
        """Land what the plan names, whole or not at all."""
        if not plan.files:
            return LandedSource(self.name, None, notes=tuple(plan.notes), failure=plan.failure)
        with whole_batches(self.warehouse, self.name), self.warehouse.transaction():
            return self._land(plan)

    def _land(self, plan: LandingPlan) -> LandedSource:
        content = fingerprint_of(digest for _, digest in plan.files)
        batch_id = f"{self.name}-{self.landed_at:%Y%m%dT%H%M%S%fZ}-{content[:8]}"
        total = sum(file.size for file, _ in plan.files) or 1
        landed: list[LandedFile] = []
        done = 0
        refers = self.max_rows is None and self.referenced.claim(plan, self.source)
        land_file = self._refer_to_file if refers else self._land_file
        for file, digest in plan.files:
            self.emit(f"{self.name}: {file.name}", done / total)
            landed.append(land_file(file, plan, digest=digest, batch_id=batch_id))
            done += file.size
        if not self.accepts_schema:
            ColumnCheck(self.project, self.warehouse, self.name, batch_id).run(landed)
        batch = Batch(
            batch_id,
            self.name,
            self.source.load,
            self.landed_at,
            reading_of(self.source),
            landed,
            plan.is_synthetic,
        )
        self._record(batch, plan)
        return LandedSource(
            self.name,
            batch_id,
            len(landed),
            batch.rows,
            batch.malformed,
            tuple(plan.notes),
            plan.failure,
            self._observations(landed),
            batch.outside,
        )

    def _observations(self, landed: list[LandedFile]) -> tuple[FileObservation, ...]:
        """What somebody should know of the files."""
        columns = (
            column for file in landed for column in (*file.columns.held, *file.columns.given)
        )
        mapped = {column.raw for column in mapped_columns(self.project, self.name, set(columns))}
        return tuple(
            observation for file in landed for observation in file.observations(mapped=mapped)
        )

    def _record(self, batch: Batch, plan: LandingPlan) -> None:
        refuse_shrinking(self.warehouse, self.source, batch, replaced=plan.replaced)
        batch_records.supersede(self.warehouse, plan.replaced)
        batch_records.forget_synthetic(self.warehouse, self.name)
        batch_records.record(self.warehouse, batch)
        if plan.watermark is not None:
            record_watermark(
                self.warehouse, plan.watermark, batch_id=batch.batch_id, source=self.name
            )
        self.emit(f"{self.name}: {batch.rows:,} rows", 1.0)

    def _stand(self, relation: Relation) -> LandedSource:
        """A view on a table of the warehouse, and a batch for the state that it is in."""
        reading = reading_of(self.source)
        known = batch_records.known_files(self.warehouse, self.name)
        if any((file.sha256, file.reading) == (relation.content, reading) for file in known):
            return LandedSource(self.name, None)
        batch_id = f"{self.name}-{self.landed_at:%Y%m%dT%H%M%S%fZ}-{relation.content[:8]}"
        landed = LandedFile(
            FoundFile(Path(relation.name), relation.name, 0, 0),
            relation.content,
            relation.rows,
            [],
            FileColumns({}, {}),
        )
        batch = Batch(batch_id, self.name, self.source.load, self.landed_at, reading, [landed])
        query = relation.view(
            batch_id=batch_id,
            landed_at=self.landed_at.isoformat(sep=" "),
            dialect=dialect_of(self.warehouse.engine),
        )
        with self.warehouse.transaction():
            self.referenced.give_way()
            try:
                self.warehouse.create_view("bronze", self.name, query)
            except EngineError as error:
                raise SourceError(
                    f"no view can stand for it: {error.what}",
                    where=f"sources.{self.name}",
                    hint="Where files were landed under this name before, take another name.",
                ) from None
            self._record(batch, LandingPlan([], [file.batch_id for file in known], []))
        return LandedSource(self.name, batch_id, 0, relation.rows)

    def _refer_to_file(
        self, file: FoundFile, plan: LandingPlan, *, digest: str, batch_id: str
    ) -> LandedFile:
        copy = self.referenced.copied(file, digest=digest)
        scan = with_usual_names(
            parquet_scan(copy, warehouse=self.warehouse), self.source.other_names
        )
        columns = self.referenced.add(scan, copy, batch_id=batch_id, landed_at=self.landed_at)
        rows = int(self.warehouse.scan(f"select count(*) from ({scan.sql})")[0][0])
        return LandedFile(file, digest, rows, [], columns, scan.outside)

    def _land_file(
        self, file: FoundFile, plan: LandingPlan, *, digest: str, batch_id: str
    ) -> LandedFile:
        place = self.workspace / "copies"
        # Synthetic files have a format of their own, whatever the source's is.
        source = Source(path=file.name) if plan.is_synthetic else self.source
        try:
            scan = scan_of(file, source, warehouse=self.warehouse, workspace=place)
        except EmptyFile:
            is_last = file == plan.files[-1][0]
            if is_last and not self.warehouse.columns("bronze", self.name):
                raise  # no other file holds anything, beside which it would only be named
            return LandedFile(file, digest, 0, [], FileColumns({}, {}))
        scan = with_usual_names(scan, self.source.other_names)
        columns = fit_table(self.warehouse, self.name, scan)
        rows, malformed = self._rows_of(scan, file, batch_id=batch_id)
        shutil.rmtree(place, ignore_errors=True)
        if rows == 0 and malformed:
            raise nothing_split(file.name, malformed)
        return LandedFile(file, digest, rows, malformed, columns, scan.outside)

    def _rows_of(
        self, scan: Scan, file: FoundFile, *, batch_id: str
    ) -> tuple[int, list[MalformedRow]]:
        """Append a file's rows; a scan that turns out to be bad is taken back for a better one."""
        while True:
            rows = self._append(scan, file, batch_id=batch_id)
            if rows == self.max_rows:
                return rows, []
            result = scan.inspect(rows)
            if result.better is None:
                return rows, result.malformed
            scan = result.better()
            self.warehouse.execute(
                f"delete from {self.warehouse.relation('bronze', self.name)} "
                "where _batch_id = ? and _file = ?",
                [batch_id, file.name],
            )

    def _append(self, scan: Scan, file: FoundFile, *, batch_id: str) -> int:
        stamped = (
            f"select *, {literal(batch_id)} as _batch_id, {literal(file.name)} as _file, "
            f"timestamp '{self.landed_at.isoformat(sep=' ')}' as _landed_at from ({scan.sql})"
            + (f" limit {self.max_rows}" if self.max_rows is not None else "")
        )
        try:
            return self.warehouse.append_scan("bronze", self.name, stamped)
        except EngineError as error:
            if file.uri is not None:
                raise store_error(error, where=file.name) from None
            raise SourceError(
                f"cannot be read: {error.what}",
                where=file.name,
                hint=f"Check sources.{self.name} (format, delimiter, encoding) in regulars.yaml.",
            ) from None
