"""What makes a step stale: exactly what it is made from, and nothing else."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import pytest

from regulars.core.errors import SettingsError
from regulars.core.step_results import StepOutcome, StepResult, StepStatus
from regulars.flows.run import RunRequest, plan
from regulars.flows.session import view
from regulars.flows.steps import NAMES, STEPS, step_fingerprints
from regulars.warehouse.ledger import Ledger
from tests.small_projects import NOON, SmallProject


def following(*first: str) -> set[str]:
    """These steps and all that are made from what they make."""
    found = set(first)
    for step in STEPS:
        if found & set(step.needs):
            found.add(step.name)
    return found


PUBLISHED = following("score")


@pytest.fixture
def finished(shop: SmallProject) -> SmallProject:
    """A project whose records say that every step has run; nothing has."""
    for name in NAMES:
        record(shop, name, "done")
    (shop.project.state / "warehouse.duckdb").touch()
    return shop


def record(made: SmallProject, step: str, status: str) -> None:
    ledger = Ledger(made.project.state)
    with view(made.project, lambda: NOON) as context:
        found = step_fingerprints(context)[step]
    opened = ledger.start_step("r1", step=step, fingerprint=found, now=NOON)
    if status != "running":
        outcome = StepOutcome(
            name=step, status=StepStatus(status), seconds=0.1, result=StepResult()
        )
        ledger.end_step(opened, outcome, now=NOON)


def stale(made: SmallProject, **request: Any) -> set[str]:
    """Names of the steps that would run."""
    asked = RunRequest(**request)
    with view(made.project, lambda: NOON, options=asked) as context:
        return {item.step for item in plan(asked, context=context) if item.is_stale}


def test_nothing_runs_where_nothing_changed(finished: SmallProject) -> None:
    assert stale(finished) == set()


def test_everything_runs_where_nothing_ran(shop: SmallProject) -> None:
    assert stale(shop) == set(NAMES)


def test_everything_runs_where_the_warehouse_is_gone(finished: SmallProject) -> None:
    (finished.project.state / "warehouse.duckdb").unlink()
    assert stale(finished) == set(NAMES)


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("version: 1", "version: 1\nengine: {schema_prefix: test_}", set(NAMES)),
        ("version: 1", "version: 1\ntimezone: Europe/Rome", following("clean")),
        ("version: 1", "version: 1\ncurrency: USD", following("clean")),
        ("amount: total", "amount: {sql: total}", following("clean")),
        ("horizon: 30", "horizon: 20", following("features")),
        ("horizon: 30", "horizon: 30\n  gap: 7", following("features")),
        ("horizon: 30", "horizon: 30\n  activity_window: 100", following("features")),
        ("horizon: 30", "horizon: 30\n  activity_window: null", following("features")),
        (
            "version: 1",
            "version: 1\nas_of: 2024-06-22",
            following("features"),
        ),
        (
            "version: 1",
            "version: 1\nfeatures: {windows: [7]}",
            following("features"),
        ),
        ("horizon: 30", "horizon: 30\ncontacts:\n  contact_cost: 5", following("train")),
        ("version: 1", "version: 1\nvalue: {window: 30}", following("train", "value")),
        ("version: 1", "version: 1\nsegments: {rules: five}", following("segment")),
        ("version: 1", "version: 1\npersonal_data: [city]", following("stage")),
    ],
)
def test_a_changed_setting_makes_stale_what_is_made_from_it(
    finished: SmallProject, old: str, new: str, runs: set[str]
) -> None:
    finished.change(old, new)
    assert stale(finished) == runs


def test_threads_and_memory_make_nothing_stale(finished: SmallProject) -> None:
    finished.change("version: 1", "version: 1\nengine: {threads: 1, memory_limit: 2GB}")
    assert stale(finished) == set()


def test_a_new_file_makes_everything_stale(finished: SmallProject) -> None:
    finished.write({"sales-2.csv": "id,who,day,total\n9,anna,2024-06-21,1\n"})
    assert stale(finished) == set(NAMES)


def test_a_file_of_the_same_size_and_a_later_time_is_looked_at(finished: SmallProject) -> None:
    path = finished.folder / "sales.csv"
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert "land" in stale(finished)


def test_another_as_of_date_leaves_the_clean_tables_alone(finished: SmallProject) -> None:
    assert stale(finished, as_of=date(2024, 6, 1)) == following("features")


@pytest.mark.parametrize("status", ["running", "failed", "interrupted"])
def test_a_step_that_did_not_end_well_runs_again_with_all_that_follows(
    finished: SmallProject, status: str
) -> None:
    record(finished, "segment", status)
    assert stale(finished) == following("segment")


def test_a_step_runs_again_after_what_it_needs_ran_alone(finished: SmallProject) -> None:
    record(finished, "segment", "done")
    assert stale(finished) == PUBLISHED


def test_a_skipped_step_keeps_its_result(finished: SmallProject) -> None:
    record(finished, "clean", "skipped")
    assert stale(finished) == set()


def test_only_the_steps_asked_for_are_planned(finished: SmallProject) -> None:
    assert stale(finished, only=["segment"]) == set()
    assert stale(finished, only=["segment"], force=True) == {"segment"}


def test_resuming_runs_a_step_and_what_follows_from_it(finished: SmallProject) -> None:
    assert stale(finished, resume_from="score") == PUBLISHED
    assert "clean" not in stale(finished, resume_from="features", force=True)


def test_a_step_without_its_inputs_is_refused_with_what_to_run(shop: SmallProject) -> None:
    with pytest.raises(SettingsError, match="features needs what clean makes"):
        stale(shop, only=["features"])


def test_half_made_inputs_are_refused_too(finished: SmallProject) -> None:
    record(finished, "features", "interrupted")
    with pytest.raises(SettingsError, match="resume-from features"):
        stale(finished, only=["segment"], force=True)


def test_an_unknown_step_names_the_nearest(shop: SmallProject) -> None:
    with pytest.raises(SettingsError, match="did you mean 'features'"):
        stale(shop, only=["feature"])
