"""What is Snowflake's own: names, secrets, grants, landing, and a company that runs on it."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.cli.app import main
from regulars.core.errors import EngineError, MissingExtra, SettingsError
from regulars.core.settings import EngineSettings
from regulars.ingest.bronze_columns import whole_batches
from regulars.warehouse.engines.snowflake import SnowflakeWarehouse
from regulars.warehouse.engines.snowflake_connection import SECRET, Account
from regulars.warehouse.engines.snowflake_dialect import SNOWFLAKE, name_of_stored
from regulars.warehouse.engines.snowflake_types import scan_expression
from regulars.warehouse.granting import grants
from tests.engines.snowflake_stand_in import SnowflakeStandIn, made_key

SETTINGS: dict[str, Any] = {
    "type": "snowflake", "account": "org-shop", "user": "regulars", "database": "shop",
    "warehouse": "small", "role": "analyst",
}  # fmt: skip


def account(**environment: str) -> Account:
    return Account(EngineSettings(**SETTINGS), environment, run_id="20240622T130501.250")


@pytest.mark.parametrize(
    ("name", "quoted", "read_back"),
    [
        ("customer_id", '"CUSTOMER_ID"', "customer_id"),
        ("CustomerId", '"CUSTOMERID"', "customerid"),
        ("Größe", '"Größe"', "Größe"),
        ("first name", '"first name"', "first name"),
        ('say "hi"', '"say ""hi"""', 'say "hi"'),
    ],
)
def test_a_name_that_needs_no_quotes_is_the_same_with_them(
    name: str, quoted: str, read_back: str
) -> None:
    assert SNOWFLAKE.quote(name) == quoted
    assert name_of_stored(SNOWFLAKE.stored(name)) == read_back


def test_a_backslash_stays_a_backslash() -> None:
    assert SNOWFLAKE.text("a\\b's") == r"'a\\b''s'"


def test_whole_numbers_of_39_digits_are_not_sent_as_floating_point() -> None:
    assert scan_expression("n", "HUGEINT") == "cast(n as decimal(38, 0))"


def test_the_profile_of_dbt_names_a_variable_in_place_of_the_password() -> None:
    asked = account(SNOWFLAKE_PASSWORD="hush")
    output = asked.dbt_output(schema="gold", threads=2)
    assert "hush" not in json.dumps(output)
    assert SECRET in str(output["password"])
    assert asked.dbt_environment() == {SECRET: "hush"}
    assert output["query_tag"] == "regulars 20240622T130501.250"


def test_a_key_goes_before_a_password() -> None:
    keyed = account(
        SNOWFLAKE_PRIVATE_KEY_PATH="/keys/me.p8",
        SNOWFLAKE_PRIVATE_KEY_PASSPHRASE="hush",
        SNOWFLAKE_PASSWORD="old",
    )
    output = keyed.dbt_output(schema="gold", threads=2)
    assert output["private_key_path"] == "/keys/me.p8"
    assert "password" not in output
    assert "hush" not in json.dumps(output)
    assert keyed.dbt_environment() == {SECRET: "hush"}


def test_without_a_secret_the_message_names_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SNOWFLAKE_PASSWORD", "SNOWFLAKE_PRIVATE_KEY_PATH"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError) as caught:
        Account.of(EngineSettings(**SETTINGS))
    assert "SNOWFLAKE_PASSWORD" in str(caught.value.hint)
    assert "SNOWFLAKE_PRIVATE_KEY_PATH" in str(caught.value.hint)


def test_a_role_is_granted_what_a_run_does() -> None:
    statements = grants(EngineSettings(**SETTINGS))
    assert 'grant usage, create schema on database "SHOP" to role "ANALYST";' in statements
    assert "ownership" not in " ".join(statements)
    with pytest.raises(SettingsError, match="role"):
        grants(EngineSettings(**SETTINGS | {"role": None}))


def test_a_reader_is_granted_what_is_published_and_what_later_runs_make() -> None:
    statements = grants(EngineSettings(**SETTINGS, schema_prefix="my_"), reader="marketing")
    assert (
        'grant select on future tables in schema "SHOP"."MY_GOLD" to role "MARKETING";'
        in statements
    )
    assert not any(layer in " ".join(statements) for layer in ("BRONZE", "SILVER", "OPS"))


@pytest.mark.snowflake
def test_a_session_has_the_role_the_warehouse_and_the_id_of_the_run(
    snowflake: SnowflakeStandIn,
) -> None:
    settings = EngineSettings(**snowflake.settings())
    SnowflakeWarehouse(Account.of(settings, run_id="20240622T130501.250")).close()
    asked = snowflake.logins()[-1]
    named = [asked[name] for name in ("databaseName", "warehouse", "roleName")]
    assert named == [settings.database, "small", "analyst"]
    assert (asked["QUERY_TAG"], asked["TIMEZONE"]) == ("regulars 20240622T130501.250", "UTC")


@pytest.mark.snowflake
def test_a_key_opens_where_its_public_half_is_known(
    snowflake: SnowflakeStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "not asked for")
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_PATH", str(snowflake.key))
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE", snowflake.passphrase)
    snowflake.warehouse().close()
    other = tmp_path / "other.p8"
    made_key(other)
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_PATH", str(other))
    with pytest.raises(EngineError, match="JWT token is invalid") as caught:
        snowflake.warehouse()
    assert "public key" in str(caught.value.hint)


@pytest.mark.snowflake
def test_a_wrong_password_and_an_unknown_database_say_what_to_do(
    snowflake: SnowflakeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EngineError, match="does not exist") as caught:
        snowflake.warehouse(database="not_there")
    assert "regulars grants snowflake" in str(caught.value.hint)
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "wrong")
    with pytest.raises(EngineError, match="Incorrect username or password") as caught:
        snowflake.warehouse()
    assert "SNOWFLAKE_PASSWORD" in str(caught.value.hint)
    assert "wrong" not in str(caught.value)


@pytest.mark.skipif(bool(find_spec("snowflake")), reason="the driver is installed here")
def test_without_the_driver_the_message_names_the_extra() -> None:
    with pytest.raises(MissingExtra, match=r"regulars\[snowflake\]"):
        account(SNOWFLAKE_PASSWORD="hush").connect()


@pytest.mark.snowflake
def test_names_of_columns_come_back_as_they_were_delivered(snowflake: SnowflakeStandIn) -> None:
    warehouse = snowflake.warehouse()
    try:
        rows = pa.table({"CustomerId": ["anna"], "Größe x": [1.5], "town": ["Bath"]})
        warehouse.replace_table("bronze", "people", rows)
        warehouse.add_column("bronze", "people", name="ZIP", kind="VARCHAR")
        warehouse.change_column("bronze", "people", name="Größe x", kind="VARCHAR")
        names = {"CustomerId", "Größe x", "town", "ZIP"}
        assert set(warehouse.columns("bronze", "people")) == names
        # unquoted, as an expression of a project file writes them
        found = warehouse.rows(
            f"select customerid, Town from {warehouse.relation('bronze', 'people')}"
        )
        assert found == [("anna", "Bath")]
    finally:
        warehouse.close()


@pytest.mark.snowflake
def test_what_a_broken_delivery_left_goes(snowflake: SnowflakeStandIn) -> None:
    warehouse = snowflake.warehouse()
    try:
        warehouse.create_table("ops", "batches", {"batch_id": "VARCHAR", "source": "VARCHAR"})
        warehouse.append_table("ops", "batches", pa.table({"batch_id": ["1"], "source": ["sales"]}))
        warehouse.create_table("bronze", "sales", {"_batch_id": "VARCHAR"})
        warehouse.append_table("bronze", "sales", pa.table({"_batch_id": ["1"]}))
        with pytest.raises(EngineError), whole_batches(warehouse, "sales"), warehouse.transaction():
            warehouse.append_table("bronze", "sales", pa.table({"_batch_id": ["2"]}))
            warehouse.add_column("bronze", "sales", name="town", kind="VARCHAR")  # commits
            warehouse.rows(f"select * from {warehouse.relation('bronze', 'nowhere')}")
        relation = warehouse.relation("bronze", "sales")
        assert warehouse.rows(f"select _batch_id from {relation}") == [("1",)]
    finally:
        warehouse.close()


@pytest.mark.snowflake
def test_a_demo_on_snowflake_ends_with_a_release_and_leaves_no_secret(
    snowflake: SnowflakeStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = snowflake.settings()
    for name, value in settings.items():
        monkeypatch.setenv(f"SNOWFLAKE_{name.upper()}", str(value))
    with pytest.raises(SystemExit) as ended:
        main(
            [
                "demo",
                str(tmp_path),
                "--recipe",
                "cards",
                "--customers",
                "50",
                "--engine",
                "snowflake",
            ]
        )
    assert ended.value.code in (0, None)
    (scored,) = tmp_path.glob(".regulars/releases/*/customer_scored.parquet")
    assert pq.read_metadata(scored).num_rows == 50
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(snowflake.password.encode() in path.read_bytes() for path in files)
    named = re.compile(rf"\b({settings['database']}|{settings['account']})\b", re.IGNORECASE)
    texts = [path.read_text("utf-8") for path in files if path.suffix == ".sql"]
    assert len(texts) > 30
    assert not any(named.search(text) for text in texts)
