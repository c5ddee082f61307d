"""The project's lock: it names its holder, and does not outlive it."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars.core.errors import LockedError
from regulars.core.lock import holder_of, project_lock

NOON = datetime(2024, 7, 1, 12, tzinfo=UTC)


def test_the_lock_is_free_before_and_after(tmp_path: Path) -> None:
    assert holder_of(tmp_path) is None
    with project_lock(tmp_path, command="regulars run", now=NOON) as left:
        assert left is None
        assert f"(process {os.getpid()}), since 2024-07-01T12:00:00+00:00" in str(
            holder_of(tmp_path)
        )
    assert holder_of(tmp_path) is None


def test_where_the_lock_cannot_be_tried_the_holder_file_tells(tmp_path: Path) -> None:
    (tmp_path / "run.lock").mkdir()  # as in a folder that may only be read: it cannot be opened
    assert holder_of(tmp_path) is None
    (tmp_path / "run.holder.json").write_text('{"command": "regulars run"}')
    assert holder_of(tmp_path)


def test_a_second_holder_is_refused_at_once_and_told_of_the_first(tmp_path: Path) -> None:
    with (
        project_lock(tmp_path, command="regulars run", now=NOON),
        pytest.raises(LockedError, match="`regulars run` by") as refused,
        project_lock(tmp_path, command="regulars check", now=NOON),
    ):
        pass
    assert refused.value.exit_code == 75
    assert refused.value.hint


def test_a_lock_is_let_go_when_what_it_guards_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), project_lock(tmp_path, command="x", now=NOON):
        _ = 1 / 0
    with project_lock(tmp_path, command="y", now=NOON) as left:
        assert left is None


def test_what_a_dead_holder_left_is_told(tmp_path: Path) -> None:
    told = {"command": "regulars run", "user": "anna", "host": "shop", "pid": 4, "since": "noon"}
    (tmp_path / "run.holder.json").write_text(json.dumps(told), "utf-8")
    with project_lock(tmp_path, command="regulars run", now=NOON) as left:
        assert left == "`regulars run` by anna on shop (process 4), since noon"
    assert not (tmp_path / "run.holder.json").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"command": "x"}'])
def test_a_damaged_note_of_the_holder_is_no_obstacle(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.holder.json").write_text(content, "utf-8")
    with project_lock(tmp_path, command="regulars run", now=NOON) as left:
        assert left == "a process that has not written its name yet"


def test_projects_do_not_lock_each_other(tmp_path: Path) -> None:
    with (
        project_lock(tmp_path / "shop", command="x", now=NOON),
        project_lock(tmp_path / "airline", command="y", now=NOON) as left,
    ):
        assert left is None


def test_who_waits_gets_the_project_when_the_other_ends(tmp_path: Path) -> None:
    waiting, entered = threading.Event(), threading.Event()

    def second() -> None:
        waiting.set()
        with project_lock(tmp_path, command="second", now=NOON, wait=60):
            entered.set()

    with project_lock(tmp_path, command="first", now=NOON):
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(60)
        with pytest.raises(LockedError), project_lock(tmp_path, command="x", now=NOON, wait=0.01):
            pass
        assert not entered.is_set()
    assert entered.wait(60)
    thread.join()
