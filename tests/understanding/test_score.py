"""The score of all folders is at least what was measured last; the aim stands beside it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from init_score import scores, table
from tests.understanding.folders import folders

MEASURED = Path(__file__).with_name("measured.yaml")


@pytest.mark.slow
def test_the_score_is_at_least_what_was_measured_last(tmp_path: Path) -> None:
    measured = yaml.safe_load(MEASURED.read_text("utf-8"))
    results = scores(list(folders()), tmp_path, workers=2)
    counts = Counter(result.verdict for result in results)
    shown = table(results, 0)
    assert counts["right"] / len(results) >= measured["right"], shown
    assert counts["wrong"] <= measured["wrong"], shown


def test_the_aim_is_nine_of_ten_right_and_none_wrong() -> None:
    assert yaml.safe_load(MEASURED.read_text("utf-8"))["aim"] == {"right": 0.9, "wrong": 0}
