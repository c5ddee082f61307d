"""Dates at which segments are named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import Project, read_project
from regulars.ingest.recipes import recipe_text
from regulars.segments.history_dates import segment_dates

AS_OF, FIRST = date(2024, 6, 1), date(2024, 4, 2)


def project(folder: Path, recipe: str, *, segments: str = "") -> Project:
    text = recipe_text(recipe).replace("segments:\n", f"segments:\n{segments}")
    (folder / "regulars.yaml").write_text(text)
    return read_project(folder)


def dates(of: Project, *cutoffs: date) -> list[date]:
    return segment_dates(of, as_of=AS_OF, cutoffs=cutoffs, first_event=FIRST)


def test_steps_go_back_until_the_first_event(tmp_path: Path) -> None:
    # 30 days before 2024-05-02 is the day of the first event: nobody has a history there.
    assert dates(project(tmp_path, "retail")) == [date(2024, 5, 2), AS_OF]


def test_months_step_by_months(tmp_path: Path) -> None:
    assert dates(project(tmp_path, "airline")) == [date(2024, 5, 1), AS_OF]


def test_cutoffs_and_asked_dates_are_dates_too(tmp_path: Path) -> None:
    of = project(tmp_path, "retail", segments="  history: 0\n  dates: [2024-05-05]\n")
    assert dates(of, date(2024, 4, 20)) == [date(2024, 4, 20), date(2024, 5, 5), AS_OF]


def test_rules_over_features_reach_as_far_as_features(tmp_path: Path) -> None:
    assert dates(project(tmp_path, "cards"), date(2024, 4, 20)) == [date(2024, 4, 20), AS_OF]


def test_a_date_within_a_month_is_refused_where_months_are_the_grain(tmp_path: Path) -> None:
    of = project(tmp_path, "airline", segments="  dates: [2024-05-05]\n")
    with pytest.raises(SettingsError, match="not the first day of a month"):
        dates(of)


def test_a_date_after_the_as_of_date_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="after the as-of date"):
        dates(project(tmp_path, "retail", segments="  dates: [2024-06-02]\n"))
