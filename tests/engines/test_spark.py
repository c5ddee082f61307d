"""Spark: the macros, the warehouse, a cluster that loses a worker, and errors as sentences."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from regulars.core.errors import EngineError, MissingExtra
from regulars.warehouse.dbt_folder import default_variables
from regulars.warehouse.engines.spark_parts import parts_of
from regulars.warehouse.engines.spark_sql import relations_in, spark_sql
from regulars.warehouse.engines.spark_types import duckdb_type, held_type, spark_type
from regulars.warehouse.model_rendering import Templates
from regulars.warehouse.protocol import Warehouse
from tests.engines.macro_rows import CASES, Case
from tests.engines.server import free_port
from tests.engines.spark_cluster import is_absent
from tests.engines.test_macros import SEGMENTS


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A Spark warehouse on this machine."""
    if reason := is_absent():
        pytest.skip(reason)
    from regulars.warehouse.engines.spark import SparkWarehouse

    folder = tmp_path_factory.mktemp("spark")
    with closing(
        SparkWarehouse(folder / "shop.duckdb", folder / "files", master="local[2]")
    ) as opened:
        yield opened


@pytest.mark.spark
def test_a_macro_makes_the_same_of_the_same_rows(spark: Warehouse) -> None:
    made: dict[str, list[tuple[Any, Any]]] = {}
    expected = {_name(case): [(row[:-1], row[-1]) for row in case.rows] for case in CASES}
    assert len(expected) == len(CASES)
    ordered = sorted(CASES, key=_shape)
    for _, group in groupby(ordered, key=_shape):
        cases = list(group)
        made |= _values(spark, cases)
    assert made == expected


def _name(case: Case) -> str:
    return f"{case.name}: {case.expression} {case.grain}"


def _shape(case: Case) -> str:
    return str(case.columns)


def _values(spark: Warehouse, cases: list[Case]) -> dict[str, list[tuple[Any, Any]]]:
    """What the macros of several cases make of their rows, asked at once."""
    names = list(cases[0].columns)
    rows = [(number, *row[:-1]) for number, case in enumerate(cases) for row in case.rows]
    columns = {
        "_case": pa.array([row[0] for row in rows]),
        "_at": pa.array(range(len(rows))),
        **{
            name: pa.array([row[1 + at] for row in rows], cases[0].columns[name])
            for at, name in enumerate(names)
        },
    }
    spark.replace_table("gold", "probe", pa.table(columns))
    probe = spark.relation("gold", "probe")
    made: dict[str, list[tuple[Any, Any]]] = {}
    for number, case in enumerate(cases):
        sql = f"select {_rendered(case)} as made from {probe} where _case = {number} order by _at"
        values = [value for (value,) in spark.rows(sql)]
        made[_name(case)] = [
            (row[:-1], value) for row, value in zip(case.rows, values, strict=True)
        ]
    return made


def _rendered(case: Case) -> str:
    variables = {"timezone": "Europe/London", "grain": case.grain, "segments": SEGMENTS}
    templates = Templates(engine="spark", variables={**default_variables(), **variables}, names={})
    return templates.rendered(f"{{{{ {case.expression} }}}}", of=case.name)


MODELS = """
with first as (select 'a)(''b' as x), -- a comment with ( a bracket and with
second as (select * from first where x in (select "with" from "s"."t")),
third as (select * from second inner join first on true)
select * from third
"""


def test_a_query_is_taken_apart_into_what_is_read_once_and_more_often() -> None:
    parts = parts_of(MODELS)
    assert [(part.name, part.reads) for part in parts] == [
        ("first", 2), ("second", 1), ("third", 1), ("", 0),
    ]  # fmt: skip
    assert parts[0].sql == "select 'a)(''b' as x"
    assert parts[-1].sql.strip() == "select * from third"
    assert [part.sql for part in parts_of("select 1")] == ["select 1"]


def test_standard_sql_becomes_the_words_of_spark() -> None:
    held = {("gold", "people")}
    made = {
        sql: spark_sql(sql, held.__contains__)
        for sql in (
            'select "a ""b" from "gold"."people"',
            'select people."a" from "gold"."people" as people',
            'select "orders"."id" from x',
            r"select 'it''s \d', cast(a as varchar), cast(a as varchar(3))",
            "select row_number() over () -- \"not\" 'these'",
            "select cast(a as double precision), cast(a as timestamptz)",
        )
    }
    assert list(made.values()) == [
        'select `a "b` from `gold__people`',
        "select people.`a` from `gold__people` as people",
        "select `orders`.`id` from x",
        r"select 'it\'s \\d', cast(a as string), cast(a as varchar(3))",
        "select row_number() over (order by 1)  ",
        "select cast(a as double), cast(a as timestamp_ltz)",
    ]
    assert relations_in('select "x" from "gold"."people", "gold"."people"') == [("gold", "people")]


def test_types_of_files_are_held_in_those_that_spark_has() -> None:
    kinds = ["UTINYINT", "HUGEINT", "decimal(18, 4)", "TIMESTAMP_NS", "TIME", "INTEGER[]", "UUID"]
    assert [held_type(kind) for kind in kinds] == [
        "SMALLINT", "DECIMAL(38,0)", "DECIMAL(18,4)", "TIMESTAMP", "VARCHAR", "VARCHAR", "VARCHAR",
    ]  # fmt: skip
    assert spark_type("timestamp") == "timestamp_ntz"
    assert [duckdb_type(kind) for kind in ("decimal(28,4)", "timestamp_ntz", "string", "int")] == [
        "DECIMAL(28,4)", "TIMESTAMP", "VARCHAR", "INTEGER",
    ]  # fmt: skip


def test_without_pyspark_the_message_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(MissingExtra) as caught:
        opened(tmp_path, master="local[2]")
    assert caught.value.hint == "Install it with: pip install 'regulars[spark]'"


@pytest.mark.spark
def test_without_java_the_message_says_what_to_install(
    spark: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match="needs Java") as caught:
        opened(tmp_path, master="local[2]")
    assert "openjdk-17-jre-headless" in (caught.value.hint or "")


@pytest.mark.spark
@pytest.mark.parametrize("master", ["spark://127.0.0.1:{port}", "spark://nowhere"])
def test_a_master_that_does_not_answer_is_said_at_once(
    master: str, spark: Warehouse, tmp_path: Path
) -> None:
    with pytest.raises(EngineError, match="master") as caught:
        opened(tmp_path, master=master.format(port=free_port()))
    assert "engine.master" in (caught.value.hint or "")


def opened(folder: Path, *, master: str) -> Warehouse:
    from regulars.warehouse.engines.spark import SparkWarehouse

    return SparkWarehouse(folder / "shop.duckdb", folder / "files", master=master)


@pytest.mark.spark
def test_a_transaction_that_fails_leaves_tables_and_records_as_they_were(spark: Warehouse) -> None:
    people = spark.relation("gold", "changing")
    spark.replace_table("gold", "changing", pa.table({"name": ["anna"]}))
    spark.replace_table("ops", "notes", pa.table({"who": ["anna"]}))

    def fail() -> None:
        with spark.transaction():
            spark.append_table("gold", "changing", pa.table({"name": ["ben"]}))
            spark.execute(f"delete from {people} where name = ?", ["anna"])
            spark.append_table("ops", "notes", pa.table({"who": ["ben"]}))
            assert spark.rows(f"select name from {people}") == [("ben",)]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert spark.rows(f"select name from {people}") == [("anna",)]
    assert spark.rows(f"select who from {spark.relation('ops', 'notes')}") == [("anna",)]


@pytest.mark.spark
def test_rows_are_added_in_place_of_those_with_their_keys(spark: Warehouse) -> None:
    spark.replace_table("gold", "added", pa.table({"key": [1, 2], "word": ["old", "old"]}))
    query = "select cast(2 as bigint) as key, 'new' as word union all select 3, 'new'"
    spark.add_rows("gold", "added", query, keys=["key"], before="")
    spark.add_rows(
        "gold", "added", "select cast(3 as bigint) as key, 'more' as word", keys=(), before=""
    )
    rows = spark.rows(f"select key, word from {spark.relation('gold', 'added')} order by key, word")
    assert rows == [(1, "old"), (2, "new"), (3, "more"), (3, "new")]


@pytest.mark.spark
def test_files_that_no_table_names_go_when_the_warehouse_is_closed(
    spark: Warehouse, tmp_path: Path
) -> None:
    for _ in range(2):
        with closing(opened(tmp_path, master="local[2]")) as warehouse:
            for number in (1, 2):
                warehouse.replace_table("gold", "people", pa.table({"number": [number]}))
            assert warehouse.rows(f"select number from {warehouse.relation('gold', 'people')}") == [
                (2,)
            ]
        assert len(list((tmp_path / "files" / "gold" / "people").iterdir())) == 1


@pytest.mark.spark
def test_the_condition_goes_before_what_stands_behind_it(spark: Warehouse) -> None:
    spark.replace_table("gold", "parts", pa.table({"above": [1.0, 2.0], "below": [0.0, 2.0]}))
    query = (
        "select case when below > 0 then above / below - (above / below) * (above / below) end as a, "
        f"case when below > 0 then above / below end as b from {spark.relation('gold', 'parts')}"
    )
    spark.build_table("gold", "guarded", query, columns=None)
    rows = spark.rows(
        f"select a, b from {spark.relation('gold', 'guarded')} order by a nulls first"
    )
    assert rows == [(None, None), (0.0, 1.0)]


@pytest.mark.spark
def test_rows_go_from_files_to_records_and_a_schema_goes_with_all_its_tables(
    spark: Warehouse,
) -> None:
    spark.replace_table("ml", "scores", pa.table({"who": ["anna", "ben"], "score": [1, 2]}))
    spark.create_table("ops", "later", {"name": "varchar", "points": "bigint", "more": "varchar"})
    later, scores = spark.relation("ops", "later"), spark.relation("ml", "scores")
    spark.execute(f"insert into {later} select who, score from {scores} where score > ?", [1])
    assert spark.rows(f"select name, points, more from {later}") == [("ben", 2, None)]
    spark.execute('drop schema if exists "ml" cascade')
    assert spark.tables("ml") == []
    with pytest.raises(EngineError, match="cannot be changed"):
        spark.execute(f"update {spark.relation('gold', 'numbers')} set number = 1")
