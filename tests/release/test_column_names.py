"""The names that are ours are the columns that the contracts of our tables state."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
import yaml

from regulars.core.errors import SettingsError
from regulars.core.reserved_names import EARLIER_COLUMNS, ROW_COLUMNS, VERSION_COLUMNS
from regulars.core.settings import read_project
from regulars.features.catalogue import resolve_catalogue, standard_feature_names
from regulars.ingest.mapping import unmapped_entities
from regulars.ingest.silver.generated import cleaning_models
from regulars.release.column_names import (
    CUSTOMER_COLUMNS,
    PROFILE_COLUMNS,
    RESERVED_NAMES,
    SCORED_COLUMNS,
)
from regulars.warehouse.engines.duckdb_dialect import DUCKDB

MODELS = Path(str(resources.files("regulars"))) / "transform" / "models"
SHOP = """\
version: 1
project: shop
sources:
  people: {path: people.csv}
  sales: {path: sales.csv}
entities:
  customers:
    source: people
    columns: {customer_id: id}
    attributes:
      city: town
      recency_days: silent_for
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: total}
"""


def stated(model: str) -> tuple[str, ...]:
    """Columns of a contract, without those of the project."""
    generated = cleaning_models(unmapped_entities(), DUCKDB).get(f"{model}.yml")
    if generated is not None:
        return tuple(one["name"] for one in yaml.safe_load(generated)["models"][0]["columns"])
    text = (MODELS / f"{model}.yml").read_text("utf-8")
    columns = text[text.index("columns:") :] if "columns: >-" not in text else text
    return tuple(re.findall(r"(?:- name: |'name': ')(\w+)", columns.split("columns: >-")[-1]))


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("gold/dim_customer", CUSTOMER_COLUMNS),
        ("serving/customer_scored", SCORED_COLUMNS),
        ("serving/customer_360_profile", PROFILE_COLUMNS),
        ("silver/stg_customers", ROW_COLUMNS),
        ("silver/int_customers_versioned", VERSION_COLUMNS),
    ],
)
def test_columns_are_those_of_the_contract_in_its_order(model: str, names: tuple[str, ...]) -> None:
    found = stated(model)
    assert found[-len(names) :] == names
    assert set(names) <= RESERVED_NAMES


def test_no_name_is_reserved_without_a_contract() -> None:
    current = (CUSTOMER_COLUMNS, SCORED_COLUMNS, PROFILE_COLUMNS, ROW_COLUMNS, VERSION_COLUMNS)
    tables = (*current, EARLIER_COLUMNS)
    assert frozenset(name for names in tables for name in names) == RESERVED_NAMES


def test_an_attribute_may_not_be_called_as_a_feature_and_the_line_is_told(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_text(SHOP, "utf-8")
    with pytest.raises(SettingsError, match=r"attributes\.recency_days") as refused:
        resolve_catalogue(read_project(tmp_path))
    line = SHOP.splitlines().index("      recency_days: silent_for") + 1
    assert str(refused.value.where).endswith(f"line {line}")
    assert "recency_days_given" in str(refused.value.hint)


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_init_knows_the_features_of_every_grain(tmp_path: Path, grain: str) -> None:
    text = SHOP.replace("      recency_days: silent_for\n", "").replace(
        "project: shop\n", f"project: shop\ngrain: {grain}\n"
    )
    (tmp_path / "regulars.yaml").write_text(text, "utf-8")
    made = {feature.name for feature in resolve_catalogue(read_project(tmp_path)).features}
    assert len(made) > 50
    assert made <= standard_feature_names()
