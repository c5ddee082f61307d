"""What is published is what was staged, whatever clocks say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from regulars.core.errors import ReleaseError
from regulars.core.step_results import StepOutcome, StepResult, StepStatus
from regulars.flows.session import view
from regulars.flows.step_publish import publish, staged_release
from regulars.release.project_facts import ReleaseManifest
from regulars.release.release_store import Releases
from regulars.warehouse.ledger import Ledger
from tests.small_projects import NOON, SmallProject

AHEAD = datetime(2031, 1, 1, tzinfo=UTC)


def stage(shop: SmallProject, at: datetime) -> str:
    """What a run leaves that staged a release by its clock, and nothing else."""
    ledger, releases = Ledger(shop.project.state), Releases(shop.project.state)
    run_id = ledger.new_run_id(at)
    ledger.start_run(run_id, command="regulars run", now=at, version="1")
    number = ledger.start_step(run_id, step="stage", fingerprint="f", now=at)
    done = StepOutcome(name="stage", status=StepStatus.DONE, seconds=1.0, result=StepResult())
    ledger.end_step(number, done, now=at)
    releases.prepare(run_id)
    releases.seal(
        ReleaseManifest(
            release_id=run_id,
            run_id=run_id,
            project="corner shop",
            created_at=at.isoformat(),
            as_of="2024-06-22",
            tables={},
        )
    )
    return run_id


def published(shop: SmallProject) -> str:
    with view(shop.project, lambda: NOON) as context:
        publish(context)
        return context.releases.current_id()


def test_a_clock_that_was_ahead_does_not_freeze_what_readers_see(shop: SmallProject) -> None:
    ahead = stage(shop, AHEAD)
    assert published(shop) == ahead
    back = stage(shop, NOON)
    assert published(shop) == back
    assert [run.run_id for run in Ledger(shop.project.state).runs()] == [back, ahead]


def test_releases_are_older_and_newer_by_the_order_of_runs(shop: SmallProject) -> None:
    releases = Releases(shop.project.state)
    first, ahead, back = (stage(shop, at) for at in (NOON, AHEAD, NOON + timedelta(hours=1)))
    releases.publish(back)
    assert [release.release_id for release in releases.sealed()] == [back, ahead, first]
    assert [release.release_id for release in releases.older()] == [ahead, first]
    assert releases.prune(keep=2) == [first]


def test_going_back_twice_is_going_back_further(shop: SmallProject) -> None:
    releases = Releases(shop.project.state)
    ahead, second, third = (stage(shop, at) for at in (AHEAD, NOON, NOON + timedelta(hours=1)))
    releases.publish(third)
    for expected in (second, ahead):
        releases.publish(releases.older()[0].release_id)
        assert releases.current_id() == expected
    assert releases.older() == []


def test_a_run_that_goes_on_publishes_what_the_run_before_staged(shop: SmallProject) -> None:
    staged = stage(shop, NOON)
    Ledger(shop.project.state).start_run("later", command="regulars run", now=AHEAD, version="1")
    assert published(shop) == staged


def test_the_publish_step_is_refused_before_anything_was_staged(shop: SmallProject) -> None:
    with view(shop.project, lambda: NOON) as context, pytest.raises(ReleaseError):
        staged_release(context)
