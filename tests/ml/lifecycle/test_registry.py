"""The registry: one champion, a history, and files that go when they are old."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.core.errors import DataError, NotEnoughData
from regulars.features.churn_definition import ChurnDefinition
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.registry import Registry
from regulars.release.churn_report import TrainingReport
from regulars.release.release_files import as_text

AT = "2024-06-22T12:00:00+00:00"


def record(name: str, **known: object) -> EstimatorRecord:
    given = {
        "run_id": name, "definition": ChurnDefinition("silence", horizon=60), "trained_at": AT,
        "as_of": "2024-06-22", "code_version": "1", "made_from": name, "data_fingerprint": "d",
        "code_fingerprint": "c", "recipe": "blend", "shipped": "blend", "rows": 10, "churned": 4,
        "verdict": "good", **known,
    }  # fmt: skip
    return EstimatorRecord(estimator_id=name, **given)  # type: ignore[arg-type]


def report(champion: str) -> str:
    return as_text(
        TrainingReport(
            kind="silence", label="", champion=champion, shipped=champion, rung="undated"
        )
    )


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


def add(registry: Registry, *names: str, promote: bool = True) -> None:
    for name in names:
        registry.add(record(name), {"name": name}, files={"report.json": report(name)})
        if promote:
            registry.promote(name, at=AT, why="passed 1 gate")


def statuses(registry: Registry) -> dict[str, str]:
    return {one.estimator_id: one.status for one in registry.index.estimators}


def test_nothing_is_known_before_the_first_training(registry: Registry) -> None:
    assert registry.index.champion is None
    assert registry.current_report() is None
    with pytest.raises(NotEnoughData):
        registry.champion()


def test_a_candidate_is_kept_but_scores_nobody_until_it_is_promoted(registry: Registry) -> None:
    add(registry, "first", promote=False)
    assert statuses(registry) == {"first": "candidate"}
    assert registry.index.champion is None


def test_there_is_one_champion_and_the_one_before_retires(registry: Registry) -> None:
    add(registry, "first", "second")
    assert statuses(registry) == {"first": "retired", "second": "champion"}
    assert registry.champion() == {"name": "second"}
    current = registry.current_report()
    assert current is not None
    assert current.champion == "second"


def test_rolling_back_goes_one_champion_further_each_time(registry: Registry) -> None:
    add(registry, "first", "second", "third")
    assert registry.roll_back(at=AT).estimator_id == "second"
    assert registry.roll_back(at=AT).estimator_id == "first"
    with pytest.raises(DataError, match="no champion before"):
        registry.roll_back(at=AT)
    assert statuses(registry) == {"first": "champion", "second": "retired", "third": "retired"}


def test_after_a_rollback_a_new_champion_has_the_restored_one_before_it(
    registry: Registry,
) -> None:
    add(registry, "first", "second")
    registry.roll_back(at=AT)
    add(registry, "third")
    assert registry.champion_before() == "first"


def test_an_unknown_id_names_the_nearest(registry: Registry) -> None:
    add(registry, "first")
    with pytest.raises(DataError, match="did you mean 'first'"):
        registry.promote("frist", at=AT, why="by hand")


def test_old_estimators_lose_their_files_but_not_their_records(registry: Registry) -> None:
    add(registry, "first", "second", "third", "fourth", "fifth")
    assert registry.prune(keep=1) == ["first", "second"]
    assert not registry.folder("first").exists()
    assert registry.folder("fourth").exists()
    assert [one.kept for one in registry.index.estimators] == [False, False, True, True, True]
    with pytest.raises(DataError, match="were removed"):
        registry.promote("first", at=AT, why="by hand")


def test_a_half_written_index_is_never_read(registry: Registry, tmp_path: Path) -> None:
    add(registry, "first")
    index = tmp_path / "estimators" / "churn" / "index.json"
    index.with_suffix(".new").write_text("{")
    assert registry.index.champion == "first"
    add(registry, "second")
    assert registry.index.champion == "second"


def test_an_unreadable_estimator_says_what_to_do(registry: Registry) -> None:
    add(registry, "first")
    (registry.folder("first") / "estimator.joblib").unlink()
    with pytest.raises(DataError, match="churn train"):
        registry.champion()


def test_a_second_training_of_one_run_gets_a_name_of_its_own(registry: Registry) -> None:
    add(registry, "first")
    assert registry.new_id("first") == "first-2"
    assert registry.new_id("second") == "second"
