"""What a project keeps is for its owner, also what an earlier version left open."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars.core.lock import project_lock
from regulars.core.private_folder import make_private
from regulars.warehouse.ledger import Ledger

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no such modes here")
NOON = datetime(2024, 7, 1, 12, tzinfo=UTC)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_of_a_project_is_for_its_owner(tmp_path: Path) -> None:
    state = tmp_path / ".regulars"
    Ledger(state).new_run_id(NOON)
    assert mode(state) == 0o700


def test_what_an_earlier_version_left_open_is_closed_by_the_next_run(tmp_path: Path) -> None:
    state, outside = tmp_path / ".regulars", tmp_path / "orders.csv"
    outside.write_text("x")
    (state / "releases").mkdir(parents=True)
    kept = state / "releases" / "customers.parquet"
    kept.write_text("x")
    (state / "link").symlink_to(outside)
    for path, old in ((outside, 0o644), (kept, 0o644), (state / "releases", 0o755), (state, 0o755)):
        path.chmod(old)
    with project_lock(state, command="regulars run", now=NOON):
        pass
    assert [mode(path) for path in (state, state / "releases", kept)] == [0o700, 0o700, 0o600]
    assert mode(outside) == 0o644


def test_a_folder_that_nobody_may_write_stays_so(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o555)
    state.chmod(0o555)
    make_private(state)
    assert mode(state) == 0o500
    state.chmod(0o700)


def test_a_command_writes_files_for_its_owner(tmp_path: Path) -> None:
    command = f"{sys.executable} -m regulars -p {tmp_path} init --recipe retail"
    subprocess.run(["sh", "-c", f"umask 022; exec {command}"], check=True, capture_output=True)
    assert mode(tmp_path / "regulars.yaml") == 0o600
