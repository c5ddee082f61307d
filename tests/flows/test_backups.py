"""A backup is whole or says so, and comes back as it was."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from regulars.core.errors import DataError, LockedError, SettingsError
from regulars.core.lock import project_lock
from regulars.core.settings import read_project
from regulars.flows.health.backups import CONTENTS, back_up, read_backup, restore
from regulars.flows.health.examining import examine
from regulars.warehouse.ledger import Ledger
from tests.full_release import FullRelease
from tests.small_projects import NOON


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = FullRelease().project(tmp_path / "shop")
    (root / "sales.csv").write_text("who,day,total\nanna,2024-06-01,5\n", "utf-8")
    ledger = Ledger(root / ".regulars")
    ledger.start_run("one", command="run", now=NOON, version="1")
    (root / ".regulars" / "logs").mkdir()
    (root / ".regulars" / "logs" / "regulars.log").write_text("a line", "utf-8")
    return root


def files_of(root: Path) -> dict[str, bytes]:
    """The files below a folder, without records, which SQLite writes in its own way."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "ops.sqlite"
    }


@pytest.mark.parametrize("name", ["shop.tar", "shop.tar.gz"])
def test_what_was_backed_up_comes_back(shop: Path, tmp_path: Path, name: str) -> None:
    contents = back_up(read_project(shop), tmp_path / name, now=NOON, with_sources=True)
    assert "sales.csv" in contents.files
    restored = tmp_path / "other" / "shop"
    assert restore(tmp_path / name, restored, replace=False, now=NOON) == contents
    before = files_of(shop)
    del before[".regulars/run.lock"], before[".regulars/logs/regulars.log"]
    assert files_of(restored) == before
    assert [run.run_id for run in Ledger(restored / ".regulars").runs()] == ["one"]
    assert examine(read_project(restored)).findings == ()


def test_sources_stay_where_they_are_unless_asked_for(shop: Path, tmp_path: Path) -> None:
    assert "sales.csv" not in back_up(read_project(shop), tmp_path / "b.tar", now=NOON).files


def test_records_are_copied_while_a_reader_has_them_open(shop: Path, tmp_path: Path) -> None:
    records = shop / ".regulars" / "ops.sqlite"
    with closing(sqlite3.connect(records)) as reader:
        Ledger(shop / ".regulars").start_run("two", command="run", now=NOON, version="1")
        reader.execute("select * from runs").fetchone()
        back_up(read_project(shop), tmp_path / "b.tar", now=NOON)
    restore(tmp_path / "b.tar", tmp_path / "new", replace=False, now=NOON)
    assert len(Ledger(tmp_path / "new" / ".regulars").runs()) == 2


def test_a_standing_project_is_quarantine_only_where_asked(shop: Path, tmp_path: Path) -> None:
    back_up(read_project(shop), tmp_path / "b.tar", now=NOON)
    (shop / ".regulars" / "later.json").write_text("{}", "utf-8")
    before = files_of(shop)
    with pytest.raises(SettingsError, match="a project stands in this folder"):
        restore(tmp_path / "b.tar", shop, replace=False, now=NOON)
    assert files_of(shop) == before
    restore(tmp_path / "b.tar", shop, replace=True, now=NOON)
    assert not (shop / ".regulars" / "later.json").exists()
    aside = shop / "before-restore-20240701T120000"
    assert (aside / ".regulars" / "later.json").exists()
    assert (aside / "regulars.yaml").exists()


def test_nobody_writes_meanwhile(shop: Path, tmp_path: Path) -> None:
    project = read_project(shop)
    back_up(project, tmp_path / "b.tar", now=NOON)
    with project_lock(project.state, command="run", now=NOON):
        with pytest.raises(LockedError):
            back_up(project, tmp_path / "c.tar", now=NOON)
        with pytest.raises(LockedError):
            restore(tmp_path / "b.tar", shop, replace=True, now=NOON)
    assert not list(tmp_path.glob("c.tar*"))
    with pytest.raises(SettingsError, match="there is a file of this name"):
        back_up(project, tmp_path / "b.tar", now=NOON)


def rewritten(archive: Path, change: dict[str, bytes], *, add: dict[str, bytes]) -> None:
    """The archive with other contents of some files, and with files before its list."""
    with tarfile.open(archive) as old:
        members = {member.name: old.extractfile(member).read() for member in old}  # type: ignore[union-attr]
    listed = members.pop(CONTENTS)
    with tarfile.open(archive, "w") as new:
        for name, content in {**members, **add, CONTENTS: listed, **change}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz"])
@pytest.mark.parametrize("share", [0.0, 0.4, 0.97])
def test_an_archive_that_was_cut_off_restores_nothing(
    shop: Path, tmp_path: Path, name: str, share: float
) -> None:
    archive = tmp_path / name
    back_up(read_project(shop), archive, now=NOON)
    with gzip.open(archive) if name.endswith("gz") else archive.open("rb") as file:
        end = file.read().rfind(b"}\n") if name == "b.tar" else None
    content = archive.read_bytes()[:end]
    archive.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DataError, match="the archive is damaged"):
        restore(archive, tmp_path / "new", replace=False, now=NOON)
    assert files_of(tmp_path / "new") == {}


@pytest.mark.parametrize(
    "name", ["../outside", "/tmp/outside", ".regulars/../../outside", "..\\outside"]
)
def test_an_archive_cannot_write_elsewhere(shop: Path, tmp_path: Path, name: str) -> None:
    archive = tmp_path / "b.tar"
    back_up(read_project(shop), archive, now=NOON)
    rewritten(archive, {}, add={name: b"x"})
    with pytest.raises(DataError, match="would be written elsewhere"):
        restore(archive, tmp_path / "a" / "new", replace=False, now=NOON)
    assert not list(tmp_path.rglob("*outside"))


def test_a_changed_file_and_a_newer_archive_are_refused(shop: Path, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar"
    contents = back_up(read_project(shop), archive, now=NOON)
    shutil.copy(archive, tmp_path / "c.tar")
    rewritten(archive, {"regulars.yaml": b"version: 1"}, add={})
    with pytest.raises(DataError, match=r"'regulars\.yaml' is not what was backed up"):
        read_backup(archive)
    newer = json.dumps(contents.model_dump(mode="json") | {"format": 9})
    rewritten(tmp_path / "c.tar", {CONTENTS: newer.encode()}, add={})
    with pytest.raises(DataError, match="a newer version"):
        read_backup(tmp_path / "c.tar")
    with pytest.raises(DataError, match="there is no such archive"):
        read_backup(tmp_path / "none.tar")
