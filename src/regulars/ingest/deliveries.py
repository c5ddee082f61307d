"""What a source has that is new: asked of files, servers, stores and databases alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from regulars.core.errors import SourceError
from regulars.core.settings import Project, Source
from regulars.ingest import ledger
from regulars.ingest.plans import Plan, plan_landing
from regulars.ingest.sources.files import FoundFile, content_of, find_files
from regulars.warehouse.protocol import Warehouse

Emit = Callable[[str, float | None], None]
_WEB = ("http://", "https://")
_STORE = "s3://"


@dataclass(frozen=True)
class Delivery:
    """One source at one moment; `folder` takes what has to be copied, `now` is naive UTC."""

    project: Project
    warehouse: Warehouse
    name: str
    now: datetime
    folder: Path
    emit: Emit

    @property
    def source(self) -> Source:
        return self.project.sources[self.name]

    def plan(self) -> Plan:
        """What there is to land.

        Raises SourceUnavailable where a server gives no answer, SourceError where a source is
        not as it should be.
        """
        if self.source.url is not None:
            from regulars.ingest.sources.database import plan_database

            return plan_database(
                self.project,
                self.name,
                warehouse=self.warehouse,
                now=self.now,
                folder=self.folder,
            )
        return self._plan_of(self._files())

    def instead(self, error: SourceError) -> Plan:
        """What to do after the source failed, as the project wishes; else the error again."""
        wish = self.source.on_failure
        if wish == "error":
            raise error
        return self._copy(error) or self._what_stays(error) or self._made_up(error)

    def _files(self) -> list[FoundFile]:
        path = self.source.path or ""
        if path.startswith(_WEB):
            from regulars.ingest.sources.http import Download

            download = Download(self.project, self.name)
            return [download.refresh(now=self.now, emit=self.emit)]
        if path.startswith(_STORE):
            from regulars.ingest.sources.object_storage import find_objects

            return find_objects(self.project, self.name, warehouse=self.warehouse)
        return find_files(self.project, self.name)

    def _plan_of(self, files: list[FoundFile]) -> Plan:
        return plan_landing(
            files,
            ledger.known_files(self.warehouse, self.name),
            load=self.source.load,
            reading=ledger.reading_of(self.source),
        )

    def _copy(self, error: SourceError) -> Plan | None:
        """The copy of an earlier download, where there is one."""
        if not (self.source.path or "").startswith(_WEB):
            return None
        from regulars.ingest.sources.http import Download

        download = Download(self.project, self.name)
        if download.fetched_at is None:
            return None
        said = f"{_failed(error)}; the copy fetched {download.fetched_at} UTC is used"
        return replace(self._plan_of([download.as_file()]), failure=said)

    def _what_stays(self, error: SourceError) -> Plan | None:
        """Nothing, where real rows were landed before."""
        known = ledger.known_files(self.warehouse, self.name)
        if not known:
            return None
        return Plan([], [], [], failure=f"{_failed(error)}; what was landed before stays")

    def _made_up(self, error: SourceError) -> Plan:
        if self.source.on_failure != "synthetic":
            raise SourceError(
                f"{error.what}, and nothing was landed before that could stand in",
                where=error.where,
                hint=error.hint,
            )
        said = f"{_failed(error)}; its rows are SYNTHETIC, made up by the recipe"
        if ledger.synthetic_batches(self.warehouse, self.name):
            return Plan([], [], [], failure=said)
        from regulars.ingest.sources.standby import make_standby

        file = make_standby(self.project, self.name, until=self.now.date(), folder=self.folder)
        return Plan([(file, content_of(file))], [], [], is_synthetic=True, failure=said)


def _failed(error: SourceError) -> str:
    return f"could not be read ({error.what})"
