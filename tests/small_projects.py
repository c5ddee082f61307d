"""A project made from text that a test writes, run through the front door, and looked into."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from regulars.core.progress import Progress, Silent
from regulars.core.settings import PROJECT_FILE, Project, read_project
from regulars.flows.run import RunOutcome, RunRequest, run
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.opening import open_warehouse

NOON = datetime(2024, 7, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class SmallProject:
    """A folder with a project file and raw files; the clock goes a minute from run to run."""

    folder: Path

    @property
    def project(self) -> Project:
        return read_project(self.folder)

    def copied(self, folder: Path) -> SmallProject:
        """A copy with everything that was run: a test that changes it changes nobody else's."""
        shutil.copytree(self.folder, folder)
        return SmallProject(folder)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write raw files (or `regulars.yaml`) into the folder; text loses its indentation."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def change(self, old: str, new: str) -> None:
        """Change the project file; what is changed must stand in it."""
        text = (self.folder / PROJECT_FILE).read_text("utf-8")
        assert old in text
        self.write({PROJECT_FILE: text.replace(old, new)})

    def run(
        self,
        *steps: str,
        at: datetime | None = None,
        force: bool = False,
        keep_going: bool = False,
        resume_from: str | None = None,
        as_of: date | None = None,
        progress: Progress | None = None,
    ) -> RunOutcome:
        """Run what is stale of these steps, or of all; each run a minute after the one before."""
        before = len(Ledger(self.project.state).runs(limit=10_000))
        now = at or NOON + timedelta(minutes=before)
        request = RunRequest(
            plots=False,
            only=list(steps) or None,
            force=force,
            keep_going=keep_going,
            resume_from=resume_from,
            as_of=as_of,
        )
        return run(self.project, request, progress=progress or Silent(), clock=lambda: now)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query; layers are schemas, such as gold.customer_features."""
        warehouse = open_warehouse(self.project)
        try:
            return warehouse.rows(sql)
        finally:
            warehouse.close()

    def column(self, sql: str) -> list[Any]:
        """The only column of a query."""
        return [row[0] for row in self.rows(sql)]

    def records(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query as dicts."""
        warehouse = open_warehouse(self.project)
        try:
            return warehouse.arrow(sql).to_pylist()
        finally:
            warehouse.close()


def small_project(folder: Path, files: Mapping[str, str | bytes]) -> SmallProject:
    """A project of these files; one of them is `regulars.yaml`."""
    folder.mkdir(parents=True, exist_ok=True)
    made = SmallProject(folder)
    made.write(files)
    return made
