"""Are predicted probabilities what is observed, and how many churners does a contact list find?"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.reading import Reading
from regulars.release.evaluation_facts import CalibrationPoint, ContactProfit, GainPoint


@dataclass(frozen=True)
class ChurnCurves:
    """All curves of the test; empty where the release has none."""

    calibration: tuple[CalibrationPoint, ...] = ()
    cumulative_gains: tuple[GainPoint, ...] = ()
    money: ContactProfit | None = None

    @property
    def predicted(self) -> float | None:
        """Mean churn probability of the tested customers."""
        return self._mean([point.predicted for point in self.calibration])

    @property
    def observed(self) -> float | None:
        """Share of the tested customers who did churn."""
        return self._mean([point.observed for point in self.calibration])

    def _mean(self, values: list[float]) -> float | None:
        rows = sum(point.n for point in self.calibration)
        total = sum(value * point.n for value, point in zip(values, self.calibration, strict=True))
        return total / rows if rows else None

    def at(self, contacted: float) -> GainPoint | None:
        """The point nearest to contacting this share."""
        return min(
            self.cumulative_gains, key=lambda point: abs(point.contacted - contacted), default=None
        )


def churn_curves(reading: Reading) -> ChurnCurves:
    """Calibration, cumulative gains and profit of the test."""
    report = reading.churn
    if report is None:
        return ChurnCurves()
    return ChurnCurves(
        report.curves.calibration, report.curves.cumulative_gains, money=report.money
    )
