"""A small release with everything that pages ask for: events, moves, cohorts, clusters, checks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.small_release import ANNA, AS_OF, BEN, CLEO, RELEASE_ID, SmallRelease, person

DORA = person(
    "dora", risk=0.5, value=300.0, name="Dora Berg", city="Bergen", segment="Lost", monetary=40,
    consent=False,
)  # fmt: skip
SETTINGS = """\
version: 1
project: shop
currency: GBP
sources:
  sales: {path: sales.csv}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: total}
personal_data: [name]
"""
SHOWING_PERSONAL = f"{SETTINGS}dashboard: {{show_personal: true}}\n"
_MONEY = pa.decimal128(18, 4)
_TIME = pa.timestamp("us")
_SCHEMAS = {
    "fct_transactions": [
        ("customer_id", pa.string()), ("occurred_at", _TIME), ("order_id", pa.string()),
        ("kind", pa.string()), ("is_counted", pa.bool_()), ("amount", _MONEY),
        ("quantity", _MONEY), ("discount", _MONEY), ("category", pa.string()),
        ("product", pa.string()), ("channel", pa.string()), ("payment", pa.string()),
    ],
    "fct_interactions": [
        ("customer_id", pa.string()), ("occurred_at", _TIME), ("kind", pa.string()),
        ("channel", pa.string()), ("satisfaction", _MONEY), ("duration", _MONEY),
        ("resolved", pa.bool_()), ("sentiment", _MONEY),
    ],
    "fct_touches": [
        ("customer_id", pa.string()), ("occurred_at", _TIME), ("campaign", pa.string()),
        ("channel", pa.string()), ("treated", pa.bool_()), ("opened_at", _TIME),
        ("clicked_at", _TIME), ("converted_at", _TIME), ("cost", _MONEY),
    ],
    "dim_category": [("category_id", pa.string()), ("category_name", pa.string())],
    "segment_migration": [
        ("from_as_of", _TIME), ("to_as_of", _TIME), ("from_segment", pa.string()),
        ("to_segment", pa.string()), ("customers", pa.int64()), ("share", pa.float64()),
    ],
    "cohort_retention": [
        ("cohort_month", pa.date32()), ("months_since", pa.int32()),
        ("cohort_customers", pa.int64()), ("customers", pa.int64()), ("retention", pa.float64()),
    ],
    "customer_spending_metrics": [
        ("customer_id", pa.string()), ("lifetime_amount", _MONEY), ("orders", pa.int64()),
        ("amount_per_order", pa.float64()), ("amount_last_quarter", _MONEY),
        ("amount_prior_quarter", _MONEY), ("average_monthly_amount", pa.float64()),
        ("quarter_change_share", pa.float64()), ("recency_days", pa.int32()),
        ("recency_status", pa.string()), ("spending_consistency", pa.string()),
        ("is_alert", pa.bool_()),
    ],
    "customer_clusters": [
        ("customer_id", pa.string()), ("as_of", _TIME), ("cluster_name", pa.string()),
        ("recency", pa.float64()), ("frequency", pa.float64()), ("monetary", pa.float64()),
    ],
    "layer_counts": [
        ("run_id", pa.string()), ("counted_at", _TIME), ("entity", pa.string()),
        ("layer", pa.string()), ("rows", pa.int64()), ("duplicate_keys", pa.int64()),
        ("null_keys", pa.int64()),
    ],
    "checks": [
        ("name", pa.string()), ("kind", pa.string()), ("table_name", pa.string()),
        ("severity", pa.string()), ("status", pa.string()), ("passed", pa.bool_()),
        ("failures", pa.int64()), ("message", pa.string()),
    ],
    "check_summary": [
        ("run_id", pa.string()), ("checked_at", _TIME), ("total_checks", pa.int64()),
        ("passed", pa.int64()), ("errors", pa.int64()), ("warnings", pa.int64()),
        ("pass_rate", pa.float64()),
    ],
    "table_history": [
        ("checked_at", _TIME), ("entity", pa.string()), ("rows", pa.int64()),
        ("nulls", pa.int64()), ("rejected", pa.int64()), ("merged", pa.int64()),
    ],
}  # fmt: skip
_MARCH, _JUNE = datetime(2024, 3, 24), datetime(2024, 6, 22)


def bought(day: datetime, amount: float, **known: Any) -> dict[str, Any]:
    """One transaction of anna's."""
    return {
        "customer_id": "anna", "occurred_at": day, "kind": "sale", "is_counted": True,
        "amount": amount, "category": "b", "order_id": f"{day:%m%d}", "product": "novel", **known,
    }  # fmt: skip


EVENTS: dict[str, list[dict[str, Any]]] = {
    "fct_transactions": [
        bought(datetime(2023, 5, 1, 9), 100),
        bought(datetime(2024, 3, 1, 9), 30),
        bought(datetime(2024, 3, 1, 9), 20, product="atlas", category="m"),
        bought(datetime(2024, 6, 10, 12), 50, category=None),
        bought(datetime(2024, 6, 11, 12), -10, kind="refund"),
        bought(datetime(2024, 6, 12, 12), 70, kind="other", order_id=None),
        bought(datetime(2024, 6, 1), 50, customer_id="ben"),
    ],
    "fct_interactions": [
        {"customer_id": "anna", "occurred_at": datetime(2024, 6, 2, 8), "kind": "complaint",
         "channel": "phone", "resolved": False, "satisfaction": 2},
    ],
    "fct_touches": [
        {"customer_id": "anna", "occurred_at": datetime(2024, 4, 2), "campaign": "spring",
         "channel": "e-mail", "treated": True, "opened_at": datetime(2024, 4, 3)},
    ],
    "dim_category": [{"category_id": "b", "category_name": "Books"}],
}  # fmt: skip
_OTHERS: dict[str, list[dict[str, Any]]] = {
    "segment_migration": [
        {"from_as_of": _MARCH, "to_as_of": _JUNE, "from_segment": origin,
         "to_segment": destination, "customers": customers, "share": share}
        for origin, destination, customers, share in (
            ("Champions", "Champions", 3, 0.75), ("Champions", "Lost", 1, 0.25),
            ("Lost", "Lost", 2, 1.0), ("No purchase yet", "Champions", 4, 1.0),
        )
    ],
    "cohort_retention": [
        {"cohort_month": date(2024, 1, 1), "months_since": month, "cohort_customers": 10,
         "customers": customers, "retention": customers / 10}
        for month, customers in ((0, 10), (1, 4), (2, 3))
    ],
    "customer_spending_metrics": [
        {"customer_id": "anna", "lifetime_amount": 200, "orders": 3, "amount_per_order": 66.67,
         "amount_last_quarter": 50, "amount_prior_quarter": 100, "average_monthly_amount": 16.67,
         "quarter_change_share": -0.5, "recency_days": 12, "recency_status": "Active",
         "spending_consistency": "Moderate", "is_alert": False},
    ],
    "customer_clusters": [
        {"customer_id": who, "as_of": AS_OF, "cluster_name": name, "recency": 10.0,
         "frequency": 3.0, "monetary": 150.0}
        for who, name in (("anna", "Frequent"), ("ben", "Rare"), ("dora", "Rare"))
    ],
    "layer_counts": [
        {"run_id": RELEASE_ID, "counted_at": AS_OF, "entity": "transactions", "layer": layer,
         "rows": rows, "duplicate_keys": 0, "null_keys": 0}
        for layer, rows in (("bronze", 100), ("silver", 98))
    ],
    "checks": [
        {"name": "unique_customer", "kind": "test", "severity": "error", "status": "pass",
         "passed": True, "failures": 0},
        {"name": "amounts_far_out", "kind": "statistics", "table_name": "transactions",
         "severity": "warning", "status": "warn", "passed": False, "message": "6 % are far out"},
    ],
    "check_summary": [
        {"run_id": RELEASE_ID, "checked_at": AS_OF, "total_checks": 2, "passed": 1, "errors": 0,
         "warnings": 1, "pass_rate": 0.5},
    ],
    "table_history": [
        {"checked_at": AS_OF, "entity": "transactions", "rows": 98, "nulls": 3, "rejected": 2,
         "merged": 0},
    ],
}  # fmt: skip


@dataclass
class FullRelease(SmallRelease):
    """What a small release holds, and beside it everything that pages ask for."""

    customers: list[dict[str, Any]] = field(default_factory=lambda: [ANNA, BEN, CLEO, DORA])
    events: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: dict(EVENTS))

    def write(self, folder: Path) -> Path:
        """Write the release's files; returns the folder."""
        super().write(folder)
        for name, rows in {**_OTHERS, **self.events}.items():
            table = pa.Table.from_pylist(rows, schema=pa.schema(_SCHEMAS[name]))
            pq.write_table(table, folder / f"{name}.parquet")
        return folder

    def project(self, folder: Path, *, settings: str = SETTINGS) -> Path:
        """A project folder whose current release this is."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "regulars.yaml").write_text(settings, "utf-8")
        releases = folder / ".regulars" / "releases"
        written = self.write(releases / RELEASE_ID)
        manifest = json.loads((written / "manifest.json").read_text("utf-8"))
        manifest["tables"] = {"customer_360_profile": len(self.customers)}
        (written / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        (releases / "CURRENT").write_text(RELEASE_ID, "utf-8")
        return folder
