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
NAMED = 70  # codes of the published map; the other 55 of 125 are named by rhythm and value
RHYTHMS = ["on time", "late", "overdue", "lapsed"]
ACTIVE = {
    "Champions", "Loyal Customers", "Potential Loyalists", "New Customers", "Promising", "Loyal",
    "Potential",
}  # fmt: skip
SILENT = {"At Risk", "Cannot Lose Them", "Lost", "Dormant"}


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
    row = ", ".join(
        f"{'null' if value is None else repr(value)} as {name}" for name, value in values.items()
    )
    found = duckdb.sql(
        f"select case {cases} else '{variables['otherwise']}' end from (select {row})"
    ).fetchone()
    assert found is not None
    return str(found[0])


def test_no_code_of_the_published_map_has_two_names(tmp_path: Path) -> None:
    rules = segment_variables(project(tmp_path, "retail"))["rules"]
    lists = [rule["when"] for rule in rules if rule["when"].startswith("rfm_score in (")]
    codes = [code for when in lists for code in when.split(")")[0].split("'")[1::2]]
    assert len(codes) == len(set(codes)) == NAMED
    assert all(set(code) <= set("12345") for code in codes)


def named(of: Project) -> dict[tuple[str, int, int], str]:
    """The segment of every score, rhythm (by its place in RHYTHMS) and newness."""
    rules = segment_variables(of)["rules"]
    cases = " ".join(f"when {rule['when']} then '{rule['name']}'" for rule in rules)
    rows = duckdb.sql(
        f"""
        select rfm_score, rhythm, new, case {cases} else 'Other' end
        from (
            select
                r.range as r_score, f.range as f_score, m.range as m_score, rhythm.range as rhythm,
                concat(r.range, f.range, m.range) as rfm_score, new.range as new,
                new.range = 1 as is_new, {RHYTHMS!r}[rhythm.range + 1] as purchase_rhythm
            from range(1, 6) as r, range(1, 6) as f, range(1, 6) as m, range(4) as rhythm,
                range(2) as new
        )
        """
    ).fetchall()
    return {(code, rhythm, new): name for code, rhythm, new, name in rows}


@pytest.mark.parametrize("code", CHAMPIONS)
def test_champions_are_champions(tmp_path: Path, code: str) -> None:
    found = named(project(tmp_path, "retail"))
    assert {found[code, rhythm, new] for rhythm, new in ((0, 0), (1, 1))} == {"Champions"}
    assert {found[code, rhythm, 0] for rhythm in (2, 3)} <= SILENT


@pytest.mark.parametrize("recipe", ["retail", "airline"])
def test_everybody_with_scores_has_a_name_that_does_not_contradict_the_rhythm(
    tmp_path: Path, recipe: str
) -> None:
    for (code, rhythm, is_new), name in named(project(tmp_path, recipe)).items():
        where = f"{code} {RHYTHMS[rhythm]} {name}"
        assert name != "Other", where
        assert name not in ACTIVE or RHYTHMS[rhythm] in ("on time", "late"), where
        assert name not in SILENT or RHYTHMS[rhythm] != "on time", where
        assert name != "Lost" or RHYTHMS[rhythm] == "lapsed", where
        assert name != "Dormant" or RHYTHMS[rhythm] in ("overdue", "lapsed"), where
        assert not name.startswith("New") or is_new, where


def test_with_bands_of_recency_the_five_names_are_those_of_the_published_rules(
    tmp_path: Path,
) -> None:
    by_bands = {"5": 0, "4": 0, "3": 0, "2": 2, "1": 3}  # the rhythm of a recency score
    for (code, rhythm, _), name in named(project(tmp_path, "airline")).items():
        r, f, m = map(int, code)
        published = (
            "Champions" if min(r, f, m) >= 4
            else "Loyal" if min(r, f) >= 3
            else "At Risk" if r <= 2 and f >= 3
            else "Dormant" if r <= 2
            else "Potential"
        )  # fmt: skip
        if rhythm == by_bands[code[0]]:
            assert name == published, code


def test_the_published_names_hold_wherever_the_rhythm_agrees(tmp_path: Path) -> None:
    found = named(project(tmp_path, "retail"))
    for code, name in {"512": "New Customers", "155": "At Risk", "255": "Cannot Lose Them"}.items():
        rhythm = 0 if name == "New Customers" else 2
        assert found[code, rhythm, 1] == name
    assert found["111", 3, 0] == "Lost"
    assert found["325", 1, 0] == "Need Attention"


def test_without_a_rhythm_nobody_is_named_by_chance(tmp_path: Path) -> None:
    variables = segment_variables(project(tmp_path, "retail"))
    missing = dict.fromkeys(("r_score", "f_score", "m_score", "rfm_score"))
    assert name_of(variables, **missing, purchase_rhythm=None, is_new=None) == "Other"


@pytest.mark.parametrize(
    ("scores", "name"),
    [
        ((4, 4, 4), "Champions"), ((4, 4, 3), "Loyal"), ((3, 3, 1), "Loyal"),
        ((2, 3, 5), "At Risk"), ((2, 2, 5), "Dormant"), ((3, 2, 5), "Potential"),
    ],
)  # fmt: skip
def test_five_names_by_scores(tmp_path: Path, scores: tuple[int, int, int], name: str) -> None:
    variables = segment_variables(project(tmp_path, "airline"))
    assert variables["recency_bands"]  # where bands score recency, they also say the rhythm
    r, f, m = scores
    rhythm = {5: "on time", 4: "on time", 3: "on time", 2: "overdue", 1: "lapsed"}[r]
    known = {"r_score": r, "f_score": f, "m_score": m, "purchase_rhythm": rhythm}
    assert name_of(variables, **known) == name


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
        ({"amount_90d": 0, "amount_before_90d": 0}, "Inactive"),
        ({"amount_90d": 0, "amount_before_90d": 1999, "share_on_necessities_ever": 1}, "Inactive"),
        ({"amount_90d": 0, "amount_before_90d": 2000}, "Declining"),
        ({"amount_90d": 0.01, "amount_before_90d": 0}, "Stable Mid-Spenders"),
        ({"amount_90d": None, "amount_before_90d": None}, "Other"),
    ],
)  # fmt: skip
def test_card_segments_on_both_sides_of_every_border(
    tmp_path: Path, change: dict[str, float | None], name: str
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
