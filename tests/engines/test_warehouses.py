"""What every warehouse does, on every engine."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.core.errors import EngineError
from regulars.warehouse.dialects import dialect_of
from regulars.warehouse.protocol import Warehouse

EVERYTHING = pa.table(
    {
        "customer_id": pa.array(["anna", None, ""]),
        "noted": pa.array(['say "hi", twice\nplease', "Zoë 😀 \\N \\. ", "it's"]),
        "born_on": pa.array([date(1990, 2, 28), None, date(1899, 12, 31)]),
        "seen_at": pa.array([datetime(2024, 6, 22, 13, 5, 1, 250), None, datetime(9999, 12, 31)]),
        "amount": pa.array([Decimal("12.3400"), None, Decimal("-0.0001")], pa.decimal128(18, 4)),
        "orders": pa.array([3, None, -(2**62)], pa.int64()),
        "rate": pa.array([0.1, None, 1e-300]),
        "is_member": pa.array([True, None, False]),
    }
)


def test_rows_come_back_as_they_went_in(warehouse: Warehouse) -> None:
    warehouse.replace_table("gold", "people", EVERYTHING)
    found = warehouse.arrow(f"select * from {warehouse.relation('gold', 'people')}")
    assert found.to_pylist() == EVERYTHING.to_pylist()
    assert found.schema.types == EVERYTHING.schema.types


def test_rows_as_tuples_have_the_types_of_python(warehouse: Warehouse) -> None:
    warehouse.replace_table("gold", "people", EVERYTHING)
    relation = warehouse.relation("gold", "people")
    total = warehouse.rows(
        f"select sum(orders), sum(amount), max(born_on), max(seen_at), count(*) from {relation} "
        "where customer_id = ? or noted = ?",
        ["anna", "it's"],
    )
    expected = (3 - 2**62, Decimal("12.3399"), date(1990, 2, 28), datetime(9999, 12, 31), 2)
    assert total == [expected]
    assert isinstance(total[0][0], int)


def test_a_question_mark_in_a_text_is_no_parameter(warehouse: Warehouse) -> None:
    assert warehouse.rows("select 'really? 100%', ? as \"who?\"", ["anna"]) == [
        ("really? 100%", "anna")
    ]


def test_columns_have_the_same_type_names_on_every_engine(warehouse: Warehouse) -> None:
    warehouse.replace_table("gold", "people", EVERYTHING)
    assert list(warehouse.columns("gold", "people").values()) == [
        "VARCHAR", "VARCHAR", "DATE", "TIMESTAMP", "DECIMAL(18,4)", "BIGINT", "DOUBLE", "BOOLEAN",
    ]  # fmt: skip
    assert warehouse.columns("gold", "nobody") == {}
    assert warehouse.tables("gold") == ["people"]


def test_a_large_result_is_streamed_in_order(warehouse: Warehouse) -> None:
    numbers = pa.table({"number": range(25_000)})
    warehouse.replace_table("ml", "numbers", numbers)
    query = f"select number from {warehouse.relation('ml', 'numbers')} order by number"
    batches = list(warehouse.arrow_batches(query, rows=10_000))
    assert max(batch.num_rows for batch in batches) <= 10_000
    assert pa.Table.from_batches(batches) == numbers


def test_an_empty_result_keeps_its_columns(warehouse: Warehouse) -> None:
    warehouse.replace_table("gold", "people", EVERYTHING)
    found = warehouse.arrow(
        f"select * from {warehouse.relation('gold', 'people')} where orders = ?", [99]
    )
    assert (found.num_rows, found.schema.names) == (0, EVERYTHING.schema.names)


def test_a_column_of_nulls_alone_keeps_its_rows(warehouse: Warehouse) -> None:
    assert (
        warehouse.arrow(
            "select case when number > 5 then 'x' end as word "
            "from (values (1), (2), (3)) as numbers (number)"
        ).to_pylist()
        == [{"word": None}] * 3
    )


def test_rows_are_added_by_the_name_of_their_column(warehouse: Warehouse) -> None:
    warehouse.create_table("ops", "notes", {"who": "VARCHAR", "what": "VARCHAR", "many": "BIGINT"})
    warehouse.append_table("ops", "notes", pa.table({"what": ["left"], "who": ["anna"]}))
    relation = warehouse.relation("ops", "notes")
    assert warehouse.rows(f"select who, what, many from {relation}") == [("anna", "left", None)]


def test_files_are_read_where_the_program_runs(warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,day,paid\n7,2024-06-22,true\n8,,\n", "utf-8")
    scan = f"select *, 1::utinyint as tiny from read_csv('{tmp_path}/orders.csv')"
    described = {str(row[0]): str(row[1]) for row in warehouse.scan(f"describe {scan}")}
    warehouse.create_table("bronze", "orders", described)
    assert warehouse.append_scan("bronze", "orders", scan) == 2
    relation = warehouse.relation("bronze", "orders")
    assert warehouse.rows(f"select id, day, paid, tiny from {relation} order by id") == [
        (7, date(2024, 6, 22), True, 1),
        (8, None, None, 1),
    ]


def test_nested_values_are_kept_in_some_form(warehouse: Warehouse) -> None:
    scan = "select [1, 2] as list, {'a': 'b'} as struct, '\\xAB'::blob as bytes, 1::hugeint as huge"
    described = {str(row[0]): str(row[1]) for row in warehouse.scan(f"describe {scan}")}
    warehouse.create_table("bronze", "odd", described)
    assert warehouse.append_scan("bronze", "odd", scan) == 1


def test_replacing_a_table_leaves_what_reads_it(warehouse: Warehouse) -> None:
    numbers = pa.table({"number": [1, 2]})
    warehouse.replace_table("ops", "numbers", numbers)
    warehouse.create_view("ops", "doubled", _doubled(warehouse))
    warehouse.replace_table("ops", "numbers", pa.table({"number": [21]}))
    assert warehouse.rows(f"select * from {warehouse.relation('ops', 'doubled')}") == [(42,)]


def test_replacing_a_table_by_another_shape_takes_its_shape(warehouse: Warehouse) -> None:
    warehouse.replace_table("ops", "numbers", pa.table({"number": [1, 2]}))
    warehouse.create_view("ops", "doubled", _doubled(warehouse))
    warehouse.replace_table("ops", "numbers", pa.table({"word": ["one"]}))
    assert warehouse.columns("ops", "numbers") == {"word": "VARCHAR"}


def _doubled(warehouse: Warehouse) -> str:
    return f"select number * 2 as twice from {warehouse.relation('ops', 'numbers')}"


def test_a_view_can_be_replaced_by_one_with_other_columns(warehouse: Warehouse) -> None:
    warehouse.replace_table("ops", "numbers", pa.table({"number": [1]}))
    for query in ("select 1 as a, 2 as b", "select cast(3 as double precision) as c"):
        warehouse.create_view("ops", "changing", query)
    assert warehouse.columns("ops", "changing") == {"c": "DOUBLE"}


def test_a_column_grows_and_another_is_added(warehouse: Warehouse) -> None:
    warehouse.replace_table("ops", "numbers", pa.table({"number": [1, 2]}))
    if warehouse.engine != "duckdb":  # DuckDB has no views on a table whose columns change
        warehouse.create_view("ops", "doubled", _doubled(warehouse))
    warehouse.change_column("ops", "numbers", name="number", kind="VARCHAR")
    warehouse.add_column("ops", "numbers", name="Größe", kind="DOUBLE")
    assert warehouse.columns("ops", "numbers") == {"number": "VARCHAR", "Größe": "DOUBLE"}
    assert warehouse.rows(f"select * from {warehouse.relation('ops', 'numbers')}") == [
        ("1", None),
        ("2", None),
    ]


def test_a_transaction_takes_effect_whole_or_not_at_all(warehouse: Warehouse) -> None:
    warehouse.create_table("ops", "notes", {"who": "VARCHAR"})
    relation = warehouse.relation("ops", "notes")

    def fail() -> None:
        with warehouse.transaction():
            warehouse.append_table("ops", "notes", pa.table({"who": ["anna"]}))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with warehouse.transaction():
        warehouse.append_table("ops", "notes", pa.table({"who": ["ben"]}))
    assert warehouse.rows(f"select who from {relation}") == [("ben",)]


def test_a_table_that_cannot_be_filled_stays_as_it_was(warehouse: Warehouse) -> None:
    warehouse.create_table("ops", "notes", {"many": "INTEGER"})
    warehouse.append_table("ops", "notes", pa.table({"many": [1]}))
    with pytest.raises(EngineError):
        warehouse.append_scan("ops", "notes", "select 'many' as many from range(3)")
    assert warehouse.rows(f"select * from {warehouse.relation('ops', 'notes')}") == [(1,)]


def test_an_export_is_the_same_file_on_every_engine(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.replace_table("gold", "people", EVERYTHING)
    query = f"select * from {warehouse.relation('gold', 'people')}"
    assert warehouse.export_parquet(query, tmp_path / "people.parquet") == 3
    read = pq.read_table(tmp_path / "people.parquet")
    assert read.to_pylist() == EVERYTHING.to_pylist()
    assert read.schema.types == EVERYTHING.schema.types


def test_days_are_added_in_the_words_of_the_engine(warehouse: Warehouse) -> None:
    moment, dialect = "cast('2024-03-01 13:05:00' as timestamp)", dialect_of(warehouse.engine)
    sql = f"select {dialect.days_added(moment, 1)}, {dialect.days_added(moment, -1)}"
    assert warehouse.rows(sql) == [(datetime(2024, 3, 2, 13, 5), datetime(2024, 2, 29, 13, 5))]


def test_text_sorts_by_its_bytes_whatever_the_database_prefers(warehouse: Warehouse) -> None:
    words = ["Zoe", "a_b", "ab", "anna", "Ärger", "B", "b"]
    warehouse.replace_table("gold", "words", pa.table({"word": words}))
    relation = warehouse.relation("gold", "words")
    found = [word for (word,) in warehouse.rows(f"select word from {relation} order by word")]
    assert found == sorted(words, key=str.encode)


def test_a_wrong_statement_is_an_error_in_one_line(warehouse: Warehouse) -> None:
    with pytest.raises(EngineError, match=r"(?i)nowhere") as caught:
        warehouse.rows(f"select * from {warehouse.relation('gold', 'nowhere')}")
    assert "\n" not in caught.value.what
    assert warehouse.rows("select 1") == [(1,)]
