"""How has the churn score been trained over time, and how did stored scores fare?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.insights.estimator_names import named
from regulars.insights.reading import Reading


@dataclass(frozen=True)
class Training:
    """One training: what shipped, its test, and whether it was let in."""

    estimator_id: str
    status: str
    because: str
    trained_at: str
    as_of: str
    shipped: str
    metrics: Mapping[str, float | None]


@dataclass(frozen=True)
class Realised:
    """Scores of a date whose outcome is known by now: what they promised, and what was seen."""

    as_of: str
    outcome_to: str
    customers: int
    promised: float
    seen: float
    roc_auc: float | None


def trainings(reading: Reading) -> tuple[Training, ...]:
    """The newest training first; empty where nothing was trained."""
    return tuple(
        Training(
            estimator_id=str(one.get("estimator_id", "")),
            status=str(one.get("status", "")),
            because=str(one.get("because", "")),
            trained_at=str(one.get("trained_at", "")),
            as_of=str(one.get("as_of", "")),
            shipped=named(str(one.get("shipped", ""))),
            metrics=dict(one.get("metrics") or {}),
        )
        for one in _report(reading).get("history") or ()
    )


def realised(reading: Reading) -> tuple[Realised, ...]:
    """Past scorings whose outcome window has closed, oldest first."""
    return tuple(
        Realised(
            as_of=str(one.get("as_of", "")),
            outcome_to=str(one.get("outcome_to", "")),
            customers=int(one.get("customers") or 0),
            promised=float(one.get("promised") or 0.0),
            seen=float(one.get("seen") or 0.0),
            roc_auc=((one.get("metrics") or {}).get("roc_auc") or {}).get("value"),
        )
        for one in _report(reading).get("realised") or ()
    )


def drift_warning(reading: Reading) -> str:
    """Which inputs have moved since the training, in a sentence; empty where none has."""
    return str((_report(reading).get("drift") or {}).get("warning") or "")


def _report(reading: Reading) -> dict[str, Any]:
    return reading.churn or {}
