"""Signs in the tables that a mapping is wrong, each beside a table in which it is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from regulars.core.settings import Project, read_project
from regulars.ingest.quality.accounts import Account
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.measuring import ColumnMeasures
from regulars.ingest.quality.plausible_columns import check_columns_beside
from regulars.ingest.quality.plausible_money import check_money
from regulars.ingest.quality.plausible_rows import check_rows
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

ACCOUNT = Account("transactions", "sales", 1000, 1000, 0, 0, 0, {}, None)
AMOUNTS = ColumnMeasures(
    "transactions", "amount", "VARCHAR", "number", 1000, 0, 0, 0, 0, 0, 0,
    least="1.5", most="99.9", mean=40.0, median=38.0,
)  # fmt: skip
MAPPED = "customer_id: who, occurred_at: at, amount: total"


@pytest.fixture
def warehouse() -> Iterator[DuckDBWarehouse]:
    made = DuckDBWarehouse(None)
    for schema in ("bronze", "silver", "gold"):
        made.execute(f"create schema {schema}")
    yield made
    made.close()


def project(folder: Path, columns: str = MAPPED, *, more: str = "", entity: str = "") -> Project:
    entities = entity or f"transactions: {{source: sales, columns: {{{columns}}}{more}}}"
    (folder / "regulars.yaml").write_text(
        "version: 1\nproject: shop\ncurrency: EUR\n"
        "sources: {sales: {path: sales.csv}, members: {path: members.csv}}\n"
        f"entities:\n  {entities}\n",
        "utf-8",
    )
    return read_project(folder)


def failed(findings: Iterator[Finding]) -> list[str]:
    return [finding.name for finding in findings if not finding.passed]


def periods(made: DuckDBWarehouse, *, orders: int, refunds: int, sold: int, back: int) -> None:
    made.execute(
        f"create table gold.fct_customer_periods as select {orders} as orders, "
        f"{refunds} as refunds, {sold} as amount, {back} as refunded"
    )


@pytest.mark.parametrize(
    ("sums", "names"),
    [
        ({"orders": 900, "refunds": 100, "sold": 5000, "back": 4999}, []),
        ({"orders": 900, "refunds": 100, "sold": 5000, "back": 5001}, ["transactions.net"]),
        ({"orders": 900, "refunds": 0, "sold": -5000, "back": 0}, ["transactions.net"]),
        ({"orders": 1, "refunds": 999, "sold": 9999, "back": 1}, []),
        ({"orders": 0, "refunds": 999, "sold": 0, "back": 100}, ["transactions.sales"]),
    ],
)
def test_a_company_has_sales_and_keeps_some_of_their_money(
    sums: dict[str, int], names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    periods(warehouse, **sums)
    assert failed(check_money(project(tmp_path), warehouse, [AMOUNTS])) == names


@pytest.mark.parametrize(
    ("cents", "names"),
    [(range(60), ["transactions.no_times"]), (range(61), []), (range(0, 60, 5), [])],
)
def test_amounts_of_hours_and_minutes_are_times(
    cents: range, names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    periods(warehouse, orders=900, refunds=0, sold=5000, back=0)
    rows = ", ".join(f"({8 + cent % 13}.{cent:02d})" for cent in cents)
    warehouse.execute(
        "create table silver.int_transactions_resolved as "
        f"select cast(amount as decimal(18, 4)) as amount from (values {rows}) as x(amount)"
    )
    amounts = replace(AMOUNTS, least="8.0", most="21.5", mean=14.0)
    assert failed(check_money(project(tmp_path), warehouse, [amounts])) == names


@pytest.mark.parametrize(("mean", "names"), [(0.99, ["transactions.size"]), (1.0, [])])
def test_a_mean_sale_has_a_unit(
    mean: float, names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    periods(warehouse, orders=900, refunds=0, sold=5000, back=0)
    amounts = replace(AMOUNTS, mean=mean, most="30")
    warehouse.execute("create table silver.int_transactions_resolved as select 0.99 as amount")
    assert failed(check_money(project(tmp_path), warehouse, [amounts])) == names


@pytest.mark.parametrize(
    ("late", "early", "names"),
    [
        (60, 0, ["transactions.newest_kept"]),
        (60, 21, []),  # of a hundred each: hardly three times as many
        (50, 0, []),
    ],
)
def test_newest_rows_are_not_rejected_far_more_often_than_those_before(
    late: int, early: int, names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    warehouse.execute(
        "create table silver.stg_transactions as select date '2024-01-01' + interval (n // 100) "
        "month as occurred_at, case when n % 100 < case when n >= 1900 then "
        f"{late} else {early} end then 'open' end as rejection_reason from range(2000) as x(n)"
    )
    account = replace(ACCOUNT, read=2000, reasons={"open": late + 19 * early})
    made = project(tmp_path, more=", reject: [{when: a, because: open}]")
    assert failed(check_rows(made, warehouse, account)) == names


GUEST = "lower(trim(cast(who as varchar))) in ('walk-in')"


@pytest.mark.parametrize(
    ("reasons", "names"),
    [
        ({"too early": 200}, []),
        ({"too early": 201}, ["transactions.kept"]),
        ({"void": 600}, []),
        ({"void": 601}, ["transactions.kept"]),
        ({"customer_id is missing": 900}, []),
        ({"nobody": 900}, []),
        ({"customer_id is missing": 500, "too early": 101}, ["transactions.kept"]),
    ],
)
def test_rejected_rows_are_few_beside_those_of_guests(
    reasons: dict[str, int], names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    warehouse.execute(
        "create table silver.stg_transactions as select date '2024-01-01' as occurred_at, "
        "cast(null as varchar) as rejection_reason"
    )
    rules = f', reject: [{{when: "{GUEST}", because: nobody}}, {{when: a, because: void}}]'
    made = project(tmp_path, more=rules)
    checked = check_rows(made, warehouse, replace(ACCOUNT, reasons=reasons))
    assert failed(checked) == names


def rows(made: DuckDBWarehouse, columns: str) -> None:
    made.execute(f"create table bronze.sales as select {columns} from range(400) as x(n)")
    made.execute("create table bronze.members as select n as card, n as joined from range(9) x(n)")


@pytest.mark.parametrize(
    ("beside", "names"),
    [
        ("'p' || n % 50 || '@mail.example' as mail", ["transactions.key"]),
        ("'010-7437-8' || (n % 50 + 100) as phone", ["transactions.key"]),
        ("'p' || n || '@mail.example' as mail", []),
        ("'2024-01-' || (n % 20 + 10) as shipped", []),
    ],
)
def test_rows_with_a_customer_each_have_no_addresses_that_return(
    beside: str, names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    rows(warehouse, f"'N' || n as who, '2024-01-05' as at, '12.50' as total, {beside}")
    assert failed(check_columns_beside(project(tmp_path), warehouse, [AMOUNTS])) == names


@pytest.mark.parametrize(
    ("card", "at", "names"),
    [
        ("'C' || n % 130", "n", ["transactions.names"]),
        ("'C' || n % 130", "n % 130", []),  # of one day each, as orders are
        ("'C' || n % 25", "n", []),
    ],
)
def test_a_name_that_many_cards_share_is_no_customer(
    card: str, at: str, names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    who = "chr(cast(65 + n % 10 as integer)) || 'da Lind'"
    rows(warehouse, f"{who} as who, 'day ' || {at} as at, '12.50' as total, {card} as card")
    assert failed(check_columns_beside(project(tmp_path), warehouse, [AMOUNTS])) == names


@pytest.mark.parametrize(
    ("beside", "names"),
    [
        ("'Rp 1.234.567' as amount", ["transactions.near_others"]),
        ("'Rp 1.900' as amount", []),
        ("'0.5' as amount", ["transactions.near_others"]),
        ("'4900' as amount_cents", []),
        ("'4900' as tax", []),
        ("'2000003187654321' as sales_amount", []),  # numbers of documents
    ],
)
def test_amounts_are_of_the_size_of_others_beside_them(
    beside: str, names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    rows(warehouse, f"'N' || n % 50 as who, '2024-01-05' as at, '38' as total, {beside}")
    assert failed(check_columns_beside(project(tmp_path), warehouse, [AMOUNTS])) == names


def test_a_table_of_customers_alone_is_not_that_of_their_orders(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    rows(warehouse, "'N' || n as line, 'p' || n % 50 || '@mail.example' as mail")
    alone = project(tmp_path, entity="customers: {source: sales, columns: {customer_id: line}}")
    assert failed(check_columns_beside(alone, warehouse, [])) == ["customers.key"]


NAME = "chr(cast(65 + n % 10 as integer)) || 'da Lind'"


@pytest.mark.parametrize(
    ("who", "beside", "names"),
    [
        (
            "case when n % 3 > 0 then 'C' || n % 50 end",
            "'p' || n % 50 || '@mail.example'",
            ["guests"],
        ),
        ("case when n % 9 > 0 then 'C' || n % 50 end", "'p' || n % 50 || '@mail.example'", []),
        ("case when n % 3 > 0 then 'C' || n % 50 end", "'p' || n % 50", []),
        (NAME, "'K' || n % 130", ["namesakes"]),
        (NAME, "'K' || n", []),  # of one day each, as documents are
        (NAME, "'K' || n % 13", []),  # of several names
        ("n % 50", "'K' || n % 150", []),  # a number is no name
    ],
)
def test_another_column_beside_the_key_may_name_the_customers(
    who: str, beside: str, names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    warehouse.execute(
        f"create table bronze.sales as select {who} as who, 'day ' || n as at, '12.50' as total, "
        f"{beside} as symbol from range(400) as x(n)"
    )
    checked = check_columns_beside(project(tmp_path), warehouse, [AMOUNTS])
    assert failed(checked) == [f"transactions.{name}" for name in names]


@pytest.mark.parametrize(("each", "names"), [(9, ["transactions.few_customers"]), (11, [])])
def test_a_handful_of_customers_with_all_rows_is_a_count(
    each: int, names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    warehouse.execute(
        f"create table bronze.sales as select n % {each} as who, 'day ' || n as at, "
        "'12.50' as total from range(1500) as x(n)"
    )
    churn = project(tmp_path, more="}\nchurn: {kind: silence, horizon: 30, activity_window: 90")
    assert failed(check_columns_beside(churn, warehouse, [AMOUNTS])) == names


@pytest.mark.parametrize(
    ("total", "beside", "names"),
    [
        (
            "case when n % 2 = 0 then 0 when n % 3 = 0 then n else n / 2 end",
            "n as amount_due_all",
            [],
        ),
        (
            "case when n % 2 = 0 then 0 when n % 3 = 0 then n else n / 2 end",
            "n as gross_total",
            ["not_owed"],
        ),
        ("n", "case when n % 2 = 0 then 0 else n end as gross_total", []),
        ("500 + n * 37", "round((500 + n * 37) * 0.0175) as fee", ["minor_units"]),
        ("500 + n * 37", "round((500 + n * 37) * 0.0175, 2) as fee", []),
        ("500 + n * 37", "n % 90 as points", []),
    ],
)
def test_an_amount_is_not_what_is_owed_and_counts_no_cents(
    total: str, beside: str, names: list[str], warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    warehouse.execute(
        f"create table bronze.sales as select 'N' || n % 50 as who, '2024-01-05' as at, {total} "
        f"as total, {beside} from range(1, 401) as x(n)"
    )
    checked = check_columns_beside(project(tmp_path), warehouse, [])
    assert failed(checked) == [f"transactions.{name}" for name in names]
