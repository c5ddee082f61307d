"""`regulars init postgresql://...`: a project file from a server's tables, and its preview."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from regulars.cli import state
from regulars.cli.app import app
from tests.ingest.inference.test_databases import SQL, shop_rows


def test_init_reads_a_servers_tables_and_writes_no_secret(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(SQL)
        connection.execute(
            'create schema crm; create table crm."Loud" ("Who" integer, "Note" text)'
        )
        connection.execute("insert into crm.\"Loud\" values (1, 'hello'), (2, 'bye')")
        for statement in shop_rows():
            connection.execute(statement)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    state.options = state.Options()
    result = CliRunner().invoke(app, ["init", postgres_url, "-p", str(tmp_path), "--no-input"])
    assert result.exit_code == 0, result.output
    text = (tmp_path / "regulars.yaml").read_text()
    settings = yaml.safe_load(text)
    variable = f"${{{settings['project'].upper()}_URL}}"
    assert settings["sources"]["bills"] == {"url": variable, "table": "bills"}
    assert "20 customers, 120 sales, 0 refunds, net 7,200.00" in result.stdout
    secret = postgres_url.partition("@")[0].rpartition(":")[2]
    kept = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert secret not in kept + result.stdout
    assert f"export {settings['project'].upper()}_URL=" in result.stdout
