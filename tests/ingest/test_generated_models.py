"""Generated cleaning models: any header, any text, and the rules of the project's SQL."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest

from generated_sql import complete_project
from lint_sql import fluff, judge_compiled, lint_sources
from regulars.core.settings import read_project
from regulars.ingest.mapping import resolve_mapping, unmapped_entities
from regulars.ingest.silver.generated import cleaning_models
from regulars.ingest.silver.templated import plain, string
from regulars.warehouse.building import ModelBuilder
from regulars.warehouse.dbt_folder import package_folder
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.engines.duckdb_dialect import DUCKDB

# Headers as a file may hold them; the reader of files makes tamer ones, other writers need not.
HEADERS = ("order", "select", "客户等级", 'say "hi" 100%', "{{ 1 / 0 }}", "{% raise %} {# no #}")
PROJECT = """
version: 1
project: odd headers
sources:
  people: {path: people.csv}
entities:
  customers:
    source: people
    columns: {customer_id: who}
    attributes:
      order: order
      select: {column: select, values: {"{{ x }}": "{% y %}", "it's": ok}, default: "{{ none }}"}
      grade: 客户等级
      words: {column: 'say "hi" 100%'}
      braces: {column: "{{ 1 / 0 }}"}
      blocks: {column: "{% raise %} {# no #}"}
      made: {sql: "case when \\"order\\" like '{{%' then '{{ 2 / 0 }}' else '{% z %}' end"}
    reject:
      - {when: "\\"order\\" = '{{ bad }}'", because: "says {{ bad }}, or it's {% odd %}"}
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> DuckDBWarehouse:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "regulars.yaml").write_text(PROJECT, "utf-8")
    opened = DuckDBWarehouse(folder / "shop.duckdb")
    rows = [["anna", "{{%", "{{ X }}", "gold", "yes", "1", "2"],
            ["bert", "{{ bad }}", None, None, None, None, None]]  # fmt: skip
    names = ["who", *HEADERS]
    table = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    table |= {"_batch_id": ["b"] * 2, "_file": ["f"] * 2, "_row_number": [1, 2]}
    opened.replace_table("bronze", "people", pa.table(table | {"_landed_at": [None] * 2}))
    return opened


def test_no_header_value_or_expression_of_a_project_is_executed_by_a_template(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    folder = Path(str(warehouse.dbt_output()["path"])).parent
    with closing(warehouse):
        mapping = resolve_mapping(
            read_project(folder), {"people": warehouse.columns("bronze", "people")}, dialect=DUCKDB
        )
        builder = ModelBuilder(
            warehouse,
            variables=mapping.variables(),
            models=cleaning_models(mapping.entities, DUCKDB),
            compiled=tmp_path,
        )
        builder.build(["stg_customers"])
        anna, bert = warehouse.arrow(
            "select * from silver.stg_customers order by customer_id"
        ).to_pylist()
    assert anna["select"] == "{% y %}"
    assert (anna["order"], anna["grade"], anna["words"]) == ("{{%", "gold", "yes")
    assert (anna["braces"], anna["blocks"], anna["made"]) == ("1", "2", "{{ 2 / 0 }}")
    assert anna["rejection_reason"] is None
    assert bert["rejection_reason"] == "says {{ bad }}, or it's {% odd %}"
    assert (bert["select"], bert["made"]) == ("{{ none }}", "{{ 2 / 0 }}")
    compiled = list(tmp_path.rglob("stg_customers.sql"))
    assert list(judge_compiled(compiled, dialect="duckdb")) == []
    assert len(compiled) == 1
    assert fluff(compiled, dialect="duckdb") == 0


def test_generated_models_keep_the_rules_of_the_projects_sql(tmp_path: Path) -> None:
    models = cleaning_models(unmapped_entities(), DUCKDB)
    complete = complete_project(package_folder(), tmp_path, models=models)
    assert [finding.text(tmp_path) for finding in lint_sources(complete)] == []


@pytest.mark.parametrize("text", ["{{", "{{{%", "a {# b", "}}", "{ {", 'x\\n "it\'s"'])
def test_a_text_comes_out_of_a_template_as_it_went_in(text: str) -> None:
    from jinja2 import Environment

    template = f"{plain(text)}|{{{{ {string(text)} }}}}"
    assert Environment(autoescape=False).from_string(template).render() == f"{text}|{text}"
