"""Does the score still hold? What has moved since training, and how earlier scores fared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.insights.churn import Figure
from regulars.insights.churn_drivers import input_words
from regulars.insights.reading import Reading


@dataclass(frozen=True)
class MovedInput:
    """One input and its population stability index; verdict stable, moved or moved far."""

    name: str
    words: str
    psi: float
    verdict: str


@dataclass(frozen=True)
class Drift:
    """How far the customers scored now differ from those that were learned from.

    `thresholds` say from which index on an input counts as moved, and as moved far.
    """

    customers: int
    inputs: tuple[MovedInput, ...]
    warning: str
    thresholds: dict[str, float]

    def with_verdict(self, verdict: str) -> tuple[MovedInput, ...]:
        """Inputs of one verdict, the most moved first."""
        return tuple(one for one in self.inputs if one.verdict == verdict)


@dataclass(frozen=True)
class RealisedScore:
    """Scores given at `as_of`, held against what had happened by `outcome_to`."""

    as_of: date
    outcome_to: date
    estimator_id: str
    customers: int
    promised: float
    seen: float
    roc_auc: Figure


def drift(reading: Reading) -> Drift | None:
    """The index of every input; None where nothing is scored."""
    found = (reading.churn or {}).get("drift")
    if not found:
        return None
    return Drift(
        customers=int(found["customers"]),
        inputs=tuple(
            MovedInput(one["input"], input_words(reading, one["input"]), one["psi"], one["verdict"])
            for one in found["inputs"]
        ),
        warning=str(found.get("warning") or ""),
        thresholds=dict(found.get("thresholds") or {}),
    )


def realised_scores(reading: Reading) -> tuple[RealisedScore, ...]:
    """Every scoring whose outcome window has closed, oldest first."""
    return tuple(
        RealisedScore(
            as_of=date.fromisoformat(one["as_of"][:10]),
            outcome_to=date.fromisoformat(one["outcome_to"][:10]),
            estimator_id=one["estimator_id"],
            customers=int(one["customers"]),
            promised=one["promised"],
            seen=one["seen"],
            roc_auc=Figure(**one["metrics"]["roc_auc"]),
        )
        for one in (reading.churn or {}).get("realised") or ()
    )
