"""What there is to land of a source: asked of files, servers, stores and databases alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from regulars.core.errors import SourceError
from regulars.core.settings import Project, Source
from regulars.ingest import batch_records
from regulars.ingest.batch_records import KnownFile
from regulars.ingest.sources.files import FoundFile, content_of, find_files
from regulars.ingest.watermarks import Watermark
from regulars.warehouse.protocol import Warehouse

Emit = Callable[[str, float | None], None]
_WEB = ("http://", "https://")
_STORE = "s3://"


@dataclass(frozen=True)
class LandingPlan:
    """The files to land, the batches that they replace, and what there is to say."""

    files: list[tuple[FoundFile, str]]
    replaced: list[str]
    notes: list[str]
    watermark: Watermark | None = None
    is_synthetic: bool = False
    failure: str | None = None  # why this is not what the source has now


def plan_landing(
    found: list[FoundFile], known: list[KnownFile], *, load: str, reading: str
) -> LandingPlan:
    """Compare the files that are there with those of current batches.

    Files are the same by path, size and time, or else by content. A source whose files are read
    in another way than before (`reading`) lands again, except batches of which files are gone.
    """
    if load == "replace":
        return _plan_replace(found, known, reading=reading)
    stale = {file.batch_id for file in known if file.reading != reading}
    here = {file.name for file in found}
    kept = {file.batch_id for file in known if file.batch_id in stale and file.name not in here}
    current = [file for file in known if file.batch_id not in stale - kept]
    notes = [
        f"batch {batch} was read with other settings and stays: some of its files are gone"
        for batch in sorted(kept)
    ]
    files = []
    digests = {file.sha256: file.name for file in current}
    for file in found:
        if _is_known(file, current):
            continue
        digest = content_of(file)
        if digest in digests:
            if digests[digest] != file.name:
                notes.append(f"{file.name}: same content as {digests[digest]}, not landed again")
            continue
        digests[digest] = file.name
        files.append((file, digest))
    return LandingPlan(files, sorted(stale - kept), notes)


def _plan_replace(found: list[FoundFile], known: list[KnownFile], *, reading: str) -> LandingPlan:
    batches = sorted({file.batch_id for file in known})
    same_way = len(batches) == 1 and all(file.reading == reading for file in known)
    if same_way and len(found) == len(known) and all(_is_known(file, known) for file in found):
        return LandingPlan([], [], [])
    digests = [(file, content_of(file)) for file in found]
    before = sorted((file.name, file.sha256) for file in known)
    if same_way and before == sorted((file.name, digest) for file, digest in digests):
        return LandingPlan([], [], [])
    return LandingPlan(digests, batches, [])


def _is_known(file: FoundFile, known: list[KnownFile]) -> bool:
    seen = (file.name, file.size, file.modified_ns)
    newest = {old.name: (old.name, old.size, old.modified_ns) for old in known}
    return newest.get(file.name) == seen


@dataclass(frozen=True)
class SourcePlanner:
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

    def plan(self) -> LandingPlan:
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

    def fallback(self, error: SourceError) -> LandingPlan:
        """What to do after the source failed, as the project wishes; else the error again."""
        wish = self.source.on_failure
        if wish == "error":
            raise error
        return self._copy(error) or self._what_stays(error) or self._synthetic(error)

    def _files(self) -> list[FoundFile]:
        path = self.source.path or ""
        if path.startswith(_WEB):
            from regulars.ingest.sources.web_files import Download

            download = Download(self.project, self.name)
            return [download.refresh(now=self.now, emit=self.emit)]
        if path.startswith(_STORE):
            from regulars.ingest.sources.object_storage import find_objects

            return find_objects(self.project, self.name, warehouse=self.warehouse)
        return find_files(self.project, self.name)

    def _plan_of(self, files: list[FoundFile]) -> LandingPlan:
        return plan_landing(
            files,
            batch_records.known_files(self.warehouse, self.name),
            load=self.source.load,
            reading=batch_records.reading_of(self.source),
        )

    def _copy(self, error: SourceError) -> LandingPlan | None:
        """The copy of an earlier download, where there is one."""
        if not (self.source.path or "").startswith(_WEB):
            return None
        from regulars.ingest.sources.web_files import Download

        download = Download(self.project, self.name)
        if download.fetched_at is None:
            return None
        said = f"{_failed(error)}; the copy fetched {download.fetched_at} UTC is used"
        return replace(self._plan_of([download.as_file()]), failure=said)

    def _what_stays(self, error: SourceError) -> LandingPlan | None:
        """Nothing, where real rows were landed before."""
        known = batch_records.known_files(self.warehouse, self.name)
        if not known:
            return None
        return LandingPlan([], [], [], failure=f"{_failed(error)}; what was landed before stays")

    def _synthetic(self, error: SourceError) -> LandingPlan:
        if self.source.on_failure != "synthetic":
            raise SourceError(
                f"{error.what}, and nothing was landed before that could stand in",
                where=error.where,
                hint=error.hint,
            )
        said = f"{_failed(error)}; its rows are SYNTHETIC, generated by the recipe"
        if batch_records.synthetic_batches(self.warehouse, self.name):
            return LandingPlan([], [], [], failure=said)
        from regulars.ingest.sources.fallback import make_fallback

        file = make_fallback(self.project, self.name, until=self.now.date(), folder=self.folder)
        return LandingPlan([(file, content_of(file))], [], [], is_synthetic=True, failure=said)


def _failed(error: SourceError) -> str:
    return f"could not be read ({error.what})"
