"""What came true: scores given earlier, held against what happened once their window has closed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.ml.evaluation import measure_with_intervals

HISTORY = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("churn_probability", pa.float64()),
        ("estimator_id", pa.string()),
    ]
)
SHOWN = ("base_rate", "roc_auc", "log_loss", "calibration_error", "lift_at_10")
LEAST_CUSTOMERS = 30


@dataclass(frozen=True)
class Scoring:
    """One scoring of all customers: when, by which estimator, and the window it spoke of."""

    as_of: str
    estimator_id: str
    definition_key: str
    customers: int
    outcome_from: str
    outcome_to: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Realised:
    """How a scoring fared: promised and seen churn, and metrics as value, low and high."""

    as_of: str
    estimator_id: str
    outcome_to: str
    customers: int
    promised: float
    seen: float
    metrics: dict[str, dict[str, float | None]]

    @property
    def roc_auc(self) -> float | None:
        """Realised ROC AUC; None where nobody or everybody churned."""
        return self.metrics["roc_auc"]["value"]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def realise(scoring: Scoring, joined: pa.Table) -> Realised | None:
    """Compare stored scores (churn_probability, customer_id) with `churned`; None for too few."""
    if joined.num_rows < LEAST_CUSTOMERS:
        return None
    promised = joined["churn_probability"].to_numpy(zero_copy_only=False)
    outcome = np.asarray(joined["churned"].to_numpy(zero_copy_only=False), dtype=np.float64)
    customers = joined["customer_id"].to_numpy(zero_copy_only=False)
    found = measure_with_intervals(outcome, promised, customers=customers, threshold=0.5)
    return Realised(
        as_of=scoring.as_of,
        estimator_id=scoring.estimator_id,
        outcome_to=scoring.outcome_to,
        customers=joined.num_rows,
        promised=round(float(promised.mean()), 9),
        seen=round(float(outcome.mean()), 9),
        metrics={name: found[name].to_json() for name in SHOWN},
    )


def closed_scorings(
    scorings: list[Scoring], realised: list[Realised], *, as_of: str, definition_key: str
) -> list[Scoring]:
    """Scorings of one definition whose window has closed and that nobody has looked at yet."""
    seen = {(one.as_of, one.estimator_id) for one in realised}
    return [
        one
        for one in scorings
        if one.definition_key == definition_key
        and one.outcome_to <= as_of
        and (one.as_of, one.estimator_id) not in seen
    ]
