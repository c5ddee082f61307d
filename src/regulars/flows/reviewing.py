"""Stored scores, and how they fared once their outcome windows have closed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from regulars.features.churn_definition import ChurnDefinition
from regulars.features.cutoffs import Cutoff
from regulars.flows.context import RunContext
from regulars.ml.lifecycle.realised import (
    HISTORY,
    Realised,
    Scoring,
    closed_scorings,
    realise,
)
from regulars.warehouse.protocol import Warehouse

_TABLE = "churn_scores_history"
_COLUMNS = {
    "customer_id": "varchar",
    "as_of": "timestamp",
    "churn_probability": "double",
    "estimator_id": "varchar",
}
MOST_REVIEWS = 6  # dates of earlier scorings that one run computes outcomes at
MOST_KEPT = 500


def scorings(context: RunContext) -> list[Scoring]:
    """All scorings on record, oldest first."""
    return [Scoring(**one) for one in context.estimators.scorings()]


def realised(context: RunContext) -> list[Realised]:
    """How earlier scorings fared, oldest first."""
    return [Realised(**one) for one in context.estimators.note("realised") or ()]


def dates_to_review(context: RunContext, *, as_of: date) -> list[date]:
    """Dates of scorings whose window has closed and that nobody has held against the outcome."""
    key = _definition_key(context)
    due = closed_scorings(
        scorings(context), realised(context), as_of=str(as_of), definition_key=key
    )
    days = sorted({date.fromisoformat(one.as_of) for one in due})
    return days[-MOST_REVIEWS:]


def review_scores(context: RunContext, *, as_of: date) -> list[Realised]:
    """Hold every scoring whose window has closed against its outcome; the whole series."""
    known, series = scorings(context), realised(context)
    key = _definition_key(context)
    due = closed_scorings(known, series, as_of=str(as_of), definition_key=key)
    found = [realise(one, _outcomes(context.warehouse, one)) for one in due]
    new = [one for one in found if one is not None]
    if new:
        series = sorted([*series, *new], key=lambda one: (one.as_of, one.estimator_id))
        context.estimators.write_note("realised", [one.to_json() for one in series[-MOST_KEPT:]])
        _forget(context, new)
    return series


def store_scores(
    context: RunContext, predictions: pa.Table, *, estimator_id: str, cutoff: Cutoff
) -> None:
    """Keep who was promised what, until the outcome window of this scoring has closed."""
    warehouse = context.warehouse
    warehouse.create_table("ml", _TABLE, _COLUMNS)
    rows = predictions.select(["customer_id", "as_of", "churn_probability"]).append_column(
        "estimator_id", pa.array([estimator_id] * predictions.num_rows, pa.string())
    )
    with warehouse.transaction():
        _delete(warehouse, str(cutoff.as_of))
        warehouse.append_table("ml", _TABLE, rows.cast(HISTORY))
    scoring = Scoring(
        as_of=str(cutoff.as_of),
        estimator_id=estimator_id,
        definition_key=_definition_key(context),
        customers=predictions.num_rows,
        outcome_from=str(cutoff.outcome_from),
        outcome_to=str(cutoff.outcome_to),
    )
    others = [one for one in scorings(context) if one.as_of != scoring.as_of]
    ordered = sorted([*others, scoring], key=lambda one: one.as_of)[-MOST_KEPT:]
    context.estimators.write_note("scorings", [one.to_json() for one in ordered])


def _definition_key(context: RunContext) -> str:
    definition = ChurnDefinition.of(context.project)
    return "" if definition is None else definition.key


def _outcomes(warehouse: Warehouse, scoring: Scoring) -> pa.Table:
    """Stored scores of one scoring with what then happened."""
    empty: dict[str, Any] = {"customer_id": [], "churn_probability": [], "churned": []}
    if not warehouse.columns("ml", _TABLE):
        return pa.table(empty)
    scores, labels = warehouse.relation("ml", _TABLE), warehouse.relation("gold", "churn_labels")
    return warehouse.arrow(
        "select scores.customer_id, scores.churn_probability, labels.churned "
        f"from {scores} as scores inner join {labels} as labels "
        "on scores.customer_id = labels.customer_id and scores.as_of = labels.as_of "
        f"where scores.as_of = timestamp '{scoring.as_of} 00:00:00' "
        f"and scores.estimator_id = '{scoring.estimator_id}' and labels.churned is not null "
        "order by scores.customer_id"
    )


def _forget(context: RunContext, reviewed: list[Realised]) -> None:
    """Scores that were held against the outcome are not needed any more; their figures stay."""
    for one in reviewed:
        _delete(context.warehouse, one.as_of)


def _delete(warehouse: Warehouse, as_of: str) -> None:
    warehouse.execute(
        f"delete from {warehouse.relation('ml', _TABLE)} where as_of = timestamp '{as_of} 00:00:00'"
    )
