"""Does the score keep its promises, and how far does a contact list reach?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.insights.reading import Reading


@dataclass(frozen=True)
class CalibrationPoint:
    """A tenth of the tested customers: churn promised, and seen with its 95 % interval."""

    promised: float
    seen: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class GainPoint:
    """Contacting the riskiest `contacted` share finds `found` of all who churned."""

    contacted: float
    found: float
    lift: float


@dataclass(frozen=True)
class ProfitPoint:
    """Contacting the `contacts` most profitable tested customers: expected profit, its range."""

    contacts: int
    share: float
    profit: float
    low: float
    high: float


@dataclass(frozen=True)
class ContactAdvice:
    """On the tested customers: how many were worth a contact, and what that would have brought."""

    contacts: int
    threshold: float
    profit: float
    low: float
    high: float
    curve: tuple[ProfitPoint, ...]


@dataclass(frozen=True)
class ChurnCurves:
    """All curves of the test; empty where the release has none."""

    calibration: tuple[CalibrationPoint, ...]
    gain: tuple[GainPoint, ...]
    money: ContactAdvice | None

    @property
    def promised(self) -> float | None:
        """Mean churn probability of the tested customers."""
        return self._mean("promised")

    @property
    def seen(self) -> float | None:
        """Share of the tested customers who did churn."""
        return self._mean("seen")

    def _mean(self, name: str) -> float | None:
        n = sum(point.n for point in self.calibration)
        total = sum(getattr(point, name) * point.n for point in self.calibration)
        return total / n if n else None

    def at(self, contacted: float) -> GainPoint | None:
        """The point nearest to contacting this share."""
        return min(self.gain, key=lambda point: abs(point.contacted - contacted), default=None)


def churn_curves(reading: Reading) -> ChurnCurves:
    """Calibration, gain and profit of the test."""
    report = reading.churn or {}
    found = report.get("curves") or {}
    return ChurnCurves(
        calibration=tuple(CalibrationPoint(**point) for point in found.get("calibration") or ()),
        gain=tuple(GainPoint(**point) for point in found.get("gain") or ()),
        money=_money(report.get("money")),
    )


def _money(found: dict[str, Any] | None) -> ContactAdvice | None:
    if not found:
        return None
    curve = tuple(ProfitPoint(**point) for point in found.get("curve") or ())
    return ContactAdvice(**{**found, "curve": curve})
