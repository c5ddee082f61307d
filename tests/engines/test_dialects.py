"""The SQL of the project stays portable, and the check that says so can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.warehouse.dbt_folder import package_folder
from sql_dialects import foreign_functions, untranslatable

CATALOGUE = "measures: [{name: orders, sql: sum(amount)}]\nfeatures: []\n"


def project(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def findings(folder: Path) -> list[str]:
    return [one.what.split("(")[0] for one in foreign_functions(folder, folder / "catalogue.yaml")]


def test_the_project_calls_only_functions_that_every_engine_has() -> None:
    transform = package_folder()
    catalogue = transform.parent / "features" / "catalogue.yaml"
    assert list(foreign_functions(transform, catalogue)) == []


def test_a_function_of_one_engine_is_found_outside_of_dispatched_macros(tmp_path: Path) -> None:
    found = findings(
        project(
            tmp_path,
            {
                "models/gold/a.sql": "select try_strptime(day, '%d') as at, sum(x) as x from {{ b(c) }}",
                "macros/cleaning/b.sql": "{% macro b(c) %}list_transform(c, 'f(x)'){% endmacro %}",
                "macros/cross_engine/d.sql": "{% macro d(c) %}regexp_matches(c){% endmacro %}",
                "catalogue.yaml": CATALOGUE.replace("sum(amount)", "mode(amount)"),
            },
        )
    )
    assert found == ["try_strptime", "list_transform", "mode"]


@pytest.mark.parametrize(
    ("sql", "fails"),
    [
        ("select customer_id, sum(amount) as amount from orders group by customer_id", False),
        ("select try_cast(day as timestamp) as at from orders", False),
        ("select hash(customer_id) as key from orders", False),
        ("select list_aggregate(amounts, 'sum') as amount from orders", True),
        ("copy orders to 'orders.csv'", True),
        ("select from where", True),
    ],
)
def test_a_model_must_be_sayable_in_every_dialect(tmp_path: Path, sql: str, fails: bool) -> None:
    model = project(tmp_path, {"model.sql": sql}) / "model.sql"
    assert bool(list(untranslatable([model]))) is fails
