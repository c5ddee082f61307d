"""`regulars init` on a database: tables and keys are read, secrets are never written."""

from __future__ import annotations

import os
import sqlite3
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from regulars.core.errors import SourceError
from regulars.ingest.inference import database_samples as samples
from regulars.ingest.inference.database_samples import sample_database, with_database
from regulars.ingest.inference.project_text import write
from regulars.ingest.inference.proposing import propose

SQL = """
create table clients (id integer primary key, email varchar, joined varchar);
create table bills (nr integer primary key, client integer references clients(id), day varchar,
    total double precision);
create table blank (x integer);
"""


def shop_rows() -> list[str]:
    people = [
        f"insert into clients values ({n}, 'c{n}@x.org', '2022-0{1 + n % 9}-01')" for n in range(20)
    ]
    bills = [
        f"insert into bills values ({n}, {n * 7 % 20}, '2023-{1 + n % 12:02}-{1 + n % 28:02}', {n}.5)"
        for n in range(120)
    ]
    return [*people, *bills]


def proposed(url: str, tmp_path: Path, **environment: str) -> str:
    work, root = tmp_path / "samples", tmp_path / "project"
    work.mkdir()
    root.mkdir(exist_ok=True)
    sampled = sample_database(url, root=root, folder=work, environment=environment)
    proposal = propose(sampled.folders, name=sampled.name, recipe=None, today=date(2024, 1, 1))
    return write(with_database(proposal, sampled), root)


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_tables_become_sources_and_keys_are_the_reasons(scheme: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    connection = sqlite3.connect(file) if scheme == "sqlite" else duckdb.connect(file)
    for statement in (*SQL.strip().split(";\n"), *shop_rows()):
        if statement:
            connection.execute(statement.rstrip(";"))
    connection.commit()
    connection.close()
    text = proposed(f"{scheme}:///{os.path.relpath(file)}", tmp_path)
    settings = yaml.safe_load(text)
    assert settings["project"] == "shop"
    url = f"{scheme}:///../shop.db"
    assert settings["sources"]["bills"] == {"url": url, "table": "bills"}
    assert settings["entities"]["transactions"]["columns"]["transaction_id"] == "nr"
    assert settings["entities"]["customers"]["columns"]["customer_id"] == "id"
    assert "# 120 rows; key nr; client refers to clients.id" in text
    assert "blank" not in settings["sources"]


def test_a_password_is_never_written() -> None:
    word = "secret%20word"
    url = f"postgresql://anna:{word}@db.example.org/web_shop?sslmode=require"
    assert samples._variable(url, {}) == "WEB_SHOP_URL"
    assert samples._variable(url, {"DATABASE_URL": url}) == "DATABASE_URL"
    sampled = samples.SampledDatabase(url, "WEB_SHOP_URL", {}, {})
    assert (sampled.name, sampled.written_url) == ("web_shop", "${WEB_SHOP_URL}")


def test_a_database_without_rows_is_said(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").close()
    with pytest.raises(SourceError, match="has no table with rows"):
        sample_database(
            f"sqlite:////{tmp_path}/empty.db", root=tmp_path, folder=tmp_path, environment={}
        )
