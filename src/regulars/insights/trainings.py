"""How has the churn score been trained over time?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.insights.artifacts import model_runs
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
        for one in model_runs(reading)
    )
