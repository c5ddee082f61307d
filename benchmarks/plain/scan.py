"""A bare group-by over a Parquet file: last date, count and sum per customer.

    python benchmarks/plain/scan.py FILE

Prints the cost of the cheapest of three passes, without the start of the process.
"""

from __future__ import annotations

import json
import sys

import duckdb
from measuring import spent

QUERY = """
    select count(*), sum(frequency), sum(monetary), max(latest)
    from (
        select
            customer_id, max(transaction_date) as latest, count(*) as frequency,
            sum(transaction_amount) as monetary
        from '{}'
        group by customer_id
    )
"""

connection = duckdb.connect()
connection.execute("set threads = 2")
costs = []
for _ in range(3):
    with spent() as cost:
        connection.execute(QUERY.format(sys.argv[1])).fetchall()
    costs.append(cost)
print(json.dumps({"cost": min(costs, key=lambda cost: cost["wall"])}))
