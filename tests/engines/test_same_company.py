"""A small company from raw files to scores: every table is the same on every engine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lint_sql import compiled_models
from regulars.core.settings import PROJECT_FILE
from regulars.flows.steps import NAMES
from regulars.ingest.recipes import recipe_text
from regulars.synthetic.dirt import Dirt
from regulars.synthetic.generation import generate
from regulars.warehouse.opening import open_warehouse
from regulars.warehouse.parity import Receipt, receipt
from sql_dialects import untranslatable
from tests.small_projects import NOON, SmallProject

STEPS = tuple(name for name in NAMES if name not in {"report", "publish"})
LAYERS = ("silver", "gold", "ml", "serving")


@dataclass(frozen=True)
class Company:
    """A recipe and its customers; `change` in the project file keeps past cutoffs few."""

    recipe: str
    customers: int
    change: tuple[str, str]


COMPANIES = [
    Company("retail", 150, ("horizon: 90 ", "max_cutoffs: 3\n  horizon: 90 ")),
    Company("airline", 400, ("max_cutoffs: 24", "max_cutoffs: 8")),
]
Built = Callable[[Company, str], SmallProject]
SERVERS = ["postgres", pytest.param("snowflake", marks=pytest.mark.snowflake)]


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The company of a recipe on an engine, run once."""
    done: dict[tuple[Company, str], SmallProject] = {}
    folder = tmp_path_factory.mktemp("companies")

    def build(company: Company, engine: str) -> SmallProject:
        if (company, engine) not in done:
            made = _written(company, folder / company.recipe / engine)
            if engine != "duckdb":
                settings = {**_settings(engine, request), "schema_prefix": "my_"}
                with (made.folder / PROJECT_FILE).open("a", encoding="utf-8") as file:
                    file.write(f"\nengine: {json.dumps(settings)}\n")
            made.run(*STEPS)
            done[company, engine] = made
        return done[company, engine]

    return build


def _settings(engine: str, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Where an empty database of a server is."""
    if engine != "postgres":
        settings: dict[str, Any] = request.getfixturevalue(engine).settings()
        return settings
    server = request.getfixturevalue("server")
    return {"type": "postgres", "url": server.url(request.getfixturevalue("new_database")())}


def _written(company: Company, folder: Path) -> SmallProject:
    """The same raw files for every engine, with their times, and a project file."""
    raw = folder.parent / "raw"
    if not raw.exists():
        generate(
            company.recipe,
            raw,
            customers=company.customers,
            until=NOON.date(),
            dirt=Dirt.light(),
        )
    shutil.copytree(raw, folder / "data")
    made = SmallProject(folder)
    made.write({PROJECT_FILE: recipe_text(company.recipe)})
    made.change(*company.change)
    return made


def receipts(made: SmallProject) -> dict[str, Receipt]:
    warehouse = open_warehouse(made.project, exclusive=False)
    try:
        names = [f"{layer}.{table}" for layer in LAYERS for table in warehouse.tables(layer)]
        return {one.table: one for one in receipt(warehouse, names)}
    finally:
        warehouse.close()


@pytest.mark.parametrize("engine", SERVERS)
@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.recipe)
def test_all_tables_and_scores_are_the_same_on_every_engine(
    company: Company, engine: str, built: Built
) -> None:
    expected = receipts(built(company, "duckdb"))
    assert receipts(built(company, engine)) == expected
    assert expected["gold.customer_features"].rows > company.customers
    assert expected["ml.churn_predictions"].rows > 0
    assert expected["serving.customer_360_profile"].rows > 0


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.recipe)
def test_a_release_is_the_same_file_by_file(company: Company, built: Built) -> None:
    import pyarrow.parquet as pq

    one, other = (built(company, engine).folder for engine in ("duckdb", "postgres"))
    files = sorted(one.glob(".regulars/releases/*/*.parquet"))
    assert {"customer_360_profile", "customer_scored"} < {file.stem for file in files}
    for file in files:
        if file.stem in {"checks", "run_steps"}:  # they tell how long things took
            continue
        assert pq.read_table(file).equals(pq.read_table(other / file.relative_to(one))), file.stem


def test_the_models_can_be_said_in_the_other_dialects(built: Built) -> None:
    models = compiled_models(built(COMPANIES[0], "duckdb").folder)
    assert len(models) > 30
    assert list(untranslatable(models)) == []


def test_nothing_changed_means_nothing_to_do_on_a_server_too(built: Built) -> None:
    made = built(COMPANIES[1], "postgres")
    outcome = made.run(*STEPS, at=NOON + timedelta(hours=1))
    assert outcome.all_skipped
