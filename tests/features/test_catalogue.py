"""The feature catalogue: what it makes of a project file, and what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import Project, read_project
from regulars.features.catalogue import (
    STANDINGS,
    Catalogue,
    resolve_catalogue,
    standard_feature_names,
)
from regulars.features.entries import catalogue_file
from regulars.ingest.recipes import recipe_text

FEWEST = {"crm": 230, "cards": 140, "airline": 95, "retail": 100}


def project(folder: Path, recipe: str, *, add: str = "") -> Project:
    (folder / "regulars.yaml").write_text(recipe_text(recipe) + add)
    return read_project(folder)


@pytest.fixture
def crm(tmp_path: Path) -> Catalogue:
    return resolve_catalogue(project(tmp_path, "crm"))


@pytest.mark.parametrize("recipe", FEWEST)
def test_a_recipe_has_so_many_inputs(tmp_path: Path, recipe: str) -> None:
    assert len(resolve_catalogue(project(tmp_path, recipe)).inputs) >= FEWEST[recipe]


def test_every_feature_says_name_family_meaning_and_source(crm: Catalogue) -> None:
    for feature in crm.features:
        assert feature.family
        assert feature.description.endswith(".")
        assert "{" not in feature.description + " ".join(feature.args)


def test_names_of_features_and_measures_are_unique(crm: Catalogue) -> None:
    for names in ([one.name for one in crm.features], [one.name for one in crm.measures]):
        assert len(names) == len(set(names))


def test_every_feature_that_may_be_null_says_when(crm: Catalogue) -> None:
    silent = [one.name for one in crm.features if one.op in ("ratio", "days_since", "share_below")
              and not one.null_rule]  # fmt: skip
    assert silent == []


def test_a_feature_is_computed_after_everything_it_is_made_of(crm: Catalogue) -> None:
    level = {one.name: one.level for one in crm.features}
    assert level["amount_90d"] == 0
    assert level["orders_per_active_month"] < level["rhythm_standing"]
    assert level["rhythm_standing"] < level["engagement_score"] < level["engagement_level"]


def test_standings_have_as_few_levels_as_can_be_and_share_them_with_nothing_else(
    crm: Catalogue,
) -> None:
    levels = {one.level for one in crm.features if one.op in STANDINGS}
    others = {one.level for one in crm.features if one.op not in STANDINGS}
    assert len(levels) == 2  # one more only for the standing by a score of standings
    assert not levels & others


def test_entities_that_are_not_mapped_make_no_features(tmp_path: Path) -> None:
    names = resolve_catalogue(project(tmp_path, "retail")).inputs
    assert not [name for name in names if "contact" in name or "touch" in name or "joined" in name]


@pytest.mark.parametrize("recipe", FEWEST)
def test_no_feature_is_made_of_one_that_the_project_does_not_have(
    tmp_path: Path, recipe: str
) -> None:
    """Whichever entities a company delivers: contacts without orders, and so on."""
    made = project(tmp_path, recipe)
    standard = standard_feature_names()
    for left_out in made.entities:
        entities = {name: entity for name, entity in made.entities.items() if name != left_out}
        catalogue = resolve_catalogue(made.model_copy(update={"entities": entities}))
        names = {feature.name for feature in catalogue.features}
        standards = [feature for feature in catalogue.features if feature.name in standard]
        needed = {use for feature in standards for use in feature.uses or ()}
        assert needed & standard <= names, left_out


def test_a_snapshot_without_dates_has_no_features_but_its_attributes(tmp_path: Path) -> None:
    assert resolve_catalogue(project(tmp_path, "telco")).inputs == {}


def test_a_score_drops_terms_that_the_project_does_not_have(tmp_path: Path) -> None:
    (with_service,) = [
        one.args[0] for one in resolve_catalogue(project(tmp_path, "crm")).features
        if one.name == "engagement_score"
    ]  # fmt: skip
    (without,) = [
        one.args[0] for one in resolve_catalogue(project(tmp_path, "retail")).features
        if one.name == "engagement_score"
    ]  # fmt: skip
    assert "satisfaction_ever / 5" in with_service
    assert "satisfaction" not in without


def test_a_group_of_categories_is_counted_together(tmp_path: Path) -> None:
    measures = {one.name: one.sql for one in resolve_catalogue(project(tmp_path, "cards")).measures}
    assert "category in ('Airlines', 'Hotels', 'Travel')" in measures["amount_on_travel"]


def test_support_kinds_are_needed_to_count_trouble(tmp_path: Path) -> None:
    text = recipe_text("crm").replace("  support_kinds: [Complaint, Support]\n", "")
    (tmp_path / "regulars.yaml").write_text(text)
    catalogue = resolve_catalogue(read_project(tmp_path))
    assert "support_contacts" not in {one.name for one in catalogue.measures}
    assert "support_share_ever" not in catalogue.inputs


OWN = """
features:
  own: [{name: %s, sql: %s, meaning: Mine.}]
"""


def test_a_feature_of_your_own_comes_after_what_it_is_made_of(tmp_path: Path) -> None:
    made = resolve_catalogue(
        project(tmp_path, "retail", add=OWN % ("mine", "amount_per_order_90d / 2"))
    )
    (mine,) = [one for one in made.features if one.name == "mine"]
    assert (mine.family, mine.kind, mine.level) == ("own", "number", 2)


@pytest.mark.parametrize("taken", ["orders_90d", "customer_id"])
def test_a_feature_of_your_own_needs_a_name_of_its_own(tmp_path: Path, taken: str) -> None:
    with pytest.raises(SettingsError, match=f"'{taken}' is taken"):
        resolve_catalogue(project(tmp_path, "retail", add=OWN % (taken, "'1'")))


def test_a_feature_of_your_own_reads_no_other_table(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="features of the same row"):
        resolve_catalogue(project(tmp_path, "retail", add=OWN % ("mine", "(select 1)")))


def test_windows_without_a_double_have_no_change(tmp_path: Path) -> None:
    names = resolve_catalogue(
        project(tmp_path, "retail", add="\nfeatures: {windows: [10, 20, 50]}\n")
    ).inputs
    assert [name for name in names if name.startswith("orders_change")] == ["orders_change_10d"]


def test_catalogue_names_follow_one_pattern() -> None:
    names = [one.name for one in catalogue_file().features]
    assert all(name == name.lower() and name.replace("_", "").isalnum() for name in names)
