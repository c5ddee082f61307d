"""Releases: sealed or not there, one of them current."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.core.errors import ReleaseError
from regulars.release.contract import FORMAT
from regulars.release.project_facts import ReleaseManifest
from regulars.release.release_store import Releases


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path)


def seal(releases: Releases, number: int) -> str:
    name = f"r{number}"
    (releases.prepare(name) / "customers.parquet").write_text(name, "utf-8")
    at = f"2024-07-{number:02}T12:00:00+00:00"
    releases.seal(
        ReleaseManifest(
            release_id=name,
            run_id=name,
            project="shop",
            created_at=at,
            as_of="2024-06-22",
            tables={"customers": number},
        )
    )
    return name


def test_nothing_is_current_before_the_first_release(releases: Releases) -> None:
    assert not releases.is_published
    with pytest.raises(ReleaseError, match="nothing has been published yet") as refused:
        releases.current()
    assert "regulars run" in str(refused.value)


def test_a_sealed_release_becomes_current_by_being_published(releases: Releases) -> None:
    seal(releases, 1)
    assert not releases.is_published
    releases.publish("r1")
    assert releases.current().tables == {"customers": 1}


def test_a_release_that_is_not_sealed_cannot_be_published(releases: Releases) -> None:
    releases.publish(seal(releases, 1))
    releases.prepare("r2")
    with pytest.raises(ReleaseError, match="there is no release r2"):
        releases.publish("r2")
    assert releases.current().release_id == "r1"


def test_going_back_is_publishing_an_older_one(releases: Releases) -> None:
    for number in (1, 2):
        releases.publish(seal(releases, number))
    releases.publish("r1")
    assert releases.current().release_id == "r1"
    assert [one.release_id for one in releases.sealed()] == ["r2", "r1"]


def test_preparing_again_begins_with_an_empty_folder(releases: Releases) -> None:
    seal(releases, 1)
    assert list(releases.prepare("r1").iterdir()) == []


def test_pruning_keeps_the_newest_and_the_current_one(releases: Releases) -> None:
    for number in range(1, 6):
        seal(releases, number)
    releases.publish("r1")
    assert releases.prune(keep=2) == ["r3", "r2"]
    assert {one.release_id for one in releases.sealed()} == {"r5", "r4", "r1"}


def test_pruning_removes_what_a_killed_run_left(releases: Releases) -> None:
    releases.publish(seal(releases, 1))
    (releases.prepare("r2") / "half.parquet").write_text("", "utf-8")
    assert releases.prune(keep=5) == ["r2"]
    assert releases.current().release_id == "r1"


def test_a_damaged_manifest_is_named(releases: Releases) -> None:
    seal(releases, 1)
    (releases.path("r1") / "manifest.json").write_text("{", "utf-8")
    with pytest.raises(ReleaseError, match="manifest"):
        releases.read("r1")


def test_a_release_of_a_newer_version_asks_for_an_upgrade(releases: Releases) -> None:
    seal(releases, 1)
    manifest = releases.path("r1") / "manifest.json"
    newer = manifest.read_text("utf-8").replace(f'"format": {FORMAT}', f'"format": {FORMAT + 1}')
    manifest.write_text(newer, "utf-8")
    with pytest.raises(ReleaseError, match="newer version"):
        releases.read("r1")
