"""Databases by URL: whole tables, or only what is beyond the newest row that was read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from regulars.core.errors import SettingsError
from tests.ingest.sources.conftest import Landings

HIDDEN = "s3cr3t"
MAY = [(1, "anna", "2024-05-01 10:00:00", 10.5), (2, "bert", "2024-05-03 11:00:00", 5)]


@dataclass
class Till:
    """A table `sales` in a database of some kind."""

    url: str
    run: Callable[..., None]

    def sell(self, *sales: tuple[Any, ...]) -> None:
        for one in sales:
            values = ", ".join("null" if value is None else repr(value) for value in one)
            self.run(f"insert into sales values ({values})")


def in_sqlite(path: Path) -> Callable[..., None]:
    def run(sql: str) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(sql)

    return run


def in_duckdb(path: Path) -> Callable[..., None]:
    def run(sql: str) -> None:
        with duckdb.connect(str(path)) as connection:
            connection.execute(sql)

    return run


def in_postgres(url: str) -> Callable[..., None]:
    import psycopg

    def run(sql: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql)

    return run


@pytest.fixture(params=["sqlite", "duckdb", "postgres", "sqlalchemy", "sqlalchemy on postgres"])
def till(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Till]:
    """A till with two sales of May, in every kind of database."""
    kind, moment = request.param, "timestamp"
    if "postgres" in kind:
        url = request.getfixturevalue("postgres_url")
        made = Till(url, in_postgres(url))
        made.url = url.replace("postgresql://", "postgresql+psycopg://") if " on " in kind else url
    elif kind == "duckdb":
        made = Till(f"duckdb:///{tmp_path / 'till.db'}", in_duckdb(tmp_path / "till.db"))
    else:
        driver = "+pysqlite" if kind == "sqlalchemy" else ""
        made = Till(f"sqlite{driver}:///{tmp_path / 'till.db'}", in_sqlite(tmp_path / "till.db"))
        moment = "text"
    made.run(
        f"create table sales (id integer, who varchar(20), sold_at {moment}, total numeric(9, 2))"
    )
    made.sell(*MAY)
    return made


def test_a_whole_table_is_landed_and_then_only_when_it_changed(
    till: Till, landing: Landings
) -> None:
    assert landing(url=till.url, table="sales").rows == 2
    assert landing(url=till.url, table="sales").batch_id is None
    till.run("update sales set total = 11 where id = 1")
    assert landing(url=till.url, table="sales").rows == 2
    assert sorted(landing.rows("id, who, cast(total as double), _file")) == [
        (1, "anna", 11.0, "sales"),
        (2, "bert", 5.0, "sales"),
    ]


def test_only_rows_beyond_the_newest_are_read(till: Till, landing: Landings) -> None:
    source = {"url": till.url, "table": "sales", "since_column": "sold_at"}
    assert landing(**source).rows == 2
    assert landing(**source).batch_id is None
    till.sell((3, "cleo", "2024-06-01 09:00:00", 7))
    assert landing(**source).rows == 1
    assert landing.rows("id") == [(1,), (2,), (3,)]


def test_a_late_row_with_the_newest_moment_is_noticed(till: Till, landing: Landings) -> None:
    source = {"url": till.url, "table": "sales", "since_column": "sold_at"}
    landing(**source)
    till.sell((3, "cleo", "2024-05-03 11:00:00", 7))
    assert landing(**source).rows == 2  # all rows of that moment
    assert landing(**source).batch_id is None


def test_late_rows_are_found_as_far_back_as_the_overlap_reaches(
    till: Till, landing: Landings
) -> None:
    source = {"url": till.url, "table": "sales", "since_column": "sold_at", "overlap": 1}
    landing(**source)
    till.sell((3, "cleo", "2024-04-01 09:00:00", 7), (4, "dora", "2024-05-02 12:00:00", 7))
    landed = landing(**source)
    assert landed.rows == 2  # the row of that day that was read before, once more
    assert {row[0] for row in landing.rows("id")} == {1, 2, 4}
    assert landing(**source).batch_id is None


def test_a_number_can_be_what_grows(till: Till, landing: Landings) -> None:
    source = {"url": till.url, "query": "select id, who from sales", "since_column": "id"}
    landing(**source)
    till.sell((3, "cleo", None, 7))
    assert landing(**source).rows == 1
    assert landing.rows("who, _file") == [("anna", "query"), ("bert", "query"), ("cleo", "query")]


def test_rows_without_the_growing_column_are_told(till: Till, landing: Landings) -> None:
    till.sell((3, "cleo", None, 7))
    landed = landing(url=till.url, table="sales", since_column="sold_at")
    assert (landed.rows, landed.notes) == (2, ("1 rows without sold_at are not read",))


def test_a_window_reads_the_last_days_only(till: Till, landing: Landings) -> None:
    # The first landing is on 2024-06-22: 50 days before is 2024-05-03.
    window = {"column": "sold_at", "days": 50}
    landing(url=till.url, table="sales", window=window)
    assert landing.rows("who") == [("bert",)]


def test_a_column_of_changes_saves_reading_the_table(till: Till, landing: Landings) -> None:
    source = {"url": till.url, "table": "sales", "changed_by": "sold_at"}
    landing(**source)
    till.run("update sales set total = 11 where id = 1")  # unseen, as the project accepts
    assert landing(**source).batch_id is None
    till.run("update sales set sold_at = '2024-06-01 00:00:00' where id = 1")
    assert landing(**source).rows == 2


def test_an_empty_table_is_landed_with_its_columns(till: Till, landing: Landings) -> None:
    till.run("delete from sales")
    assert landing(url=till.url, table="sales").rows == 0
    assert {"id", "who", "sold_at", "total"} <= set(landing.warehouse.columns("bronze", "sales"))


def test_text_in_a_query_is_left_as_it_is(till: Till, landing: Landings) -> None:
    query = "select who, '12:30 %s ?' as note from sales where who <> ':id';"
    landing(url=till.url, query=query)
    assert landing.rows("note")[0] == ("12:30 %s ?",)


def test_another_query_begins_anew(till: Till, landing: Landings) -> None:
    landing(url=till.url, query="select id from sales", since_column="id")
    landing(url=till.url, query="select id, who from sales", since_column="id")
    assert landing.rows("id, who") == [(1, "anna"), (2, "bert")]


def test_a_table_that_is_not_there_is_an_error_at_once(till: Till, landing: Landings) -> None:
    error = landing.refused(url=till.url, table="sale")
    assert "sale" in error.what
    assert landing.waits.slept == [] or "sqlalchemy" in till.url or "+" in till.url


def test_a_query_that_writes_is_refused(till: Till, landing: Landings) -> None:
    landing.refused(url=till.url, query="delete from sales")
    assert landing(url=till.url, table="sales").rows == 2


def test_what_was_landed_stays_where_that_is_good_enough(till: Till, landing: Landings) -> None:
    source = {"url": till.url, "table": "sales", "on_failure": "last", "retries": 0}
    landing(**source)
    till.run("drop table sales")
    landed = landing(**source)
    assert landed.batch_id is None
    assert str(landed.failure).endswith("what was landed before stays")
    assert len(landing.rows("id")) == 2


def test_values_of_many_kinds_share_a_column(tmp_path: Path, landing: Landings) -> None:
    run = in_sqlite(tmp_path / "loose.db")
    run("create table sales (who, value, unsaid)")
    run("insert into sales values ('anna', 1, null), ('bert', 2.5, null), ('cleo', 'x', null)")
    landing(url=f"sqlite:///{tmp_path / 'loose.db'}", table="sales")
    assert landing.rows("value, unsaid") == [("1", None), ("2.5", None), ("x", None)]


def test_blocks_of_other_types_are_joined(tmp_path: Path, landing: Landings) -> None:
    run = in_sqlite(tmp_path / "loose.db")
    run("create table sales (who, value)")
    numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)"
    run(f"insert into sales {numbers} select 'anna', i from n")
    run("insert into sales values ('bert', 'x'), ('cleo', null)")
    assert landing(url=f"sqlite:///{tmp_path / 'loose.db'}", table="sales").rows == 100_002
    assert landing.rows("who, value, _row_number")[-3:] == [
        ("anna", "100000", 100_000),
        ("bert", "x", 100_001),
        ("cleo", None, 100_002),
    ]


def test_a_server_that_is_not_there_is_asked_again(landing: Landings) -> None:
    url = f"postgresql://anna:{HIDDEN}@127.0.0.1:1/shop"
    error = landing.refused(url=url, table="sales")
    assert landing.waits.slept == [2.0, 4.0, 8.0]
    assert error.where == "postgresql://anna@127.0.0.1:1/shop"
    assert HIDDEN not in str(error)
    assert HIDDEN not in landing.written()


def test_a_driver_that_is_missing_is_named(landing: Landings) -> None:
    error = landing.refused(url=f"mssql+pyodbc://anna:{HIDDEN}@host/shop", table="sales")
    assert "mssql+pyodbc" in error.what
    assert HIDDEN not in str(error)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"url": "sqlite:///a.db"}, "exactly one of 'table' and 'query'"),
        ({"url": "a.db", "table": "sales"}, "is not an address"),
        ({"path": "a.csv", "query": "select 1"}, "query: only for a source with a 'url'"),
        ({"path": "a.csv", "since_column": "id"}, "only for a source with a 'url'"),
        ({"path": "a.csv", "table": "sales"}, "exactly one of 'path'"),
        ({"url": "sqlite:///a.db", "table": "b", "load": "append"}, "cannot be appended"),
        ({"url": "sqlite:///a.db", "table": "b", "overlap": 1}, "only beside 'since_column'"),
        ({"path": "a.csv", "on_failure": "synthetic"}, "needs a 'recipe'"),
    ],
)
def test_settings_that_mean_nothing_are_refused(
    setting: dict[str, Any], said: str, landing: Landings
) -> None:
    with pytest.raises(SettingsError, match=said):
        landing.project(**setting)


def test_an_address_is_not_shown_with_the_settings(landing: Landings) -> None:
    project = landing.project(url=f"postgresql://anna:{HIDDEN}@host/shop", table="sales")
    assert HIDDEN not in repr(project)
    assert HIDDEN not in project.model_dump_json()


def test_types_of_postgresql_arrive_as_they_are(postgres_url: str, landing: Landings) -> None:
    in_postgres(postgres_url)(
        "create table sales as select 1.10::numeric(9, 2) as total, true as paid, "
        "timestamptz '2024-05-01 10:00:00+02' as sold, date '2024-05-01' as day, "
        "interval '1 hour' as took, '{\"a\": 1}'::jsonb as more, 2.5::numeric as weight, "
        "'a8098c1a-f86e-11da-bd1a-00112444be1e'::uuid as who, array[1, 2] as parts"
    )
    landing(url=postgres_url, table="sales")
    found = landing.rows(
        "total, paid, sold at time zone 'UTC', day, took, more, weight, who, parts"
    )
    assert [str(value) for value in found[0]] == [
        "1.10",
        "True",
        "2024-05-01 08:00:00",
        "2024-05-01",
        "01:00:00",
        '{"a": 1}',
        "2.5",
        "a8098c1a-f86e-11da-bd1a-00112444be1e",
        "{1,2}",
    ]


def test_a_number_that_is_none_is_told(postgres_url: str, landing: Landings) -> None:
    in_postgres(postgres_url)("create table sales as select 'NaN'::numeric(9, 2) as total")
    assert "in a `query`" in str(landing.refused(url=postgres_url, table="sales").hint)
