"""Releases: immutable folders of Parquet, and one pointer that says which is current.

People and programs read the current release, never the warehouse, so a run never disturbs them
and they never see half of one. The pointer is a small file that is replaced in one move.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from regulars.core.errors import ReleaseError

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Release:
    """One release: its id, when and from what it was made, and the rows of every table.

    `synthetic` names the sources whose rows were made up because they failed.
    """

    release_id: str
    run_id: str
    project: str
    created_at: str
    as_of: str
    tables: dict[str, int]
    version: str = ""
    synthetic: tuple[str, ...] = ()
    format: int = FORMAT


class Releases:
    """The releases of one project, in `<state>/releases`."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "releases"
        self._pointer = self.folder / "CURRENT"

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

    def seal(self, release: Release) -> None:
        """Write the manifest: the folder is complete from now on."""
        manifest = self.path(release.release_id) / MANIFEST
        _replace(manifest, json.dumps(asdict(release), indent=2))

    def publish(self, release_id: str) -> None:
        """Make a sealed release the current one."""
        self.read(release_id)
        _replace(self._pointer, release_id)

    def read(self, release_id: str) -> Release:
        """The manifest of a release. Raises ReleaseError where it is missing or not sealed."""
        manifest = self.path(release_id) / MANIFEST
        try:
            release = Release(**json.loads(manifest.read_text("utf-8")))
        except FileNotFoundError:
            raise ReleaseError(
                f"there is no release {release_id}", where=str(self.folder)
            ) from None
        except (ValueError, TypeError) as error:
            raise ReleaseError(f"the manifest is damaged: {error}", where=str(manifest)) from None
        if release.format > FORMAT:
            raise ReleaseError(
                f"release {release_id} was written by a newer version",
                hint="pip install --upgrade regulars",
            )
        return release

    @property
    def is_published(self) -> bool:
        """Whether there is a current release."""
        return self._pointer.exists()

    def current(self) -> Release:
        """The release that people see. Raises ReleaseError where nothing was published yet."""
        return self.read(self.current_id())

    def current_id(self) -> str:
        """The id in the pointer. Raises ReleaseError where nothing was published yet."""
        try:
            return self._pointer.read_text("utf-8").strip()
        except FileNotFoundError:
            raise ReleaseError(
                "nothing has been published yet",
                where=str(self.folder.parent.parent),
                hint="Run `regulars run` first.",
            ) from None

    def sealed(self) -> list[Release]:
        """All complete releases, newest first."""
        found = [self.read(path.parent.name) for path in self.folder.glob(f"*/{MANIFEST}")]
        return sorted(found, key=lambda one: (one.created_at, one.release_id), reverse=True)

    def prune(self, *, keep: int) -> list[str]:
        """Remove all but the newest releases and the current one; the ids that went.

        A folder without a manifest is what a killed run left behind: it goes as well.
        """
        current = self.current().release_id
        gone = [one.release_id for one in self.sealed()[keep:] if one.release_id != current]
        folders = [path for path in sorted(self.folder.iterdir()) if path.is_dir()]
        gone += [path.name for path in folders if not (path / MANIFEST).exists()]
        for release_id in gone:
            # first what makes it a release: a reader of what is left knows that it is going
            (self.path(release_id) / MANIFEST).unlink(missing_ok=True)
            shutil.rmtree(self.path(release_id))
        return gone


def _replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
