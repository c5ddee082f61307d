"""Releases: immutable folders of Parquet, and one pointer that says which is current.

People and programs read the current release, never the warehouse, so a run never disturbs them
and they never see half of one. The pointer is a small file that is replaced in one move.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from regulars.core.errors import ReleaseError
from regulars.release.project_facts import ReleaseManifest
from regulars.release.release_files import as_text, read_file
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.run_questions import run_numbers

MANIFEST = ReleaseManifest.file_name
_ID = re.compile(r"\w[\w.-]*", re.ASCII)


class Releases:
    """The releases of one project, in `<state>/releases`."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "releases"
        self.pointer = self.folder / "CURRENT"
        self._ledger = Ledger(state)

    def path(self, release_id: str) -> Path:
        """The folder of a release."""
        return self.folder / release_id

    def prepare(self, release_id: str) -> Path:
        """An empty folder to write a new release into; leftovers of a killed run are removed."""
        path = self.path(release_id)
        if path.exists():
            shutil.rmtree(path)
        path.mkdir(parents=True)
        return path

    def seal(self, manifest: ReleaseManifest) -> None:
        """Write the manifest: the folder is complete from now on."""
        _replace(self.path(manifest.release_id) / MANIFEST, as_text(manifest))

    def publish(self, release_id: str) -> None:
        """Make a sealed release the current one."""
        self.read(release_id)
        _replace(self.pointer, release_id)

    def withdraw(self) -> None:
        """Let no release be the current one, until the next is published."""
        self.pointer.unlink(missing_ok=True)

    def read(self, release_id: str) -> ReleaseManifest:
        """The manifest of a release. Raises ReleaseError where it is missing or not sealed."""
        manifest = read_file(ReleaseManifest, self.path(release_id))
        if manifest is None:
            raise ReleaseError(
                f"there is no release {release_id}",
                where=str(self.folder),
                hint="`regulars run --resume-from stage` writes a new release.",
            )
        return manifest

    @property
    def is_published(self) -> bool:
        """Whether there is a current release."""
        return bool(self._pointed_at())

    def current(self) -> ReleaseManifest:
        """The release that people see. Raises ReleaseError where nothing was published yet."""
        return self.read(self.current_id())

    def current_id(self) -> str:
        """The id in the pointer. Raises ReleaseError where nothing was published yet."""
        release_id = self._pointed_at()
        if _ID.fullmatch(release_id):
            return release_id
        if self.pointer.exists():
            raise ReleaseError(
                "the file that names the current release is "
                + ("damaged" if release_id else "empty"),
                where=str(self.pointer),
                hint="`regulars release rollback ID` makes a release the current one, "
                "`regulars run --resume-from publish` the newest.",
            )
        raise ReleaseError(
            "nothing has been published yet",
            where=str(self.folder.parent.parent),
            hint="Run `regulars run` first.",
        )

    def _pointed_at(self) -> str:
        """The id in the pointer; empty where there is none."""
        try:
            return self.pointer.read_text("utf-8", errors="replace").strip().strip("\0")
        except FileNotFoundError:
            return ""

    def sealed(self) -> list[ReleaseManifest]:
        """All complete releases that can be read, newest first.

        The run records say which is newer: a clock may go back. Time decides only where they no
        longer know the runs.
        """
        numbers = run_numbers(self._ledger)
        releases = [release for _, release in self._found() if release is not None]
        return sorted(
            releases,
            key=lambda release: (
                numbers.get(release.run_id, 0),
                release.created_at,
                release.release_id,
            ),
            reverse=True,
        )

    def older(self) -> list[ReleaseManifest]:
        """The releases before the current one, newest first; all where that one is damaged."""
        releases, current = self.sealed(), self.current_id()
        ids = [release.release_id for release in releases]
        return releases[ids.index(current) + 1 :] if current in ids else releases

    def damaged(self) -> list[str]:
        """Releases whose manifest is damaged or was written by a newer version, by their id."""
        return [release_id for release_id, release in self._found() if release is None]

    def _found(self) -> Iterator[tuple[str, ReleaseManifest | None]]:
        """Each folder with a manifest; one that cannot be read must not stop work on others."""
        for path in sorted(self.folder.glob(f"*/{MANIFEST}")):
            release_id = path.parent.name
            try:
                yield release_id, self.read(release_id)
            except ReleaseError:
                yield release_id, None

    def prune(self, *, keep: int) -> list[str]:
        """Remove all but the newest releases and the current one; the ids that went.

        A folder without a manifest is what a killed run left behind: it goes as well. One whose
        manifest cannot be read stays: a newer version may have written it.
        """
        current = self.current().release_id
        gone = [
            release.release_id for release in self.sealed()[keep:] if release.release_id != current
        ]
        return self.remove([*gone, *self.unsealed()])

    def unsealed(self) -> list[str]:
        """Folders without a manifest, which a killed run left behind."""
        if not self.folder.exists():
            return []
        folders = [path for path in sorted(self.folder.iterdir()) if path.is_dir()]
        return [path.name for path in folders if not (path / MANIFEST).exists()]

    def remove(self, release_ids: list[str]) -> list[str]:
        """Remove these releases; their ids."""
        for release_id in release_ids:
            # first what makes it a release: a reader of what is left knows that it is going
            (self.path(release_id) / MANIFEST).unlink(missing_ok=True)
            shutil.rmtree(self.path(release_id))
        return release_ids


def _replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
