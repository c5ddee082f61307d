"""The windows of a subscription company in one DuckDB query, all cutoffs at once.

python benchmarks/plain/windows_sql.py FOLDER CUTOFF ...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

WINDOWS = (7, 14, 30, 60, 90, 180, 365, 100_000)
SALES = (
    "count({}) as orders", "sum({}total_amount) as amount", "max({}total_amount) as largest",
    "sum({}discount_amount) as discount", "count(distinct {}day) as active_days",
)  # fmt: skip
CALLS = (
    "count({}) as contacts", "sum({}duration_seconds) as seconds",
    "avg({}satisfaction_score) as satisfaction",
)  # fmt: skip


def _measures(measures: tuple[str, ...]) -> str:
    columns = []
    for days in WINDOWS:
        for measure in measures:
            formula, name = measure.split(" as ")
            what = formula[formula.index("{}") + 2 :].rstrip(")") or "1"
            case = f"case when age <= {days} then {what} end"
            columns.append(f"{formula[: formula.index('{}')]}{case}) as {name}_{days}")
    return ", ".join(columns)


def query(folder: Path, cutoffs: list[str]) -> str:
    """One row per customer and cutoff with all windows of sales and calls."""
    dates = ", ".join(f"(timestamp '{day}')" for day in cutoffs)

    def grouped(file: str, moment: str, measures: tuple[str, ...]) -> str:
        return f"""
            select as_of, customer_id, {_measures(measures)}, min(age) as youngest, max(age) as age
            from (
                select
                    *, cast({moment} as date) as day,
                    date_diff('day', cast({moment} as date), cast(as_of as date)) as age
                from '{folder}/{file}' join (values {dates}) as dates (as_of) on {moment} < as_of
            )
            group by as_of, customer_id
        """

    sales = grouped("transactions_raw.parquet", "transaction_date", SALES)
    calls = grouped("interactions_raw.parquet", "interaction_date", CALLS)
    return f"select * from ({sales}) full join ({calls}) using (as_of, customer_id)"


if __name__ == "__main__":
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.execute(f"create table windows as {query(Path(sys.argv[1]), sys.argv[2:])}")
    rows = connection.execute("select count(*) from windows").fetchone()
    columns = len(connection.execute("select * from windows limit 0").description) - 2
    print(json.dumps({"columns": columns, "rows": rows[0] if rows else 0}))
