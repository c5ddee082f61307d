"""A published release that a test writes by hand: a few customers with real words, no run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.insights.release_reading import Reading
from regulars.release.contract import FORMAT

AS_OF = datetime(2024, 6, 22)
RELEASE_ID = "20240622T120000.000"
Rows = list[dict[str, Any]]

_PROFILE = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("joined_at", pa.timestamp("us")),
        ("left_at", pa.timestamp("us")),
        ("consent", pa.bool_()),
        ("name", pa.string()),
        ("city", pa.string()),
        ("segment", pa.string()),
        ("recency", pa.int32()),
        ("frequency", pa.decimal128(18, 4)),
        ("monetary", pa.decimal128(18, 4)),
        ("rfm_score", pa.string()),
        ("churn_probability", pa.float64()),
        ("risk_score", pa.float64()),
        ("risk_category", pa.string()),
        ("risk_percentile", pa.float64()),
        ("worth_contacting", pa.bool_()),
        ("past_value", pa.float64()),
        ("predicted_value", pa.float64()),
        ("value_if_stays", pa.float64()),
        ("value_basis", pa.string()),
        ("value_at_risk", pa.float64()),
        ("priority", pa.float64()),
        ("recency_days", pa.int32()),
        ("orders_ever", pa.int64()),
        ("refund_share_ever", pa.float64()),
    ]
)
_SCORED = ("customer_id", "segment", "churn_probability", "risk_category", "worth_contacting")
_SCORED += ("value_if_stays", "value_basis", "value_at_risk", "priority")


def person(
    customer_id: str, *, risk: float | None = None, value: float = 100.0, **known: Any
) -> dict[str, Any]:
    """One customer: three orders for 150, scored where `risk` (0 to 1) is given."""
    scored = risk is not None
    return {
        "customer_id": customer_id,
        "segment": "Champions",
        "recency": 10,
        "recency_days": 10,
        "frequency": 3,
        "orders_ever": 3,
        "monetary": 150,
        "rfm_score": "555",
        "churn_probability": risk,
        "risk_score": 100 * risk if scored else None,
        "risk_category": "Not Scored" if risk is None else "High" if risk >= 0.7 else "Low",
        "risk_percentile": 50.0 if scored else None,
        "worth_contacting": True if scored else None,
        "past_value": value / 2 if scored else None,
        "predicted_value": value * (1 - risk) if scored else None,
        "value_if_stays": value if scored else None,
        "value_basis": "predicted" if scored else None,
        "value_at_risk": risk * value if scored else None,
        "priority": risk * value if scored else None,
        "reasons": "[]" if scored else None,
        **known,
    }


ANNA = person("anna", risk=0.8, value=1000.0, name="Anna Berg", city="Oslo")
BEN = person("ben", risk=0.1, value=500.0, name="Ben Ruiz", segment="Lost", monetary=50)
CLEO = person(
    "cleo", segment=None, recency=None, recency_days=None, frequency=None, monetary=None,
    orders_ever=None, rfm_score=None,
)  # fmt: skip


def figure(value: float, *, by: float = 0.02) -> dict[str, float]:
    """A figure with an interval of plus and minus `by`."""
    return {"value": value, "low": value - by, "high": value + by}


def score_row(name: str, kind: str, auc: float) -> dict[str, Any]:
    """A line of the scoreboard."""
    metrics = {"roc_auc": figure(auc), "base_rate": figure(0.4), "calibration_error": figure(0.05)}
    return {"name": name, "kind": kind, "rows": "test", "n": 900, "note": "", "metrics": metrics}


def churn_report(**changes: Any) -> dict[str, Any]:
    """The report of a churn estimator that beat recency on a later date."""
    return {
        "format": FORMAT,
        "kind": "silence",
        "label": "A customer has churned when they buy nothing in 90 days.",
        "champion": "blend",
        "shipped": "blend",
        "ranks_customers": True,
        "verdict": "Beats days since the last purchase.",
        "improvements": {"recency": {"roc_auc": figure(0.05), "log_loss": figure(0.03)}},
        "rung": "full",
        "plan": "Tested once at 2024-03-24.",
        "cutoffs": {"train": ["2023-09-26"], "test": ["2024-03-24"]},
        "calibration": "Not recalibrated.",
        "threshold": 0.3,
        "scoreboard": {
            "rows": [
                score_row("blend", "champion", 0.75),
                score_row("recency", "baseline", 0.70),
                score_row("bg_nbd", "baseline", 0.72),
                score_row("random split", "optimistic", 0.81),
            ],
            "subgroups": [score_row("customers never seen", "champion", 0.7)],
        },
        "validation": [],
        "curves": {
            "calibration": [
                {"predicted": 0.1, "observed": 0.12, "low": 0.08, "high": 0.16, "n": 450},
                {"predicted": 0.8, "observed": 0.7, "low": 0.65, "high": 0.75, "n": 450},
            ],
            "cumulative_gains": [
                {"contacted": 0.5, "found": 0.8, "lift": 1.6},
                {"contacted": 1.0, "found": 1.0, "lift": 1.0},
            ],
        },
        "money": None,
        "importance": [
            {"group": "rhythm", "inputs": ["recency_days"], "share": 1.0, "actionable": False}
        ],
        "leakage_audit": [
            {"input": "recency_days", "lineage": ["transactions"], "verdict": "passed",
             "reason": "", "auc_alone": 0.7}
        ],
        **changes,
    }  # fmt: skip


def bare_churn_report() -> dict[str, Any]:
    """The least that a churn report can say: nothing was measured."""
    needed = ("format", "kind", "label", "champion", "shipped", "rung")
    return {name: churn_report()[name] for name in needed}


@dataclass
class SmallRelease:
    """What a release holds; a test changes what it is about, then writes it."""

    customers: Rows = field(default_factory=lambda: [ANNA, BEN, CLEO])
    about: dict[str, Any] = field(default_factory=dict)
    churn: dict[str, Any] | None = field(default_factory=churn_report)
    months: Rows = field(
        default_factory=lambda: [month(date(2024, 5, 1), 120), month(date(2024, 6, 1), 80)]
    )
    rejected: Rows = field(default_factory=lambda: [rejected("price is zero")] * 2)
    columns: Rows = field(default_factory=lambda: [column("amount"), column("city", missing=3)])
    files: Rows = field(default_factory=lambda: [{"file": "/home/anna/shop/orders.csv"}])
    kept: int = 98
    read: int = 100
    as_of: datetime = AS_OF
    not_yet: tuple[str, ...] = ()

    def write(self, folder: Path) -> Path:
        """Write the release's files; returns the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / "manifest.json", self._manifest())
        _write_json(folder / "project.json", self._about())
        if self.churn is not None:
            _write_json(folder / "churn.json", self.churn)
        for name, table in self._tables().items():
            pq.write_table(table, folder / f"{name}.parquet")
        return folder

    def reading(self, folder: Path) -> Reading:
        """Write the release and open it."""
        return Reading(self.write(folder))

    def _manifest(self) -> dict[str, Any]:
        return {
            "release_id": RELEASE_ID,
            "run_id": RELEASE_ID,
            "project": "shop",
            "created_at": "2024-06-22T12:00:00+00:00",
            "as_of": f"{self.as_of:%Y-%m-%d}",
            "tables": {},
            "not_yet_computed": self.not_yet,
            "format": FORMAT,
        }

    def _about(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "project": "shop",
            "currency": "GBP",
            "amount_unit": "GBP",
            "grain": "day",
            "churn": {"kind": "silence"},
            "label": "A customer has churned when they buy nothing in 90 days.",
            "segment_order": ["Champions", "Lost"],
            "personal_data": ["name"],
            "attributes": ["name", "city"],
            "features": {"recency_days": "Days since the last sale."},
            **self.about,
        }

    def _tables(self) -> dict[str, pa.Table]:
        people = [{"as_of": self.as_of, **one} for one in self.customers]
        scored = pa.schema([_PROFILE.field(name) for name in _SCORED] + [("reasons", pa.string())])
        found = {
            "customer_360_profile": pa.Table.from_pylist(people, schema=_PROFILE),
            "customer_scored": pa.Table.from_pylist(people, schema=scored),
            "kpi_by_period": pa.Table.from_pylist(self.months, schema=_MONTHS),
            "rejected_rows": pa.Table.from_pylist(self.rejected, schema=_REJECTED),
            "column_profile": pa.Table.from_pylist(self.columns, schema=_COLUMNS),
            "batches": pa.Table.from_pylist([_BATCH], schema=_BATCHES),
            "batch_files": pa.Table.from_pylist([{**_FILE, **one} for one in self.files]),
            "checks": pa.table({"name": ["unique_customer"], "status": ["pass"]}),
            "cutoffs": pa.Table.from_pylist(_CUTOFFS),
            "run_steps": pa.Table.from_pylist(_STEPS),
        }
        counts = {"read_rows": self.read, "kept_rows": self.kept, "merged_rows": 0}
        lost = {"rejected_rows": len(self.rejected)}
        balanced = {"is_balanced": self.read == self.kept + len(self.rejected)}
        row = {"entity": "transactions", **counts, **lost, **balanced}
        return {**found, "row_reconciliation": pa.Table.from_pylist([row])}


def month(first: date, amount: float) -> dict[str, Any]:
    """A calendar month with two buyers, one of them new."""
    return {
        "month": first, "active_customers": 2, "new_customers": 1, "orders": 3,
        "amount": amount, "refunds": 0, "refunded": 0, "contacts": 0,
    }  # fmt: skip


def rejected(reason: str, *, disposition: str = "rejected") -> dict[str, Any]:
    """One delivered row that is not used."""
    return {
        "entity": "transactions", "source_name": "orders", "batch_id": "b1",
        "file_name": "orders.csv", "row_number": 1, "disposition": disposition, "reason": reason,
    }  # fmt: skip


def column(name: str, *, missing: int = 0, unreadable: int = 0) -> dict[str, Any]:
    """Values of one mapped column."""
    counts = {"rows": 98, "missing": missing, "unreadable": unreadable}
    return {"entity": "transactions", "column_name": name, **counts}


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), "utf-8")


_MONTHS = pa.schema(
    [("month", pa.date32()), ("active_customers", pa.int64()), ("new_customers", pa.int64()),
     ("orders", pa.int64()), ("amount", pa.decimal128(18, 4)), ("refunds", pa.int64()),
     ("refunded", pa.decimal128(18, 4)), ("contacts", pa.int64())]
)  # fmt: skip
_REJECTED = pa.schema(
    [("entity", pa.string()), ("source_name", pa.string()), ("batch_id", pa.string()),
     ("file_name", pa.string()), ("row_number", pa.int64()), ("disposition", pa.string()),
     ("reason", pa.string())]
)  # fmt: skip
_COLUMNS = pa.schema(
    [("entity", pa.string()), ("column_name", pa.string()), ("rows", pa.int64()),
     ("missing", pa.int64()), ("unreadable", pa.int64())]
)  # fmt: skip
_BATCHES = pa.schema(
    [("batch_id", pa.string()), ("source", pa.string()), ("load", pa.string()),
     ("landed_at", pa.timestamp("us")), ("rows", pa.int64()), ("malformed", pa.int64()),
     ("is_current", pa.bool_())]
)  # fmt: skip
_BATCH = {
    "batch_id": "b1", "source": "orders", "load": "append", "landed_at": AS_OF, "rows": 100,
    "malformed": 0, "is_current": True,
}  # fmt: skip
_FILE = {"batch_id": "b1", "size_bytes": 2_400, "rows": 100, "malformed": 0}
_CUTOFFS = [
    {"as_of": day, "outcome_from": day, "outcome_to": end, "is_closed": closed}
    for day, end, closed in (
        (datetime(2023, 9, 26), datetime(2023, 12, 25), True),
        (datetime(2024, 3, 24), datetime(2024, 6, 22), True),
        (AS_OF, datetime(2024, 9, 20), False),
    )
]
_STEPS = [
    {"step": step, "run_id": run, "ended_at": "2024-06-22", "seconds": 1.5, "note": note}
    for step, run, note in (
        ("land", "an-earlier-run", "nothing new"),
        ("train", RELEASE_ID, "too few outcomes"),
        ("report", "an-earlier-run", "0.1 MB"),
    )
]
