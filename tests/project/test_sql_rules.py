"""Every rule of the dbt project can fail, and a model that is right passes them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from lint_sql import fluff, judge_compiled, lint_sources

GOOD_SQL = """\
with

orders as (

    select * from {{ ref('stg_orders') }}

),

per_customer as (

    select
        orders.customer_id,
        extract(day from orders.ordered_at) as ordered_day,
        count(*) as order_count
    from orders
    inner join customers
        on orders.customer_id = customers.customer_id
    where orders.kind is distinct from orders.other_kind
    group by orders.customer_id

)

select * from per_customer
"""
GOOD_PROPERTIES = """\
models:
  - name: fct_orders
    description: One row per customer. Only orders count.
    columns:
      - name: customer_id
        description: Who ordered.
        data_tests: [unique, not_null]
"""


def findings(tmp_path: Path, sql: str, *, properties: str | None = None, name: str = "") -> str:
    """What the rules say of one gold model, as text."""
    gold = tmp_path / "models" / "gold"
    gold.mkdir(parents=True, exist_ok=True)
    (gold / f"{name or 'fct_orders'}.sql").write_text(sql)
    if properties is not None:
        (gold / f"{name or 'fct_orders'}.yml").write_text(properties)
    return "\n".join(finding.text(tmp_path) for finding in lint_sources(tmp_path))


def test_a_model_that_keeps_the_rules_passes(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD_SQL, properties=GOOD_PROPERTIES) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("select * from per_customer\n", "select count(*) from per_customer\n", "the last line"),
        ("count(*)", "max(current_date)", "reads the clock (current_date)"),
        ("count(*)", "max(now())", "reads the clock (now)"),
        ("count(*)", "{{ target.type }}", "target.type: dispatch a macro"),
        ("count(*)", "cast(count(*) as double)", "names a type of some engines (as double))"),
        ("select\n        orders", "select distinct\n        orders", "hides a fan-out"),
        ("{{ ref('stg_orders') }}", "read_csv('s3://bucket/o.csv')", "a location: s3://bucket"),
        ("{{ ref('stg_orders') }}", "analytics.stg_orders", "use ref or source"),
        ("group by", "GROUP by", "GROUP: lower case"),
        ("    from orders", "  from orders", "2 spaces: indent by fours"),
        ("ordered_day,\n        count", "ordered_day\n        , count", "a leading comma"),
        ("count(*)", "count(*) " + "+ 1 " * 30, "columns, 100 is the most"),
        ("    from orders\n", "\tfrom orders\n", "a tab"),
        ("inner join", "join", "say inner, left or cross"),
        ("from orders\n", "from orders as o\n", "table initials: from orders as o"),
        ("ref('stg_orders')", "source('ml', 'churn_predictions')", "only serving may read"),
    ],
)
def test_a_rule_names_what_breaks_it(tmp_path: Path, right: str, wrong: str, what: str) -> None:
    assert right in GOOD_SQL
    text = findings(tmp_path, GOOD_SQL.replace(right, wrong, 1), properties=GOOD_PROPERTIES)
    assert what in text
    assert text.startswith("models/gold/fct_orders.sql:")


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("One row per customer", "Orders of a customer", "does not start 'One row per'"),
        ("description: Who ordered.", "description: ''", "column customer_id: no description"),
        ("[unique, not_null]", "[not_null]", "has no key test"),
        ("name: fct_orders", "name: fct_order", "has no entry in fct_orders.yml"),
    ],
)
def test_properties_have_rules_too(tmp_path: Path, right: str, wrong: str, what: str) -> None:
    assert right in GOOD_PROPERTIES
    assert what in findings(tmp_path, GOOD_SQL, properties=GOOD_PROPERTIES.replace(right, wrong, 1))


def test_a_model_without_properties_and_properties_without_a_model(tmp_path: Path) -> None:
    text = findings(tmp_path, GOOD_SQL)
    assert "has no entry in fct_orders.yml" in text
    (tmp_path / "models" / "gold" / "fct_ghosts.yml").write_text("models: []\n")
    assert "there is no fct_ghosts.sql beside it" in findings(tmp_path, GOOD_SQL)


def test_a_key_may_be_tested_in_the_table_that_the_rows_become(tmp_path: Path) -> None:
    untested = GOOD_PROPERTIES.replace("[unique, not_null]", "[not_null]")
    elsewhere = untested.replace(
        "    columns:", "    meta: {key_tested_in: fct_sales}\n    columns:"
    )
    assert "fct_sales has no key test either" in findings(tmp_path, GOOD_SQL, properties=elsewhere)
    sales = GOOD_PROPERTIES.replace("fct_orders", "fct_sales")
    assert findings(tmp_path, GOOD_SQL, properties=sales, name="fct_sales") == ""


def test_a_staging_model_does_not_join(tmp_path: Path) -> None:
    assert "join in a staging model" in findings(tmp_path, GOOD_SQL, name="stg_orders")


def test_a_layer_does_not_read_a_layer_above_it(tmp_path: Path) -> None:
    serving = tmp_path / "models" / "serving"
    serving.mkdir(parents=True)
    (serving / "stg_orders.sql").write_text(GOOD_SQL)
    assert "gold reads stg_orders of serving" in findings(tmp_path, GOOD_SQL)


def test_a_model_may_be_one_call_of_a_macro_of_the_project(tmp_path: Path) -> None:
    sql = "{{ config(materialized='ephemeral') }}\n\n{{ regulars.usable_rows('orders') }}\n"
    assert "the last line" in findings(tmp_path, sql, properties=GOOD_PROPERTIES)
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "usable_rows.sql").write_text("{% macro usable_rows(entity) %}...")
    assert findings(tmp_path, sql, properties=GOOD_PROPERTIES) == ""


def test_comments_and_templates_are_no_sql(tmp_path: Path) -> None:
    sql = "{# now() and SELECT DISTINCT #}\n-- s3://bucket\n" + GOOD_SQL
    sql = sql.replace("count(*)", "{{ columns | join(', ') }}")
    assert findings(tmp_path, sql, properties=GOOD_PROPERTIES) == ""


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("select 1 from from", "is no duckdb SQL"),
        ("select 1; select 2", "is not one statement"),
        ("with a as (select 1), b as (select 2) select * from b", "never uses its CTE a"),
    ],
)
def test_compiled_sql_must_parse_and_use_what_it_defines(
    tmp_path: Path, sql: str, what: str
) -> None:
    (tmp_path / "model.sql").write_text(sql)
    (found,) = judge_compiled([tmp_path / "model.sql"], dialect="duckdb")
    assert found.what.startswith(what)


def test_ephemeral_models_in_front_of_compiled_sql_need_not_be_used(tmp_path: Path) -> None:
    sql = "with __dbt__cte__a as (select 1), b as (select 2) select * from b"
    (tmp_path / "model.sql").write_text(sql)
    assert list(judge_compiled([tmp_path / "model.sql"], dialect="duckdb")) == []


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select a.x from a inner join b on a.x = b.x\n", 0),
        ("select a.x from a join b on a.x = b.x\n", 1),
        ("select a.x from a inner join b b2 on a.x = b2.x\n", 1),
        ("SELECT a.x from a\n", 1),
        ("select MAX(a.x) as most from a\n", 1),
    ],
)
def test_compiled_sql_is_linted(tmp_path: Path, sql: str, code: int) -> None:
    (tmp_path / "model.sql").write_text(sql)
    assert fluff([tmp_path / "model.sql"], dialect="duckdb") == code


def test_columns_may_be_made_by_a_template(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("vars: {attributes: [{name: region}]}\n")
    before, _, _ = GOOD_PROPERTIES.partition("    columns:")
    properties = before + "    columns: \"{{ [{'name': 'a', 'description': 'A.'}] + {} }}\"\n"
    text = findings(
        tmp_path, GOOD_SQL, properties=properties.replace("{} }}", "var('attributes') }}")
    )
    assert "column region: no description" in text
    assert "column a" not in text
