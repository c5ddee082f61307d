"""Views under names that older queries know, where an unqualified name finds them.

`raw_transactions`, `fct_customer_rfm` and `customer_segments` are what validation queries of
RFM systems ask for, with the columns those queries use. A project with a schema prefix shares
its database: its views stand behind the prefix, and queries name the schema.
"""

from __future__ import annotations

from regulars.warehouse.protocol import Warehouse

_HOME = {"duckdb": "main", "postgres": "public"}
_VIEWS = {
    "raw_transactions": """
select
    transaction_id,
    customer_id,
    cast(occurred_at as date) as transaction_date,
    amount,
    landed_at as ingestion_ts
from {transactions}
where is_kept and not is_deleted
""",
    "fct_customer_rfm": """
select
    customer_id,
    recency,
    frequency,
    monetary,
    cast(as_of as date) as rfm_calculated_date
from {rfm}
""",
    # Clusters where there are any, else the named segments, numbered by name.
    "customer_segments": """
select
    segments.customer_id,
    coalesce(
        clusters.cluster_id, cast(dense_rank() over (order by segments.segment) as bigint)
    ) as cluster_id,
    cast(segments.as_of as date) as model_run_date,
    coalesce(clusters.cluster_name, segments.segment) as segment
from {segments} as segments
left join {clusters} as clusters
    on segments.customer_id = clusters.customer_id and segments.as_of = clusters.as_of
""",
}


def create_familiar_views(warehouse: Warehouse) -> None:
    """Create or replace the three views."""
    home = _HOME.get(warehouse.engine, "public")
    relations = {
        "transactions": warehouse.relation("silver", "int_transactions_resolved"),
        "rfm": warehouse.relation("gold", "fct_customer_rfm"),
        "segments": warehouse.relation("gold", "customer_segments"),
        "clusters": warehouse.relation("ml", "customer_clusters"),
    }
    warehouse.execute(f'create schema if not exists "{warehouse.schema(home)}"')
    for name, query in _VIEWS.items():
        warehouse.execute(f"drop view if exists {warehouse.relation(home, name)}")
        warehouse.create_view(home, name, query.format(**relations))
