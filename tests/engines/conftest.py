"""Engines are a fixture: the same test runs on DuckDB, PostgreSQL and stand-ins for others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.protocol import Warehouse
from tests.engines.server import Server, programs, running
from tests.engines.snowflake_stand_in import SnowflakeStandIn, is_installed, running_stand_in

NewDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running PostgreSQL server."""
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg")
    with running(folder) as started:
        yield started


@pytest.fixture(scope="session")
def new_database(server: Server) -> NewDatabase:
    """Makes an empty database and gives its name; text sorts there as in an English dictionary.

    That is how most servers are set up, and nothing may depend on it.
    """
    import psycopg

    made: list[str] = []

    def make() -> str:
        made.append(f"shop_{len(made)}")
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(
                f"create database {made[-1]} template template0 encoding 'UTF8' "
                "locale 'C.UTF-8' locale_provider icu icu_locale 'en-US'"
            )
        return made[-1]

    return make


@pytest.fixture
def postgres_url(server: Server, new_database: NewDatabase) -> str:
    """The URL of an empty database."""
    return server.url(new_database())


@pytest.fixture(scope="session")
def snowflake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnowflakeStandIn]:
    """A running stand-in for Snowflake, and the password that it wants set."""
    if not is_installed():
        pytest.skip("it has an environment of its own: make test-engines ENGINE=snowflake")
    folder = tmp_path_factory.mktemp("snowflake")
    with running_stand_in(folder) as started, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SNOWFLAKE_PASSWORD", started.password)
        yield started


@pytest.fixture(
    params=["duckdb", "postgres", pytest.param("snowflake", marks=pytest.mark.snowflake)]
)
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    """An empty warehouse of each engine."""
    if request.param == "duckdb":
        opened: Warehouse = DuckDBWarehouse(tmp_path / "shop.duckdb")
    elif request.param == "postgres":
        from regulars.warehouse.engines.postgres import PostgresWarehouse

        opened = PostgresWarehouse(request.getfixturevalue("postgres_url"))
    else:
        opened = request.getfixturevalue(request.param).warehouse()
    yield opened
    opened.close()
