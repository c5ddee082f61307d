"""A run may be killed at any moment: the next one goes on and ends with the same tables."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.small_projects import SmallProject, small_project

AFTERWARDS = datetime(2099, 1, 1, tzinfo=UTC)
KILLED = Path(__file__).with_name("killed.py")
# What tells one run from another by design.
_OWN = {"batch_id", "landed_at", "run_id", "run_started_at", "seconds"}
_FIRST_RUN = [("land", 1), ("clean", 3), ("clean", 12), ("features", 2), ("score", 1), ("stage", 3)]
_LATER_RUN = [("land", 1), ("clean", 2), ("clean", 18), ("features", 0)]
LATER = "id,who,day,total\n5,carla,2024-06-25,7\n6,anna,2024-06-26,8\n2,anna,2024-06-20,99\n"


def tables(made: SmallProject) -> dict[str, list[str]]:
    """Every table of silver, gold and serving as sorted text, without what names a run."""
    found = made.rows(
        "select table_schema, table_name, list(column_name order by ordinal_position) "
        "from information_schema.columns where table_schema in ('silver', 'gold', 'serving', 'ml') "
        "group by all order by all"
    )
    return {
        f"{schema}.{table}": sorted(
            repr(row)
            for row in made.rows(
                f"select {', '.join(_quoted(name) for name in columns if name not in _OWN)} "
                f"from {schema}.{table}"
            )
        )
        for schema, table, columns in found
    }


def _quoted(name: str) -> str:
    return f'"{name}"'


def kill_at(made: SmallProject, moments: list[tuple[str, int]]) -> None:
    """One run after another, each killed at its moment."""
    for step, number in moments:
        ended = subprocess.run(
            [sys.executable, KILLED, made.folder, step, str(number)], capture_output=True, text=True
        )
        assert ended.returncode == -signal.SIGKILL, (step, number, ended.stderr[-2000:])


@pytest.fixture
def untouched(shop_without_churn: SmallProject, tmp_path: Path) -> SmallProject:
    """The same project, never killed."""
    files = {path.name: path.read_bytes() for path in shop_without_churn.folder.iterdir()}
    made = small_project(tmp_path / "untouched", files)
    made.run()
    return made


def test_a_first_run_killed_again_and_again_ends_with_the_same_tables(
    shop_without_churn: SmallProject, untouched: SmallProject
) -> None:
    kill_at(shop_without_churn, _FIRST_RUN)
    outcome = shop_without_churn.run(at=AFTERWARDS)
    assert outcome.recovered is not None
    assert [step.status for step in outcome.steps][-1] == "done"
    assert tables(shop_without_churn) == tables(untouched)


def test_a_later_delivery_killed_again_and_again_ends_as_if_all_had_come_at_once(
    shop_without_churn: SmallProject, untouched: SmallProject
) -> None:
    shop_without_churn.run()
    for made in (shop_without_churn, untouched):
        made.write({"sales-2.csv": LATER})
    kill_at(shop_without_churn, _LATER_RUN)
    shop_without_churn.run(at=AFTERWARDS)
    untouched.run(force=True)
    assert tables(shop_without_churn) == tables(untouched)


def test_a_killed_run_leaves_no_half_release_behind(shop_without_churn: SmallProject) -> None:
    shop_without_churn.run()
    shop_without_churn.write({"sales-2.csv": LATER})
    before = shop_without_churn.project.state / "releases" / "CURRENT"
    published = before.read_text("utf-8")
    kill_at(shop_without_churn, [("stage", 3)])
    assert before.read_text("utf-8") == published
    shop_without_churn.run(at=AFTERWARDS)
    folders = [path for path in before.parent.iterdir() if path.is_dir()]
    assert len(folders) == 2
    assert all((folder / "manifest.json").exists() for folder in folders)
