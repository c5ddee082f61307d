"""A small release that can be questioned: sales by month, attributes, and hostile names in the data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.full_release import EVENTS, FullRelease, bought
from tests.small_release import ANNA, BEN, CLEO, month, person

HOSTILE = "x'); drop table customers; --"
DORA = person(
    "dora", risk=0.5, value=300.0, name="Dora Berg", city="Bergen", segment="Lost", monetary=40,
    risk_category="Medium", recency_days=95,
)  # fmt: skip
EVE = person("eve", risk=0.75, value=10.0, name=HOSTILE, city=HOSTILE, recency_days=200)
_MONTHS = pa.schema(
    [("customer_id", pa.string()), ("month", pa.date32()), ("orders", pa.int64()),
     ("amount", pa.decimal128(18, 4))]
)  # fmt: skip
_SPENDING = pa.schema(
    [("customer_id", pa.string()), ("lifetime_amount", pa.decimal128(18, 4)),
     ("orders", pa.int64()), ("amount_last_quarter", pa.decimal128(18, 4)),
     ("amount_prior_quarter", pa.decimal128(18, 4))]
)  # fmt: skip
_BOUGHT: list[tuple[str, date, int, float]] = [
    ("anna", date(2024, 2, 1), 1, 100), ("anna", date(2024, 5, 1), 2, 150),
    ("anna", date(2024, 6, 1), 1, 50), ("ben", date(2024, 5, 1), 1, 50),
    ("dora", date(2024, 3, 1), 1, 40), ("eve", date(2024, 4, 1), 1, 7),
]  # fmt: skip


@dataclass
class QuestionedRelease(FullRelease):
    """The full release with months of sales whose events, since March, say the same."""

    customers: list[dict[str, Any]] = field(default_factory=lambda: [ANNA, BEN, CLEO, DORA, EVE])
    months: list[dict[str, Any]] = field(
        default_factory=lambda: [
            month(date(2024, number, 1), amount)
            for number, amount in ((2, 100), (3, 40), (4, 7), (5, 200), (6, 50))
        ]
    )
    events: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {
            **EVENTS,
            "fct_transactions": [
                bought(datetime(2024, 3, 1, 9), 40, customer_id="dora"),
                bought(datetime(2024, 4, 1, 9), 7, customer_id="eve", category=None),
                bought(datetime(2024, 5, 2, 9), 100),
                bought(datetime(2024, 5, 3, 9), 50, category="m", channel="Web"),
                bought(datetime(2024, 5, 31, 23, 59), 50, customer_id="ben", order_id=None),
                bought(datetime(2024, 6, 1), 50, channel="Web"),
                bought(datetime(2024, 6, 11, 12), -10, kind="refund"),
                bought(datetime(2024, 6, 12, 12), 70, kind="other", order_id=None),
            ],
            "dim_category": [
                {"category_id": "b", "category_name": "Books"},
                {"category_id": "m", "category_name": HOSTILE},
            ],
        }
    )

    def write(self, folder: Path) -> Path:
        """Write the release's files; returns the folder."""
        super().write(folder)
        months = [
            {"customer_id": who, "month": first, "orders": orders, "amount": amount}
            for who, first, orders, amount in _BOUGHT
        ]
        _write(folder, "monthly_customer_spending", months, _MONTHS)
        spending = [
            {
                "customer_id": who,
                "lifetime_amount": sum(
                    row["amount"] for row in months if row["customer_id"] == who
                ),
                "orders": sum(row["orders"] for row in months if row["customer_id"] == who),
                "amount_last_quarter": 10,
                "amount_prior_quarter": 5,
            }
            for who in dict.fromkeys(row["customer_id"] for row in months)
        ]
        _write(folder, "customer_spending_metrics", spending, _SPENDING)
        return folder


def _write(folder: Path, name: str, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")
