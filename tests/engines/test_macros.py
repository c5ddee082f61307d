"""Row tests of every macro in macros/cross_engine: the same rows, the same values, every engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from regulars.ingest.mapping import unmapped_entities
from regulars.ingest.silver.generated import cleaning_models
from regulars.warehouse.dbt_folder import DbtFolder, package_folder
from regulars.warehouse.dialects import dialect_of
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.protocol import Warehouse
from tests.engines.macro_rows import CASES, Case

GRAINS = ("day", "week", "month")
# These say how an engine runs, not what a value is; other tests here build models with them.
SEGMENTS = {
    "frequency": "orders", "recency_bands": [], "activity_window": 120, "rules": [],
    "campaigns": {name: {"segments": []} for name in ("retention", "onboarding", "premium")},
}  # fmt: skip
WITHOUT_ROWS = {
    "contract_types", "postgres_moment", "postgres_plain_moment", "refresh_statistics", "snowflake",
    "moment_patterns", "spark", "spark_moment",
}  # fmt: skip


class Engine:
    """A warehouse, and the cases' expressions as SQL of its engine."""

    def __init__(self, warehouse: Warehouse, folder: Path) -> None:
        self.warehouse = warehouse
        self._folder = folder
        models = cleaning_models(unmapped_entities(), dialect_of(warehouse.engine))
        variables = {"timezone": "Europe/London"}
        DbtFolder(folder / "dbt", warehouse.dbt_output(), variables, models).write()
        self._manifest: Any = None
        self._sql = {grain: self._render(grain) for grain in GRAINS}

    def values(self, case: Case) -> list[object]:
        """What the macro makes of the case's rows, in order."""
        names = list(case.columns)
        columns = {"_at": pa.array(range(len(case.rows)))} | {
            name: pa.array([row[at] for row in case.rows], case.columns[name])
            for at, name in enumerate(names)
        }
        self.warehouse.replace_table("ops", "probe", pa.table(columns))
        probe = self.warehouse.relation("ops", "probe")
        found = self.warehouse.rows(
            f"select {self._sql[case.grain][case.name]} as made from {probe} order by _at"
        )
        return [value for (value,) in found]

    def _render(self, grain: str) -> dict[str, str]:
        asked = [case for case in CASES if case.grain == grain]
        expressions = ", ".join(case.expression for case in asked)
        text = self._dbt("compile", grain, "--inline", f"{{{{ tojson([{expressions}]) }}}}")
        return dict(zip((case.name for case in asked), json.loads(text), strict=True))

    def _dbt(self, verb: str, grain: str, *arguments: str) -> str:
        from dbt.cli.main import dbtRunner

        options = [
            "--project-dir", str(self._folder / "dbt"),
            "--profiles-dir", str(self._folder / "dbt"),
            "--target-path", str(self._folder / "target"), "--log-path", str(self._folder),
            "--log-level", "none", "--vars", json.dumps({"grain": grain, "segments": SEGMENTS}),
        ]  # fmt: skip
        if self._manifest is None:
            self._manifest = dbtRunner().invoke(["parse", *options]).result
        outcome = dbtRunner(manifest=self._manifest).invoke([verb, *arguments, *options])
        assert outcome.exception is None, str(outcome.exception)
        return str(outcome.result.results[0].node.compiled_code)


@pytest.fixture(
    scope="module",
    params=["duckdb", "postgres", pytest.param("snowflake", marks=pytest.mark.snowflake)],
)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("macros")
    if request.param == "duckdb":
        opened: Warehouse = DuckDBWarehouse(folder / "shop.duckdb")
    elif request.param == "postgres":
        from regulars.warehouse.engines.postgres import PostgresWarehouse

        server = request.getfixturevalue("server")
        opened = PostgresWarehouse(server.url(request.getfixturevalue("new_database")()))
    else:
        opened = request.getfixturevalue(request.param).warehouse()
    secrets = opened.dbt_environment()
    with closing(opened), pytest.MonkeyPatch.context() as environment:
        for name, value in (secrets | {"DO_NOT_TRACK": "1"}).items():
            environment.setenv(name, value)
        yield Engine(opened, folder)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_macro_makes_the_same_of_the_same_rows(engine: Engine, case: Case) -> None:
    made = engine.values(case)
    expected = [row[-1] for row in case.rows]
    told = [(row[:-1], value) for row, value in zip(case.rows, made, strict=True)]
    assert told == [(row[:-1], value) for row, value in zip(case.rows, expected, strict=True)]


def test_every_macro_has_rows() -> None:
    files = {path.stem for path in (package_folder() / "macros" / "cross_engine").glob("*.sql")}
    tried = {
        name for name in files if any(f"regulars.{name}(" in case.expression for case in CASES)
    }
    assert files - tried == WITHOUT_ROWS


def test_every_macro_states_its_meaning_first() -> None:
    for path in (package_folder() / "macros" / "cross_engine").glob("*.sql"):
        assert path.read_text("utf-8").startswith("{#"), path.name
