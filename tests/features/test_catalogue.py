"""The catalogue: features that a project can have, and nothing that it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.core.settings import Project
from regulars.features.catalogue import resolve_catalogue
from regulars.features.reading import input_kinds
from regulars.features.variables import feature_variables
from regulars.ingest.recipes import recipe_text

NEEDED = {"customer_id": "who", "occurred_at": "day"}


def project(*entities: str, **told: Any) -> Project:
    columns = {
        "transactions": {**NEEDED, "amount": "total"},
        "customers": {"customer_id": "who"},
        "interactions": NEEDED,
        "touches": NEEDED,
    }
    return Project.model_validate(
        {
            "version": 1,
            "project": "shop",
            "sources": {"rows": {"path": "rows.csv"}},
            "entities": {name: {"source": "rows", "columns": columns[name]} for name in entities},
            **told,
        }
    )


def names(made: Project) -> set[str]:
    return {feature.name for feature in resolve_catalogue(made).features}


def test_features_need_their_entity() -> None:
    assert "orders_30d" in names(project("transactions"))
    assert "contacts_30d" not in names(project("transactions"))
    assert "orders_30d" not in names(project("customers"))
    assert "contacts_30d" in names(project("customers", "interactions"))


def test_windows_follow_the_grain_or_the_project_file() -> None:
    assert {"orders_7d", "orders_365d", "orders_ever"} <= names(project("transactions"))
    assert "orders_12m" in names(project("transactions", grain="month"))
    own = names(project("transactions", features={"windows": [10]}))
    assert "orders_10d" in own
    assert "orders_7d" not in own


def test_values_that_the_project_file_names_get_columns_of_their_own() -> None:
    made = project("transactions", features={"categories": ["Food & drink", "It's new"]})
    measures = {one.name: one.sql for one in resolve_catalogue(made).measures}
    assert "category = 'It''s new'" in measures["lines_in_it_s_new"]
    assert "lines_in_food_drink" in measures


@pytest.mark.parametrize("recipe", ["retail", "airline", "telco"])
def test_everything_learning_may_see_is_described_once(recipe: str) -> None:
    import yaml

    made = Project.model_validate(yaml.safe_load(recipe_text(recipe)))
    attributes = made.entities["customers"].attributes if "customers" in made.entities else {}
    told = [
        {"name": name, "data_type": "varchar", "description": name, "feature": one.feature}
        for name, one in attributes.items()
    ]
    variables = feature_variables(made, attributes=told)
    described = [column["name"] for column in variables["input_columns"]]
    assert described == list(input_kinds(made))
    assert len(set(described)) == len(described)
    assert all(column["description"] for column in variables["feature_columns"])


def test_when_a_customer_left_is_never_an_input() -> None:
    for entities in (("customers",), ("customers", "transactions", "interactions")):
        assert not {"left_at", "churned", "reason"} & set(input_kinds(project(*entities)))
