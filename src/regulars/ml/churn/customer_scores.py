"""Scores for people: risk score, category, percentile, priority, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from regulars.features.customer_values import CustomerValues, ValueBasis
from regulars.features.frames import Frame
from regulars.ml.churn.money import Money, money_of
from regulars.ml.churn.reasons import reasons, reasons_json
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training_context import Report
from regulars.release.contact_costs import ContactCosts

# The table of predictions, one row per scored customer.
PREDICTIONS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("churn_probability", pa.float64()),
        ("risk_score", pa.float64()),
        ("risk_category", pa.string()),
        ("risk_percentile", pa.float64()),
        ("worth_contacting", pa.bool_()),
        ("value_if_stays", pa.float64()),
        ("value_basis", pa.string()),
        ("value_at_risk", pa.float64()),
        ("priority", pa.float64()),
        ("reasons", pa.string()),
        ("why", pa.string()),
    ]
)
Category = Literal["High", "Medium", "Low"]
# Fixed borders: a category must mean the same from month to month.
HIGH, MEDIUM = 70.0, 40.0
# Contributions of trees cost more than the scores; nobody reads more reasons than these.
EXPLAINED_AT_MOST = 20_000
# Lists of contacts are cut from the top: theirs are exact however many customers there are.
LISTED = 1_000
_NOBODY = np.empty(0, dtype=np.intp)


def score(
    trained: TrainedChurn,
    frame: Frame,
    *,
    values: CustomerValues | None = None,
    costs: ContactCosts | None = None,
    report: Report | None = None,
    explained: bool = True,
    customers: Sequence[str] | None = None,
) -> pa.Table:
    """One row per row of the frame, in its order, with the columns of `ml.churn_predictions`.

    Customers that were learned from get their scores out of fold, where no test in time was
    possible; `customers` are their ids, those of the frame by default.
    `values` are what each customer brings who stays, None where nobody's is known; `costs` are
    those of a contact, the trained ones by default. Reasons are given to all where the frame is
    small, else to the customers of highest priority, and to nobody where `explained` is false.
    customer_id, as_of, churn_probability, risk_score (0 to 100), risk_category, risk_percentile (0
    to 100, ties share the higher), worth_contacting (null where no value is known), value_if_stays,
    value_basis (predicted, past or delivered), value_at_risk (churn probability x value_if_stays),
    priority (value at risk; without any value the churn probability), reasons (JSON text), why (a
    sentence).
    """
    if report:
        report(f"scoring {len(frame)} customers")
    probability = trained.scores(frame, customers=customers)
    value, basis = _known(values, len(frame))
    # A customer without a known value has not earned a place before others.
    priority = probability if values is None else probability * np.nan_to_num(value)
    # The costs of today where they are given: an estimator may be older than they are.
    money = trained.problem.money if costs is None else money_of(costs, value)
    # The customers of highest priority are those whose reasons are read.
    first = np.argsort(-priority, kind="stable") if explained else _NOBODY
    why, sentences = _explained(trained, frame, probability, order=first)
    columns = {
        "churn_probability": pa.array(probability),
        "risk_score": pa.array(100 * probability),
        "risk_category": risk_categories(probability),
        "risk_percentile": pa.array(percentiles(probability)),
        "worth_contacting": worth_contacting(money if values else None, probability, value),
        "value_if_stays": pa.array(value, from_pandas=True),
        "value_basis": pa.array(basis, pa.string()),
        "value_at_risk": pa.array(probability * value, from_pandas=True),
        # Expected loss, of value or of people: customers are contacted in this order.
        "priority": pa.array(priority),
        "reasons": why,
        "why": sentences,
    }
    keys = frame.keys.select(["customer_id", "as_of"])
    return pa.table({name: keys[name] for name in keys.column_names} | columns)


def risk_categories(probability: np.ndarray) -> pa.Array:
    """High from a score of 70 on, Medium from 40 on, else Low."""
    points = 100 * probability
    return pa.array(np.where(points >= HIGH, "High", np.where(points >= MEDIUM, "Medium", "Low")))


def percentiles(probability: np.ndarray) -> np.ndarray:
    """Share of customers at or below each probability, in percent."""
    ranked = np.sort(probability)
    below = np.searchsorted(ranked, probability, side="right")
    return np.asarray(100 * below / max(len(ranked), 1))


def worth_contacting(
    money: Money | None, probability: np.ndarray, value: np.ndarray | None
) -> pa.Array:
    """Where a contact is expected to earn more than it costs; null without money settings."""
    if money is None:
        return pa.nulls(len(probability), pa.bool_())
    # A contact that brings exactly nothing is work for nothing.
    known = None if value is None else np.nan_to_num(value)
    return pa.array(money.profit(probability, known) > 0)


def _known(
    values: CustomerValues | None, rows: int
) -> tuple[np.ndarray, tuple[ValueBasis | None, ...]]:
    """Values, nan where unknown, and what each rests on."""
    if values is None:
        return np.full(rows, np.nan), (None,) * rows
    return np.asarray(values.value, dtype=np.float64), values.basis


def _explained(
    trained: TrainedChurn, frame: Frame, probability: np.ndarray, *, order: np.ndarray
) -> tuple[pa.Array, pa.Array]:
    """Reasons and sentences for the first `EXPLAINED_AT_MOST` customers of `order`.

    Those of the first `LISTED` are exact, and of those after them where they are few.
    """
    if not len(order):
        return pa.nulls(len(frame), pa.string()), pa.nulls(len(frame), pa.string())
    groups = [np.sort(order[:LISTED]), np.sort(order[LISTED:EXPLAINED_AT_MOST])]
    parts = [_reasons(trained, frame, probability, chosen) for chosen in groups if len(chosen)]
    # Everybody keeps a row; those not explained get null and not an empty reason.
    chosen = np.concatenate(groups)
    at = np.full(len(frame), -1)
    at[chosen] = np.arange(len(chosen))
    places = pa.array(at, mask=at < 0)
    encoded, sentences = (pa.concat_arrays(columns) for columns in zip(*parts, strict=True))
    return encoded.take(places), sentences.take(places)


def _reasons(
    trained: TrainedChurn, frame: Frame, probability: np.ndarray, chosen: np.ndarray
) -> tuple[pa.Array, pa.Array]:
    part = trained.prepared(frame.take(chosen))
    strongest = reasons(trained.problem, trained.estimator, part, ordinary=trained.ordinary)
    words = strongest.sentences(100 * probability[chosen], words_for=trained.problem.words_for)
    return reasons_json(strongest.to_arrow()), words
