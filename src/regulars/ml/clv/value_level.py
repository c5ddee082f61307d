"""How sure the level of predictions is: a factor that a past year set, and the error of totals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Standard deviation of the logarithm of observed over predicted totals, besides that which single
# customers make: with a year of history, so that its clock is known, and with less, so that the
# totals carry the season. From generated shops that no test uses (benchmarks/value_errors.py).
MODEL_SD, MODEL_SD_WITHOUT_A_YEAR = 0.07, 0.25
_PRIOR_WEIGHT = 8  # of these, in hidden periods
CUSTOMERS_SD = 0.1  # of the same logarithm, by single customers, without a hidden period


@dataclass(frozen=True)
class Level:
    """Observed over predicted spend, which multiplies predictions, and its relative error."""

    factor: float = 1.0
    error: float = 0.0


@dataclass(frozen=True)
class HiddenTotal:
    """A total that was predicted for a window that has passed.

    `log_miss` is the logarithm of the observed over the predicted total, `customers_sd` the part of
    its standard error that single customers make.
    """

    log_miss: float
    customers_sd: float
    knew_a_year: bool

    @property
    def standardised(self) -> float:
        """The miss in standard deviations of what is usual."""
        usual = model_sd(knows_a_year=self.knew_a_year)
        return self.log_miss / float(np.hypot(usual, self.customers_sd))


@dataclass(frozen=True)
class TotalError:
    """Standard deviations of the logarithm of a total: what is common to all, and the rest."""

    common: float
    customers: float
    degrees: int = _PRIOR_WEIGHT

    @classmethod
    def ahead(cls, hidden: HiddenTotal | None, level: Level, *, knows_a_year: bool) -> TotalError:
        """Of a window ahead: what is usual, wider or narrower as a hidden period missed.

        A period that set the level has no miss left; the level has an error of its own.
        """
        usual = model_sd(knows_a_year=knows_a_year)
        if hidden is None:
            return cls(usual, CUSTOMERS_SD)
        missed = hidden.standardised if level == Level() else 0.0
        degrees = _PRIOR_WEIGHT + 1
        wider = float(np.sqrt((_PRIOR_WEIGHT + missed**2) / degrees))
        common = float(np.hypot(usual * wider, level.error))
        return cls(common, hidden.customers_sd * wider, degrees)

    def interval(self, total: float, *, share: float) -> tuple[float, float]:
        """The range around a total that should hold what is spent with this probability."""
        from scipy.stats import t

        reach = float(t.ppf((1 + share) / 2, self.degrees)) * float(
            np.hypot(self.common, self.customers)
        )
        return total * float(np.exp(-reach)), total * float(np.exp(reach))


def model_sd(*, knows_a_year: bool) -> float:
    """The standard deviation of the level that is common to all customers."""
    return MODEL_SD if knows_a_year else MODEL_SD_WITHOUT_A_YEAR
