"""Rules that name segments: every code and every border."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import Project, read_project
from regulars.ingest.recipes import recipe_text
from regulars.segments.segment_rules import segment_order, segment_variables

CHAMPIONS = ["555", "554", "544", "545", "454", "455", "445"]
NAMED = 70  # codes that the eleven-name rules list; the other 55 of 125 are Other


def project(folder: Path, recipe: str, *changes: tuple[str, str]) -> Project:
    text = recipe_text(recipe)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "regulars.yaml").write_text(text)
    return read_project(folder)


def name_of(variables: dict[str, object], **values: object) -> str:
    """The segment of a row with these values."""
    rules = variables["rules"]
    assert isinstance(rules, list)
    cases = " ".join(f"when {rule['when']} then '{rule['name']}'" for rule in rules)
    row = ", ".join(f"{value!r} as {name}" for name, value in values.items())
    found = duckdb.sql(
        f"select case {cases} else '{variables['otherwise']}' end from (select {row})"
    ).fetchone()
    assert found is not None
    return str(found[0])


def test_all_125_codes_have_a_name_and_no_code_has_two(tmp_path: Path) -> None:
    rules = segment_variables(project(tmp_path, "retail"))["rules"]
    codes = [code for rule in rules for code in rule["when"].split("(")[1].split("'")[1::2]]
    assert len(codes) == len(set(codes)) == NAMED
    assert all(set(code) <= set("12345") for code in codes)


@pytest.mark.parametrize("code", CHAMPIONS)
def test_champions_are_champions(tmp_path: Path, code: str) -> None:
    assert name_of(segment_variables(project(tmp_path, "retail")), rfm_score=code) == "Champions"


@pytest.mark.parametrize(
    ("scores", "name"),
    [
        ((4, 4, 4), "Champions"), ((4, 4, 3), "Loyal"), ((3, 3, 1), "Loyal"),
        ((2, 3, 5), "At Risk"), ((2, 2, 5), "Dormant"), ((3, 2, 5), "Potential"),
    ],
)  # fmt: skip
def test_five_names_by_scores(tmp_path: Path, scores: tuple[int, int, int], name: str) -> None:
    variables = segment_variables(project(tmp_path, "airline"))
    r, f, m = scores
    assert name_of(variables, r_score=r, f_score=f, m_score=m) == name


CARD = {
    "amount_90d": 6000, "amount_before_90d": 6000, "share_on_travel_ever": 0.0,
    "share_on_necessities_ever": 0.0, "first_sale_days": 400,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, "Stable Mid-Spenders"),
        ({"amount_90d": 15000, "share_on_travel_ever": 0.25}, "High-Value Travelers"),
        ({"amount_90d": 14999.99, "share_on_travel_ever": 0.25}, "Stable Mid-Spenders"),
        ({"amount_90d": 15000, "share_on_travel_ever": 0.2499}, "Stable Mid-Spenders"),
        ({"amount_90d": 4200}, "Declining"),
        ({"amount_90d": 4200.01}, "Stable Mid-Spenders"),
        ({"amount_90d": 1400, "amount_before_90d": 2000}, "Declining"),
        ({"amount_90d": 1000, "amount_before_90d": 1999}, "Stable Mid-Spenders"),
        ({"first_sale_days": 183, "amount_90d": 9000}, "New & Growing"),
        ({"first_sale_days": 184, "amount_90d": 9000}, "Stable Mid-Spenders"),
        ({"first_sale_days": 183, "amount_90d": 8999}, "Stable Mid-Spenders"),
        ({"first_sale_days": 10, "amount_before_90d": 0}, "Stable Mid-Spenders"),
        ({"amount_90d": 4499, "amount_before_90d": 4499, "share_on_necessities_ever": 0.6},
         "Budget-Conscious"),
        ({"amount_90d": 4500, "amount_before_90d": 4500, "share_on_necessities_ever": 0.6},
         "Stable Mid-Spenders"),
        ({"amount_90d": 4499, "amount_before_90d": 4499, "share_on_necessities_ever": 0.59},
         "Stable Mid-Spenders"),
    ],
)  # fmt: skip
def test_card_segments_on_both_sides_of_every_border(
    tmp_path: Path, change: dict[str, float], name: str
) -> None:
    assert name_of(segment_variables(project(tmp_path, "cards")), **(CARD | change)) == name


def test_card_segments_look_at_thirteen_weeks_where_the_grain_is_the_week(tmp_path: Path) -> None:
    weekly = segment_variables(
        project(
            tmp_path, "cards", ("grain: day", "grain: week"), ("amount_90d / 3", "amount_13w / 3"),
            ("horizon: 90 ", "horizon: 13 "), ("activity_window: 180", "activity_window: 26"),
        )
    )  # fmt: skip
    assert "amount_before_13w" in weekly["features"]


def test_rules_that_need_a_missing_feature_name_it(tmp_path: Path) -> None:
    without = project(
        tmp_path, "cards", ("travel: [Airlines, Hotels, Travel]", "journeys: [Travel]"),
        ("share_on_travel_ever", "share_on_journeys_ever"),
    )  # fmt: skip
    with pytest.raises(SettingsError, match="needs the feature 'share_on_travel_ever'"):
        segment_variables(without)


@pytest.mark.parametrize("recipe", ["retail", "airline", "cards"])
def test_every_segment_has_a_place_in_the_order_of_value(tmp_path: Path, recipe: str) -> None:
    found = project(tmp_path, recipe)
    variables = segment_variables(found)
    names = {rule["name"] for rule in variables["rules"]} | {variables["otherwise"]}
    assert names == set(segment_order(found))
