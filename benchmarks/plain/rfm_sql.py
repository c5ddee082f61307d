"""RFM fifths in DuckDB SQL and K-Means over them: ingest to clusters.

python benchmarks/plain/rfm_sql.py FOLDER CLUSTERS
"""

from __future__ import annotations

import json
import sys

import duckdb
import numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

folder, clusters = sys.argv[1], int(sys.argv[2])
connection = duckdb.connect()
connection.execute("set threads = 2")
connection.execute(
    f"create table sales as select * from '{folder}/transactions_raw.parquet' "
    "where customer_id is not null and total_amount is not null"
)
connection.execute("""
    create table rfm as
    select
        *, ntile(5) over (order by recency desc) as r, ntile(5) over (order by frequency) as f,
        ntile(5) over (order by monetary) as m
    from (
        select
            customer_id, count(*) as frequency, sum(total_amount) as monetary,
            date_diff('day', max(transaction_date), (select max(transaction_date) from sales))
                as recency
        from sales
        group by customer_id
    )
""")
figures = connection.execute("select recency, frequency, monetary from rfm").fetchnumpy()
rows = np.log1p(np.column_stack([figures[name].astype(float) for name in figures]))
KMeans(clusters, n_init=10, random_state=0).fit(StandardScaler().fit_transform(rows))
print(json.dumps({"customers": len(rows)}))
