"""A parse that is kept: right for every project, found only by what it was made from."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from regulars.core.kept_files import read_kept, write_kept
from regulars.core.settings import read_project
from regulars.flows.transforming import write_dbt_project
from regulars.warehouse.dbt import DbtProject
from regulars.warehouse.dbt_folder import DbtFolder, default_variables, package_folder
from regulars.warehouse.dbt_manifest import parse_digest
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
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[DbtProject, Path]:
    """A project that sets every variable to something else than the package assumes."""
    folder = tmp_path_factory.mktemp("everything")
    (folder / "regulars.yaml").write_text(PROJECT, "utf-8")
    project = read_project(folder)
    with closing(open_warehouse(project)) as warehouse:
        for name, columns in COLUMNS.items():
            texts = dict.fromkeys([*columns, "_batch_id", "_file", "_landed_at"], pa.string())
            schema = pa.schema({**texts, "_row_number": pa.int64()})
            warehouse.replace_table("bronze", name, schema.empty_table())
        dbt = write_dbt_project(project, warehouse)
    variables = yaml.safe_load((project.state / "dbt" / "vars.yml").read_text("utf-8"))
    alike = {name for name, value in default_variables().items() if variables.get(name) == value}
    assert alike <= {"value", "scoring"}
    assert variables.keys() <= default_variables().keys()
    return dbt, project.state / "dbt"


def plain(node: dict[str, Any]) -> Any:
    """What a node says, without the marks of compiling and the macros that a parse went through."""
    names = ("database", "schema", "alias", "relation_name", "config", "columns", "contract")
    further = ("description", "fqn", "raw_code", "checksum", "test_metadata", "attached_node")
    content = {name: node.get(name) for name in (*names, *further)}
    content["refs"] = sorted({ref["name"] for ref in node["refs"]})
    return json.loads(json.dumps(content, default=str))


def compiled(target: Path) -> dict[str, str]:
    """The SQL of all models and tests below a target folder, by place."""
    folder = target / "compiled"
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.sql")
    }


def test_a_kept_parse_has_the_sql_the_settings_and_the_columns_of_a_fresh_one(
    shop: tuple[DbtProject, Path], tmp_path: Path
) -> None:
    from dbt.cli.main import dbtRunner

    dbt, folder = shop
    dbt.compile(["customer_features"], exclude=["tag:none"], variables={"grain": "day"})
    dbt.compile(["*"], exclude=["tag:none"], variables={})
    options = ["--project-dir", str(folder), "--profiles-dir", str(folder), "--log-level", "none"]
    fresh = dbtRunner().invoke(
        ["compile", "--full-refresh", "--target-path", str(tmp_path), *options]
    )
    assert fresh.exception is None
    assert compiled(folder / "target" / "scoring") == compiled(tmp_path)
    assert len(compiled(tmp_path)) > 120
    nodes = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["nodes"]
    kept = {name: plain(node) for name, node in dbt.manifest().to_dict()["nodes"].items()}
    assert kept == {name: plain(node) for name, node in nodes.items()}


@pytest.mark.parametrize("kind", ["none", "silence", "decline", "labelled"])
def test_one_parse_serves_every_kind_of_churn(shop: tuple[DbtProject, Path], kind: str) -> None:
    churn = {"kind": kind, "activity_window": 12, "horizon": 3, "decline_below": 0.5}
    (labels,) = shop[0].compile(["churn_labels"], exclude=["tag:none"], variables={"churn": churn})
    assert "final as" in labels.sql


def test_a_kept_parse_is_found_only_by_all_that_dbt_could_see(
    shop: tuple[DbtProject, Path], tmp_path: Path
) -> None:
    _, folder = shop
    shutil.copytree(folder, tmp_path / "dbt", ignore=shutil.ignore_patterns("target"))
    output = {"type": "duckdb", "schema": "main", "path": "shop.duckdb"}
    project = DbtFolder(tmp_path / "dbt", output, variables={}, models={})
    digests = [parse_digest(project)]
    for unseen in ({"grain": "week"}, {"schema_prefix": "a_"}):
        assert parse_digest(replace(project, variables=unseen)) == digests[0]
    digests.append(parse_digest(replace(project, variables={"unknown": 1})))
    digests.append(parse_digest(replace(project, output={"type": "postgres"})))
    for file in project.written_files():
        text = (project.folder / file).read_text("utf-8")
        (project.folder / file).write_text(f"{text}\n", "utf-8")
        digests.append(parse_digest(project))
    assert len(digests) == len(set(digests)) > 150


def test_the_package_assumes_a_value_for_every_variable_that_it_reads() -> None:
    files = [path for suffix in ("sql", "yml") for path in package_folder().rglob(f"*.{suffix}")]
    text = "".join(path.read_text("utf-8") for path in files)
    assert set(re.findall(r"""\bvar\(\s*['"](\w+)['"]""", text)) <= default_variables().keys()


def test_a_kept_file_that_is_damaged_or_made_from_something_else_is_absent(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "parse"
    assert read_kept(path, made_from="a") is None
    write_kept(path, b"one\ntwo", made_from="a")
    assert read_kept(path, made_from="a") == b"one\ntwo"
    assert read_kept(path, made_from="b") is None
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole + b"x", whole.replace(b"two", b"tow"), b""):
        path.write_bytes(damaged)
        assert read_kept(path, made_from="a") is None
    write_kept(path, b"again", made_from="b")
    assert read_kept(path, made_from="b") == b"again"
    assert [file.name for file in path.parent.iterdir()] == ["parse"]
