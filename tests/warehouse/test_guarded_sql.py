"""The guard takes one SELECT over known tables and columns, and refuses all else unread."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.core.errors import EngineError
from regulars.warehouse.engines.duckdb_reader import DuckDBReader
from regulars.warehouse.guarded_sql import RefusedStatement, check_select

COLUMNS = {
    "people": frozenset({"customer_id", "city", "spend"}),
    "sales": frozenset({"customer_id", "amount"}),
}
PLAIN = 'select base."city" as "city", count(*) as "n" from "people" as base group by 1'


@pytest.mark.parametrize(
    "sql",
    [
        PLAIN,
        "select sum(cast(base.spend as decimal(38, 6))) as s from people as base where base.city = 'a;b'",
        "with a as (select base.city as c from people as base) select a.c as c from a order by c limit 3",
        "select date_trunc('month', base.spend) as m from people as base",
        "select coalesce(a.city, b.customer_id) as x from people as a left join sales as b on a.customer_id = b.customer_id",
        "select count(distinct case when base.spend > 1 then base.city end) as n from people as base",
    ],
)
def test_a_select_over_known_columns_passes(sql: str) -> None:
    check_select(sql, COLUMNS)


HOSTILE = [
    "copy people to '/tmp/x.csv'",
    "copy (select base.city from people as base) to 'x.parquet'",
    "attach 'x.db' as x",
    "detach x",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "set memory_limit = '9GB'",
    "reset all",
    "drop table people",
    "drop view people",
    "create table x as select 1",
    "create or replace view people as select 1",
    "insert into people values (1)",
    "update people set city = 'x'",
    "delete from people",
    "truncate people",
    "alter table people add column x int",
    "vacuum",
    "checkpoint",
    "call pragma_version()",
    "explain select base.city from people as base",
    "describe people",
    "show tables",
    "export database 'x'",
    "import database 'x'",
    "use main",
    "begin; select 1",
    f"{PLAIN}; drop table people",
    f"{PLAIN}; {PLAIN}",
    f"{PLAIN} union all {PLAIN}",
    f"{PLAIN} union select customer_id, 1 from sales",
    "values (1)",
    "from people",
    "select * from people",
    "select base.* from people as base",
    "select columns('.*') from people",
    "select base.name from people as base",
    "select name from people",
    'select "name" as city from people as base',
    "select base.city from people as base where base.name = 'x'",
    "select base.city from people as base order by base.name",
    "select count(base.name) as n from people as base",
    "select customer_id from people",
    "select base.amount from people as base",
    "select x.city from other as x",
    "select x.city from main.people as x",
    "select x.city from information_schema.tables as x",
    "select x.city from pg_catalog.pg_user as x",
    "select x.city from 'people.parquet' as x",
    'select x.city from "/etc/passwd" as x',
    "select x.city from read_csv('/etc/passwd') as x",
    "select x.city from read_parquet('*.parquet') as x",
    "select x.content from read_text('/etc/passwd') as x",
    "select x.city from glob('*') as x",
    "select x.city from sqlite_scan('x', 'y') as x",
    "select x.city from postgres_scan('x', 'y', 'z') as x",
    "select x.city from duckdb_settings() as x",
    "select x.city from query('drop table people') as x",
    "select x.city from query_table('people') as x",
    "select x.city from range(10) as x",
    "select getenv('HOME') as c from people as base",
    "select current_setting('access_mode') as c from people as base",
    "select pg_read_file('/etc/passwd') as c from people as base",
    "select pg_sleep(10) as c from people as base",
    "select lo_import('/etc/passwd') as c from people as base",
    "select version() as c from people as base",
    "select random() as c from people as base",
    "select (select base.spend from people as base limit 1) as c from people as base",
    "select base.city from people as base where exists (select 1 from sales as s)",
    "select base.city from people as base, lateral (select 1) as l",
    "select unnest([1, 2]) as c from people as base",
    "select base.city as c from people as base for update",
    "with recursive a as (select base.city as c from people as base) select a.c from a",
    "with people as (select base.amount as name from sales as base) select people.name from people",
    "select base.city as c from people as base tablesample 10",
    "select base.city as c into x from people as base",
    "select base.city::json->>'a' as c from people as base",
    "select list_transform([1], x -> x) as c from people as base",
    "select base.city as c from people as base where base.city like '%'",
    "select /* */ base.name from people as base",
    "sel ect",
    "",
    ";",
    "select base.city\0 from people as base",
    "(" * 2000 + "select 1" + ")" * 2000,
    "$$copy people to 'x'$$",
    "do $$ begin drop table people; end $$",
    "grant all on people to public",
    "listen x",
]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
@pytest.mark.parametrize("sql", HOSTILE)
def test_a_hostile_statement_is_refused_before_an_engine_sees_it(sql: str, dialect: str) -> None:
    with pytest.raises(RefusedStatement):
        check_select(sql, COLUMNS, dialect=dialect)


def test_a_locked_engine_reads_its_folder_and_nothing_else(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        pq.write_table(pa.table({"city": ["Oslo"]}), folder / "people.parquet")
    reader = DuckDBReader({"people": [inside / "people.parquet"]}, only_in=inside)
    assert reader.arrow("select city from people").num_rows == 1
    for sql in (
        f"select * from read_parquet('{outside}/people.parquet')",
        "select * from read_text('/etc/hostname')",
        "set enable_external_access = true",
        "set memory_limit = '9GB'",
        f"copy people to '{outside}/x.csv'",
        "install httpfs",
        f"attach '{outside}/x.db'",
    ):
        with pytest.raises(EngineError):
            reader.arrow(sql)
    assert [path.name for path in outside.iterdir()] == ["people.parquet"]
