"""What is particular to PostgreSQL: names, secrets, one writer, and errors that say what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from regulars.core.errors import EngineError, LockedError, SettingsError
from regulars.core.settings import read_project
from regulars.ingest.mapping import unmapped_entities
from regulars.ingest.silver.generated import cleaning_models
from regulars.warehouse.dbt import DbtProject
from regulars.warehouse.engines.postgres import PostgresWarehouse
from regulars.warehouse.engines.postgres_dialect import POSTGRES
from regulars.warehouse.granting import grants
from regulars.warehouse.opening import open_warehouse, warehouse_exists, warehouse_place
from tests.engines.conftest import NewDatabase
from tests.engines.server import PASSWORD, Server

PROJECT = """
version: 1
project: shop
engine: {type: postgres, url: "${SHOP_URL}", schema_prefix: shop_}
sources: {orders: {path: orders.csv}}
entities:
  transactions: {source: orders, columns: {customer_id: who, occurred_at: day, amount: paid}}
"""


@pytest.fixture
def warehouse(postgres_url: str) -> Iterator[PostgresWarehouse]:
    with closing(PostgresWarehouse(postgres_url)) as opened:
        yield opened


def refusal(url: str) -> EngineError:
    with pytest.raises(EngineError) as caught:
        PostgresWarehouse(url)
    assert PASSWORD not in str(caught.value)
    assert "pass%20word" not in str(caught.value)
    return caught.value


def test_a_text_loses_the_character_that_a_server_cannot_hold(
    warehouse: PostgresWarehouse,
) -> None:
    warehouse.replace_table("gold", "odd", pa.table({"word": ["a\x00b", "\x00"]}))
    assert warehouse.rows("select word from gold.odd order by word desc") == [("ab",), ("",)]


def test_a_name_that_the_server_would_cut_off_is_refused(warehouse: PostgresWarehouse) -> None:
    with pytest.raises(EngineError, match="longer than the 63 bytes"):
        warehouse.create_table("bronze", "orders", {"x" * 64: "VARCHAR"})


def test_two_writers_of_one_project_exclude_each_other(postgres_url: str) -> None:
    with closing(PostgresWarehouse(postgres_url, schema_prefix="shop_")):
        with pytest.raises(LockedError, match=rf"process {os.getpid()}\).*since 20.. *") as caught:
            PostgresWarehouse(postgres_url, schema_prefix="shop_")
        assert "Wait for it to end" in str(caught.value)
        PostgresWarehouse(postgres_url, schema_prefix="other_").close()
        PostgresWarehouse(postgres_url, schema_prefix="shop_", exclusive=False).close()
    PostgresWarehouse(postgres_url, schema_prefix="shop_").close()


def test_a_writer_that_dies_lets_go(postgres_url: str) -> None:
    program = (
        "import os, sys; from regulars.warehouse.engines.postgres import PostgresWarehouse; "
        "held = PostgresWarehouse(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, postgres_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=f"process {holder.pid}"):
            PostgresWarehouse(postgres_url)
        with closing(PostgresWarehouse(postgres_url, exclusive=False)) as watcher:
            holder.kill()
            # The server notices when it reads from the closed connection; a blocking lock waits.
            watcher.execute("set lock_timeout = '60s'")
            (key,) = watcher.rows(
                "select (classid::bigint << 32) | objid::bigint from pg_locks "
                "where locktype = 'advisory'"
            ) or [(None,)]
            if key[0] is not None:
                watcher.execute(f"select pg_advisory_lock({key[0]})")
    PostgresWarehouse(postgres_url).close()


def test_the_profile_names_no_secret_and_dbt_gets_it(tmp_path: Path, postgres_url: str) -> None:
    with closing(PostgresWarehouse(postgres_url)) as warehouse:
        project = DbtProject(
            tmp_path,
            output=warehouse.dbt_output(),
            variables={},
            models=cleaning_models(unmapped_entities(), POSTGRES),
            environment=warehouse.dbt_environment(),
        )
        code = project.run_command(["run", "--select", "stg_categories", "--log-level", "none"])
    written = (tmp_path / "dbt" / "profiles.yml").read_text("utf-8")
    assert PASSWORD not in written
    assert "pass%20word" not in written
    output = yaml.safe_load(written)["regulars"]["outputs"]["project"]
    assert output["password"] == "{{ env_var('DBT_ENV_SECRET_REGULARS_PASSWORD', '') }}"
    assert code == 0
    assert "DBT_ENV_SECRET_REGULARS_PASSWORD" not in os.environ
    for path in (tmp_path / "dbt").rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()


def test_a_server_that_does_not_answer_is_named(server: Server) -> None:
    error = refusal(server.url("postgres").replace(str(server.port), "1"))
    assert error.where == "postgresql://owner@127.0.0.1:1/postgres"
    assert error.hint == "Start the server, or check host and port in engine.url."


def test_a_wrong_password_says_where_to_put_the_right_one(server: Server) -> None:
    error = refusal(server.url("postgres", password="wrong"))
    assert error.what.endswith('password authentication failed for user "owner"')
    assert error.hint == "Check user and password in engine.url, or set PGPASSWORD."


def test_a_missing_password_says_where_to_put_one(server: Server) -> None:
    error = refusal(server.url("postgres", password=""))
    assert error.hint is not None
    assert "PGPASSWORD" in error.hint


def test_a_missing_database_says_how_to_create_it(server: Server) -> None:
    error = refusal(server.url("nowhere"))
    assert error.what.endswith('database "nowhere" does not exist')
    assert error.hint is not None
    assert "create database" in error.hint


def test_a_database_in_another_encoding_is_refused(server: Server) -> None:
    import psycopg

    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("create database old template template0 encoding 'LATIN1' locale 'C'")
    assert "LATIN1" in refusal(server.url("old")).what


def test_a_user_without_rights_is_told_which_to_ask_for(
    server: Server, new_database: NewDatabase
) -> None:
    import psycopg

    database = new_database()
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        connection.execute("create role guest login password 'guest'")
    url = server.url(database).replace("owner:pass%20word%2F%E2%82%AC", "guest:guest")
    with (
        closing(PostgresWarehouse(url)) as warehouse,
        pytest.raises(EngineError, match="permission denied") as caught,
    ):
        warehouse.create_table("bronze", "orders", {"id": "BIGINT"})
    assert caught.value.hint == f'As its owner: grant create on database "{database}" to "guest".'


def test_a_connection_that_breaks_is_an_error_with_the_next_step(
    warehouse: PostgresWarehouse, postgres_url: str
) -> None:
    with closing(PostgresWarehouse(postgres_url, exclusive=False)) as other:
        other.rows(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where pid <> pg_backend_pid() and datname = current_database()"
        )
    with pytest.raises(EngineError, match="gave up") as caught:
        warehouse.rows("select 1")
    assert caught.value.hint is not None


def test_a_url_that_is_none_is_explained() -> None:
    assert "engine.url cannot be read" in refusal("postgresql://[oops").what


def test_a_project_file_must_name_the_server(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_text(PROJECT.replace('url: "${SHOP_URL}", ', ""), "utf-8")
    with pytest.raises(SettingsError, match="a server needs an address"):
        read_project(tmp_path)


def test_a_warehouse_exists_once_something_was_landed(tmp_path: Path, postgres_url: str) -> None:
    (tmp_path / "regulars.yaml").write_text(PROJECT, "utf-8")
    project = read_project(tmp_path, environment={"SHOP_URL": postgres_url})
    assert not warehouse_exists(project)
    with closing(open_warehouse(project)) as warehouse:
        warehouse.create_table("ops", "batches", {"batch_id": "VARCHAR"})
        assert warehouse.relation("ops", "batches") == '"shop_ops"."batches"'
    assert warehouse_exists(project)
    assert not any("pass" in part for part in warehouse_place(project))


def test_what_is_granted_is_enough_for_a_run_and_for_a_reader_and_no_more(
    server: Server, new_database: NewDatabase, tmp_path: Path
) -> None:
    import psycopg

    database = new_database()
    address = server.url(database).partition("@")[2]
    url = f"postgresql://runner:hush@{address}"
    (tmp_path / "regulars.yaml").write_text(PROJECT, "utf-8")
    engine = read_project(tmp_path, environment={"SHOP_URL": url}).engine
    with psycopg.connect(server.url(database), autocommit=True) as owner:
        owner.execute("create schema others; create table others.secrets (word text)")
        owner.execute("create role marketing login password 'hush'")
        for statement in grants(engine):
            owner.execute(statement)
        owner.execute("alter role runner password 'hush'")
        with closing(PostgresWarehouse(url, schema_prefix="shop_")) as runner:
            for layer in ("bronze", "gold", "serving"):
                runner.replace_table(layer, "people", pa.table({"who": ["anna"]}))
            runner.add_rows("gold", "people", "select 'ben' as who", keys=["who"], before="")
            with pytest.raises(EngineError, match="permission denied for schema others"):
                runner.rows("select * from others.secrets")
            for statement in grants(engine, reader="marketing"):
                owner.execute(statement)
            runner.build_table("gold", "people", "select 'cleo' as who", columns=None)
    with psycopg.connect(f"postgresql://marketing:hush@{address}") as reader:
        assert reader.execute("select who from shop_gold.people").fetchall() == [("cleo",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select * from shop_bronze.people")
