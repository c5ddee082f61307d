"""The store of events: nothing half-written is ever read, and it may be copied anywhere."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regulars.release.event_store import LIST, EventStore
from regulars.release.event_tables import write_events
from regulars.release.release_store import Releases
from regulars.release.table_files import table_files
from tests.release.events import AS_OF, DAY, Event, EventWarehouse
from tests.release.killed_release import release, warehouse_of

KILLED = Path(__file__).with_name("killed_release.py")
ROOT = KILLED.parents[2]


def keys_in(state: Path) -> list[str]:
    """Events of the current release, read as its readers do."""
    folder = Releases(state).path(Releases(state).current().release_id)
    files = table_files(folder)["fct_transactions"]
    return sorted(key for file in files for key in pq.read_table(file)["channel"].to_pylist())


def file_in(store: EventStore, name: str = "fct_touches/a.parquet") -> Path:
    path = store.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_killed_at_any_file_operation_no_orphan_is_read_and_the_next_release_is_whole(
    tmp_path: Path,
) -> None:
    ended = subprocess.run(
        [sys.executable, KILLED, tmp_path], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    deaths = int(ended.stdout)
    assert deaths > 20
    whole = warehouse_of(2)
    for number in range(1, deaths + 1):
        state = tmp_path / str(number)
        assert keys_in(state) in (["e0"], ["e0", "e1"]), number
        shutil.copytree(state, swept := tmp_path / f"{number}-swept")
        EventStore(swept).remove_orphans()
        assert keys_in(swept) == keys_in(state)
        assert EventStore(swept).orphans() == []
        release(state, "r3", whole)
        assert keys_in(state) == ["e0", "e1"], number
        assert EventStore(state).orphans() == EventStore(state).damaged() == []
        assert Releases(state).unsealed() == []


def test_a_store_that_is_copied_to_another_place_is_used_there(tmp_path: Path) -> None:
    release(tmp_path / "here", "r1", warehouse_of(1))
    shutil.copytree(tmp_path / "here", there := tmp_path / "there")
    shutil.rmtree(tmp_path / "here")
    assert keys_in(there) == ["e0"]
    (written,) = (there / "events").glob("fct_touches/*.parquet")
    before = written.stat().st_mtime_ns
    release(there, "r2", warehouse_of(1))
    assert written.stat().st_mtime_ns == before
    assert written.samefile(there / "releases" / "r2" / "fct_touches.parquet")


def test_where_no_file_can_have_two_names_releases_hold_copies(tmp_path: Path) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM), str(path))

    warehouse, store = EventWarehouse(), EventStore(tmp_path, link=refuse)
    warehouse.deliver("d1", Event("first", AS_OF - DAY, None))
    (folder := tmp_path / "release").mkdir()
    _, files = write_events(warehouse.open, store, folder, days=None, run_id="r1")
    for name in files:
        copy = folder / f"{Path(name).parent}.parquet"
        assert copy.read_bytes() == (store.folder / name).read_bytes()
        assert not copy.samefile(store.folder / name)


@pytest.mark.parametrize("moment", ["written", "linked"])
def test_a_full_disk_leaves_the_old_release_and_no_half_file(tmp_path: Path, moment: str) -> None:
    def full(path: Path) -> int:
        path.write_bytes(b"PAR1 half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    def link(path: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    release(tmp_path, "r1", warehouse_of(1))
    store = EventStore(tmp_path, link=link)
    with pytest.raises(OSError, match="No space left"):
        if moment == "written":
            store.provide("fct_touches/new.parquet", full)
        else:
            store.place(next(iter(store.listed())), tmp_path / "target")
    assert store.orphans() == []
    assert not (tmp_path / "target").exists()
    assert keys_in(tmp_path) == ["e0"]


def test_a_file_that_was_cut_short_is_named_and_written_anew(tmp_path: Path) -> None:
    release(tmp_path, "r1", warehouse_of(1))
    store = EventStore(tmp_path)
    name = min(store.listed())
    path = store.folder / name
    content = path.read_bytes()
    path.unlink()  # its second name, in the release, stays whole
    path.write_bytes(content[:-10])
    assert store.damaged() == [name]
    release(tmp_path, "r2", warehouse_of(1))
    assert store.damaged() == []


def test_what_no_list_names_is_an_orphan(tmp_path: Path) -> None:
    store = EventStore(tmp_path)
    assert store.orphans() == []
    file_in(store).write_bytes(b"")
    file_in(store, "fct_touches/.b.parquet.new").write_bytes(b"")
    assert store.orphans() == ["fct_touches/.b.parquet.new", "fct_touches/a.parquet"]
    assert store.keep({"fct_touches/a.parquet": 0}) == ["fct_touches/.b.parquet.new"]
    (store.folder / LIST).write_text("{")
    assert store.orphans() == ["fct_touches/a.parquet"]
