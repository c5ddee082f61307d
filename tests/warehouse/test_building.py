"""Models that a run builds itself: the SQL, the settings and the tests that dbt would make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from regulars.core.errors import TransformError
from regulars.core.settings import Project, read_project
from regulars.flows.transforming import project_models
from regulars.warehouse.building import ModelBuilder
from regulars.warehouse.dbt_folder import default_variables, package_folder
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.model_files import ModelFiles
from regulars.warehouse.opening import open_warehouse

COLUMNS = {
    "people": ["who", "since", "until", "changed", "grade", "fee"],
    "sales": ["nr", "who", "day", "known", "total", "kind"],
    "calls": ["who", "day", "minutes"],
    "mails": ["who", "day", "price", "name"],
    "groups": ["kind", "title"],
    "leavers": ["who", "left"],
    "names": ["old", "who"],
}
PROJECT = """
version: 1
project: everything
timezone: Europe/Paris
currency: CHF
grain: week
engine: {schema_prefix: shop_}
sources:
  people: {path: people.csv}
  sales: {path: sales.csv}
  calls: {path: calls.csv}
  mails: {path: mails.csv}
  groups: {path: groups.csv}
  leavers: {path: leavers.csv}
  names: {path: names.csv}
entities:
  customers:
    source: people
    columns: {customer_id: who, joined_at: since, left_at: until, changed_at: changed}
    attributes:
      grade: {column: grade, history: track}
      order: {column: fee, type: number, label: "it's 100 % {{ odd }}"}
  transactions:
    source: sales
    columns:
      {transaction_id: nr, customer_id: who, occurred_at: day, known_at: known, amount: total,
       category: kind}
    caps: {amount: {max: 1000}}
    members_only: true
  interactions:
    source: calls
    columns: {customer_id: who, occurred_at: day, duration: minutes}
  touches:
    source: mails
    columns: {customer_id: who, occurred_at: day, cost: price, campaign: name}
  categories:
    source: groups
    columns: {category_id: kind, name: title}
  labels:
    source: leavers
    columns: {customer_id: who, churned: left}
  identities:
    source: names
    columns: {alias: old, customer_id: who}
churn: {kind: contractual, horizon: 3, activity_window: 12}
features: {category_groups: {travel: [Air], necessities: [Food]}}
segments: {rules: cards, recency_bands: [1, 2, 3, 6], without_purchases: Inactive}
value: {attribute: order, attribute_per: month}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that sets every variable to something else than the package assumes."""
    folder = tmp_path_factory.mktemp("everything")
    (folder / "regulars.yaml").write_text(PROJECT, "utf-8")
    project = read_project(folder)
    with closing(open_warehouse(project)) as warehouse:
        for name, columns in COLUMNS.items():
            texts = dict.fromkeys([*columns, "_batch_id", "_file", "_landed_at"], pa.string())
            schema = pa.schema({**texts, "_row_number": pa.int64()})
            warehouse.replace_table("bronze", name, schema.empty_table())
        project_models(project, warehouse).write_dbt_project(project.state)
    variables = yaml.safe_load((project.state / "dbt" / "vars.yml").read_text("utf-8"))
    alike = {name for name, value in default_variables().items() if variables.get(name) == value}
    assert alike <= {"value", "scoring"}
    assert variables.keys() <= default_variables().keys()
    return project


@pytest.fixture
def builder(shop: Project) -> Iterator[ModelBuilder]:
    with closing(open_warehouse(shop)) as warehouse:
        yield project_models(shop, warehouse)


def in_few_words(sql: str) -> str:
    """The text of a query without its layout; dbt names the database too."""
    return " ".join(sql.replace('"warehouse".', "").split())


def test_models_and_tests_have_the_sql_and_the_settings_that_dbt_gives_them(
    shop: Project, builder: ModelBuilder, tmp_path: Path
) -> None:
    from dbt.cli.main import dbtRunner

    folder = shop.state / "dbt"
    options = ["--project-dir", str(folder), "--profiles-dir", str(folder), "--log-level", "none"]
    outcome = dbtRunner().invoke(
        ["compile", "--full-refresh", "--target-path", str(tmp_path), *options]
    )
    assert outcome.exception is None
    nodes = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["nodes"].values()
    of_dbt = {node["name"]: in_few_words(node["compiled_code"]) for node in nodes}
    ours = {model.name: model.sql for model in builder.compile(["*"], exclude=[], variables={})}
    ours |= {test.name: test.sql for test in builder.compiled_tests(["*"])}
    inside = {name for name, model in files_of(shop).by_name.items() if model.is_ephemeral}
    assert {name: in_few_words(sql) for name, sql in ours.items()} == {
        name: sql for name, sql in of_dbt.items() if name not in inside
    }
    assert len(ours) > 110
    models = {
        node["name"]: said(node)
        for node in nodes
        if node["resource_type"] == "model" and node["name"] not in inside
    }
    assert models == {
        name: (
            f"shop_{model.layer}",
            model.materialized,
            [(column.name, column.kind) for column in model.columns] if model.columns else None,
        )
        for name, model in files_of(shop).by_name.items()
        if name not in inside
    }


def files_of(project: Project) -> ModelFiles:
    """The models of a project as its dbt folder has them."""
    folder = project.state / "dbt"
    generated = folder / "models"
    return ModelFiles(
        {
            path.relative_to(generated).as_posix(): path.read_text("utf-8")
            for path in generated.rglob("*.*")
        },
        yaml.safe_load((folder / "vars.yml").read_text("utf-8")),
    )


def said(node: dict[str, Any]) -> Any:
    """Schema, materialization and promised columns of a node of dbt."""
    columns = [(column["name"], column["data_type"]) for column in node["columns"].values()]
    promised = columns if node["config"]["contract"]["enforced"] else None
    return node["schema"], node["config"]["materialized"], promised


@pytest.mark.parametrize("kind", ["none", "silence", "decline", "labelled"])
def test_every_kind_of_churn_can_be_compiled(builder: ModelBuilder, kind: str) -> None:
    churn = {"kind": kind, "activity_window": 12, "horizon": 3, "decline_below": 0.5}
    (labels,) = builder.compile(["churn_labels"], exclude=[], variables={"churn": churn})
    assert "final as" in labels.sql


MODELS = {
    "silver/first.sql": "{{ config(materialized='table') }}\nselect 1 as a, 'x' as b",
    "silver/second.sql": "select a + 1 as a from {{ ref('first') }}",
    "silver/second.yml": "models: [{name: second, columns: [{name: a, data_tests: [unique]}]}]",
}


def built(warehouse: DuckDBWarehouse, models: dict[str, str], *select: str) -> ModelBuilder:
    """A builder of these models, after it has built some."""
    builder = ModelBuilder(warehouse, variables={}, models=MODELS | models)
    builder.build(select)
    return builder


def test_a_model_is_built_after_what_it_reads_and_only_with_a_plus_that_comes_along() -> None:
    with closing(DuckDBWarehouse(None)) as warehouse:
        with pytest.raises(TransformError, match="the model second failed"):
            built(warehouse, {}, "second")
        builder = built(warehouse, {}, "+second")
        assert warehouse.rows("select a from silver.second") == [(2,)]
        assert [result.status for result in builder.test(["second"])] == ["pass"]


def test_what_is_missing_may_be_asked_for_and_never_written() -> None:
    asked = "{% if {}.odd %}0{% else %}1{% endif %}"
    with closing(DuckDBWarehouse(None)) as warehouse:
        built(warehouse, {"silver/first.sql": f"select {asked} as a"}, "first")
        assert warehouse.rows("select a from silver.first") == [(1,)]
        with pytest.raises(TransformError, match="'odd' is undefined"):
            built(warehouse, {"silver/first.sql": "select {{ odd }} as a"}, "first")


def test_a_table_takes_the_place_of_a_view_and_a_view_that_of_a_table() -> None:
    with closing(DuckDBWarehouse(None)) as warehouse:
        for kind in ("view", "table", "view"):
            text = f"{{{{ config(materialized='{kind}') }}}}\nselect '{kind}' as kind"
            built(warehouse, {"silver/first.sql": text}, "first")
            assert warehouse.rows("select kind from silver.first") == [(kind,)]


@pytest.mark.parametrize("text", ["select 2 as b", "select 'x' as a", "select 2 as a, 3 as b"])
def test_a_table_is_not_replaced_by_one_with_columns_that_it_does_not_promise(text: str) -> None:
    promise = "models: [{name: total, columns: [{name: a, data_type: integer}]}]"
    with closing(DuckDBWarehouse(None)) as warehouse:
        built(warehouse, {"gold/total.sql": "select 1 as a", "gold/total.yml": promise}, "total")
        with pytest.raises(TransformError, match="the model total failed"):
            built(warehouse, {"gold/total.sql": text, "gold/total.yml": promise}, "total")
        assert warehouse.rows("select * from gold.total") == [(1,)]


def test_the_package_assumes_a_value_for_every_variable_that_it_reads() -> None:
    files = [path for suffix in ("sql", "yml") for path in package_folder().rglob(f"*.{suffix}")]
    text = "".join(path.read_text("utf-8") for path in files)
    assert set(re.findall(r"""\bvar\(\s*['"](\w+)['"]""", text)) <= default_variables().keys()
