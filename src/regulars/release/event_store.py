"""Single events as Parquet beside the warehouse: written once, then linked into every release.

A file is named by what its rows were made from, so equal names hold equal rows, and a file that is
there need not be written again. A name appears once its rows are safe on the disk. No file is ever
changed, because releases are links to it. `events.json` lists the files of the newest release;
what it does not list is an orphan that nobody reads, and goes with the next release.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

LIST = "events.json"
Write = Callable[[Path], int]
Link = Callable[[Path, Path], None]


class EventStore:
    """The files of events of one project, in `<state>/events/<table>`.

    `link` makes a second name of a file; where it fails, releases hold copies.
    """

    def __init__(self, state: Path, *, link: Link = os.link) -> None:
        self.folder = state / "events"
        self._link = link

    def provide(self, name: str, write: Write) -> int:
        """Let the file of this name be there, written only where it is not; its rows."""
        path = self.folder / name
        rows = _rows(path)
        if rows is not None:
            return rows
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        try:
            rows = write(draft)
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return rows

    def place(self, name: str, target: Path) -> None:
        """A file under a second name outside of the store: a link, or a copy where none can be."""
        path = self.folder / name
        try:
            self._link(path, target)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            shutil.copyfile(path, target)

    def keep(self, files: dict[str, int]) -> list[str]:
        """Hold these files (name and rows) and no others; the names that went."""
        self._write_list(files)
        return self.remove_orphans()

    def forget(self, path: Path) -> None:
        """Take one file off the list: the next release that needs its rows writes them again."""
        name = path.relative_to(self.folder).as_posix()
        stored = json.loads((self.folder / LIST).read_text("utf-8"))
        self._write_list({other: rows for other, rows in stored.items() if other != name})

    def _write_list(self, files: dict[str, int]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{LIST}.new"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(dict(sorted(files.items())), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / LIST)

    def listed(self) -> frozenset[str]:
        """The files of the newest release, by `events.json`; none where there is no such list."""
        try:
            return frozenset(json.loads((self.folder / LIST).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return frozenset()

    def orphans(self) -> list[str]:
        """Files that no list names: what a killed run left behind, or older releases needed."""
        known = {LIST, *self.listed()}
        return sorted(set(self._names()) - known)

    def damaged(self) -> list[str]:
        """Files of the list that are missing or cannot be read: the next release has them anew."""
        return sorted(name for name in self.listed() if _rows(self.folder / name) is None)

    def remove_orphans(self) -> list[str]:
        """Remove what no list names; the names that went."""
        gone = self.orphans()
        for name in gone:
            (self.folder / name).unlink(missing_ok=True)
        return gone

    def _names(self) -> Iterable[str]:
        files: Iterator[Path] = (path for path in self.folder.rglob("*") if path.is_file())
        return (path.relative_to(self.folder).as_posix() for path in files)


def _rows(path: Path) -> int | None:
    """Rows of a Parquet file by its footer; None where it is missing, cut short or damaged."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowInvalid):
        return None
