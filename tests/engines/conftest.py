"""Engines are a fixture: the same test runs on DuckDB and on a PostgreSQL server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.protocol import Warehouse
from tests.engines.server import Server, programs, running

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


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    """An empty warehouse of each engine."""
    if request.param == "duckdb":
        opened: Warehouse = DuckDBWarehouse(tmp_path / "shop.duckdb")
    else:
        from regulars.warehouse.engines.postgres import PostgresWarehouse

        opened = PostgresWarehouse(request.getfixturevalue("postgres_url"))
    yield opened
    opened.close()
