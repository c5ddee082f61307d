"""The leakage guard on real data: planted columns are named, honest ones pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from accuracy.guards import TOTAL, canary, refused_names, telco_with, with_total
from accuracy.snapshots import snapshot
from regulars.core.errors import LeakageError


def test_honest_columns_pass(shared_data, tmp_path: Path) -> None:
    for name in ("telco", "bank"):
        assert refused_names(snapshot(name, shared_data(name).parent, tmp_path)) == set()


@pytest.mark.parametrize(
    ("column", "value", "otherwise"),
    [("Farewell Words", "moved away", 0.0), ("Account State", "inactive", 0.02)],
)
def test_a_column_written_after_the_outcome_stops_training_by_name(
    shared_data, tmp_path: Path, column: str, value: str, otherwise: float
) -> None:
    data = shared_data("telco").parent
    lesson = telco_with(data, tmp_path, column, because=value, honest=otherwise)
    with pytest.raises(LeakageError, match=f"'{column.lower().replace(' ', '_')}'"):
        lesson.trained()


def test_a_total_to_date_carried_back_stops_training_by_name(shared_data, tmp_path: Path) -> None:
    lesson = with_total(shared_data("retail").parent, tmp_path)
    with pytest.raises(LeakageError, match=f"'{TOTAL[0]}' less '.*' ranks churners"):
        lesson.trained()


def test_shuffled_outcomes_teach_the_whole_pipeline_nothing(shared_data, tmp_path: Path) -> None:
    lesson = snapshot("telco", shared_data("telco").parent, tmp_path)
    few = lesson.take(lesson.frame.sorted().customers < "3")
    assert 1_500 <= len(few.frame) <= 2_500
    assert canary(few, shuffles=2).passed
