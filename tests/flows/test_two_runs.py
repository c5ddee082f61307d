"""One run at a time: the second one exits at once and names the first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_projects import SmallProject

KILLED = Path(__file__).with_name("killed.py")


@pytest.fixture
def holder(shop: SmallProject) -> Iterator[subprocess.Popen[str]]:
    """A run that has begun and waits."""
    process = subprocess.Popen(
        [sys.executable, KILLED, shop.folder, "land", "wait"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    yield process
    process.kill()
    process.communicate()


def command(made: SmallProject, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "regulars.cli.app", "--project", made.folder, *words],
        capture_output=True, text=True,
    )  # fmt: skip


def test_a_second_run_exits_at_once_and_names_the_first(
    shop: SmallProject, holder: subprocess.Popen[str]
) -> None:
    second = command(shop, "run")
    assert second.returncode == 75
    assert "another run holds this project: `regulars run`" in second.stderr
    assert f"(process {holder.pid}), since 20" in second.stderr
    assert "Traceback" not in second.stderr


def test_reading_commands_work_while_a_run_goes_on(
    shop: SmallProject, holder: subprocess.Popen[str]
) -> None:
    status = command(shop, "status")
    assert status.returncode == 0
    assert f"(process {holder.pid})" in status.stdout.replace("\n", " ")


def test_the_lock_of_a_dead_run_is_recovered_and_said(
    shop: SmallProject, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait()
    third = command(shop, "run", "--steps", "land")
    assert third.returncode == 0, third.stderr
    said = third.stdout.replace("\n", " ")
    assert "Recovered from `regulars run`" in said
    assert f"(process {holder.pid})" in said
    assert [run.status for run in _runs(shop)] == ["done", "interrupted"]


def _runs(made: SmallProject) -> list[object]:
    from regulars.warehouse.ledger import Ledger

    return list(Ledger(made.project.state).runs())
