"""Stored scores backtested against outcomes, once the outcome window of a scoring has closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.features.churn_definition import ChurnDefinition
from regulars.features.cutoffs import Cutoff
from regulars.ml.evaluation import Rows, measure_with_intervals
from regulars.ml.registry import Registry
from regulars.release.churn_report import BacktestedScore
from regulars.release.evaluation_facts import Figure
from regulars.warehouse.protocol import Warehouse

SHOWN = ("base_rate", "roc_auc", "log_loss", "calibration_error", "lift_at_10")
MIN_CUSTOMERS = 30  # fewer say nothing about a ranking
MAX_DATES = 6  # dates of earlier scorings that one run computes outcomes at
MAX_KEPT = 500
_TABLE = "churn_scores_history"
_COLUMNS = {
    "customer_id": "varchar",
    "as_of": "timestamp",
    "churn_probability": "double",
    "estimator_id": "varchar",
}
_SCORES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("churn_probability", pa.float64()),
        ("estimator_id", pa.string()),
    ]
)


@dataclass(frozen=True)
class Scoring:
    """One scoring of all eligible customers: when, by which estimator, and its outcome window.

    `definition_key` is the identity of the churn definition that it was made under.
    """

    as_of: str
    estimator_id: str
    definition_key: str
    customers: int
    outcome_from: str
    outcome_to: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def backtest(scoring: Scoring, scored: pa.Table) -> BacktestedScore | None:
    """Compare stored scores with outcomes; None for too few customers.

    `scored` has the columns customer_id, churn_probability and churned.
    """
    if scored.num_rows < MIN_CUSTOMERS:
        return None
    predicted = scored["churn_probability"].to_numpy(zero_copy_only=False)
    outcome = np.asarray(scored["churned"].to_numpy(zero_copy_only=False), dtype=np.float64)
    customers = scored["customer_id"].to_numpy(zero_copy_only=False)
    on = Rows("scored customers", outcome, customers)
    figures = measure_with_intervals(predicted, on=on, threshold=0.5)
    return BacktestedScore(
        as_of=scoring.as_of,
        estimator_id=scoring.estimator_id,
        outcome_to=scoring.outcome_to,
        customers=scored.num_rows,
        predicted=round(float(predicted.mean()), 9),
        observed=round(float(outcome.mean()), 9),
        metrics={name: Figure(**figures[name].to_json()) for name in SHOWN},
    )


def closed_scorings(
    scorings: Sequence[Scoring],
    backtests: Sequence[BacktestedScore],
    *,
    as_of: str,
    definition_key: str,
) -> list[Scoring]:
    """Scorings of one definition whose window has closed and that are not backtested yet."""
    done = {(backtest.as_of, backtest.estimator_id) for backtest in backtests}
    return [
        scoring
        for scoring in scorings
        if scoring.definition_key == definition_key
        and scoring.outcome_to <= as_of
        and (scoring.as_of, scoring.estimator_id) not in done
    ]


@dataclass(frozen=True)
class ScoreHistory:
    """The scores on record of one churn definition, in the warehouse and beside the estimators."""

    registry: Registry
    warehouse: Warehouse
    definition: ChurnDefinition

    @property
    def scorings(self) -> list[Scoring]:
        """All scorings on record, oldest first, of every definition."""
        return [Scoring(**stored) for stored in self.registry.scorings()]

    @property
    def backtests(self) -> list[BacktestedScore]:
        """How earlier scorings fared, oldest first."""
        return stored_backtests(self.registry)

    def due_dates(self, *, as_of: date) -> list[date]:
        """Dates of scorings that can be backtested as of a date; outcomes are needed at them."""
        days = {date.fromisoformat(scoring.as_of) for scoring in self._due(as_of)}
        return sorted(days)[-MAX_DATES:]

    def backtest_due(self, *, as_of: date) -> list[BacktestedScore]:
        """Backtest every scoring whose window has closed; the whole series, oldest first."""
        tested = [backtest(scoring, self._outcomes(scoring)) for scoring in self._due(as_of)]
        new = [score for score in tested if score is not None]
        if not new:
            return self.backtests
        series = sorted(
            [*self.backtests, *new], key=lambda score: (score.as_of, score.estimator_id)
        )
        self.registry.write_note(
            "realised", [score.model_dump(mode="json") for score in series[-MAX_KEPT:]]
        )
        for score in new:
            # Personal scores are not kept for longer than they are needed; their figures stay.
            self._delete(score.as_of)
        return series

    def store(self, predictions: pa.Table, *, estimator_id: str, cutoff: Cutoff) -> None:
        """Keep who was predicted what, until the outcome window of this scoring has closed."""
        self.warehouse.create_table("ml", _TABLE, _COLUMNS)
        scores = predictions.select(["customer_id", "as_of", "churn_probability"])
        estimators = pa.array([estimator_id] * predictions.num_rows, pa.string())
        rows = scores.append_column("estimator_id", estimators).cast(_SCORES)
        with self.warehouse.transaction():
            self._delete(str(cutoff.as_of))
            self.warehouse.append_table("ml", _TABLE, rows)
        scoring = Scoring(
            as_of=str(cutoff.as_of),
            estimator_id=estimator_id,
            definition_key=self.definition.key,
            customers=predictions.num_rows,
            outcome_from=str(cutoff.outcome_from),
            outcome_to=str(cutoff.outcome_to),
        )
        # One scoring per date: scored again, the earlier scores of the date were never acted on.
        other_scorings = [stored for stored in self.scorings if stored.as_of != scoring.as_of]
        ordered = sorted([*other_scorings, scoring], key=lambda stored: stored.as_of)[-MAX_KEPT:]
        self.registry.write_note("scorings", [stored.to_json() for stored in ordered])

    def _due(self, as_of: date) -> list[Scoring]:
        key = self.definition.key
        return closed_scorings(self.scorings, self.backtests, as_of=str(as_of), definition_key=key)

    def _outcomes(self, scoring: Scoring) -> pa.Table:
        """Stored scores of one scoring with what then happened."""
        if not self.warehouse.columns("ml", _TABLE):
            return pa.table({"customer_id": [], "churn_probability": [], "churned": []})
        scores = self.warehouse.relation("ml", _TABLE)
        labels = self.warehouse.relation("gold", "churn_labels")
        return self.warehouse.arrow(
            "select scores.customer_id, scores.churn_probability, labels.churned "
            f"from {scores} as scores inner join {labels} as labels "
            "on scores.customer_id = labels.customer_id and scores.as_of = labels.as_of "
            f"where scores.as_of = timestamp '{scoring.as_of} 00:00:00' "
            f"and scores.estimator_id = '{scoring.estimator_id}' and labels.churned is not null "
            "order by scores.customer_id"
        )

    def _delete(self, as_of: str) -> None:
        self.warehouse.execute(
            f"delete from {self.warehouse.relation('ml', _TABLE)} "
            f"where as_of = timestamp '{as_of} 00:00:00'"
        )


def stored_backtests(registry: Registry) -> list[BacktestedScore]:
    """How earlier scorings fared, oldest first, also as the first version named the figures."""
    renamed = {"promised": "predicted", "seen": "observed"}
    return [
        BacktestedScore(**{renamed.get(name, name): value for name, value in stored.items()})
        for stored in registry.note("realised") or ()
    ]


def realised_auc(score: BacktestedScore) -> float | None:
    """Realised ROC AUC; None where nobody or everybody churned."""
    return score.metrics["roc_auc"].value
