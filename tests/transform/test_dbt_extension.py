"""A company's own dbt project on top of ours: its model, its test, and one of ours replaced."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.small_projects import SmallProject
from tests.transform.test_plain_dbt import package_files, program, run_program

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "dbt_extension"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """The example after a run, with its packages installed as its README says."""
    folder = tmp_path_factory.mktemp("extension") / "shop"
    shutil.copytree(EXAMPLE, folder)
    made = SmallProject(folder)
    made.run("land", "clean", "features", "segment")
    before = package_files()
    program("regulars", "dbt", "deps", "--project-dir", "company", at=folder)
    build = ("dbt", "build", "--project-dir", "company", "--select", "package:corner_shop")
    program("regulars", *build, at=folder)
    assert package_files() == before
    return made


def test_its_model_reads_our_features(company: SmallProject) -> None:
    rows = company.rows("select customer_id, orders, amount from gold.loyal_customers order by 1")
    assert [(who, orders, float(amount)) for who, orders, amount in rows] == [
        ("anna", 2, 20.5), ("carla", 3, 19.0),
    ]  # fmt: skip


def test_its_model_replaces_ours(company: SmallProject) -> None:
    groups = dict(company.rows("select category_id, category_group from gold.dim_category"))
    assert groups == {
        "tea": "Drinks",
        "coffee": "Drinks",
        "bread": "Other",
        "Uncategorized": "Other",
    }


def test_its_test_fails_where_its_rule_is_broken(company: SmallProject) -> None:
    tests = ("dbt", "test", "--project-dir", "company", "--select", "loyal_customers_have_bought")
    assert run_program("regulars", *tests, at=company.folder).returncode == 0
    model = company.folder / "company" / "models" / "loyal_customers.sql"
    text = model.read_text("utf-8")
    build = ("dbt", "build", "--project-dir", "company", "--select", "loyal_customers")
    model.write_text(text.replace("features.customer_id,", "'x' as customer_id,", 1), "utf-8")
    try:
        assert run_program("regulars", *build, at=company.folder).returncode == 1
    finally:  # the other tests read its table
        model.write_text(text, "utf-8")
        program("regulars", *build, at=company.folder)
