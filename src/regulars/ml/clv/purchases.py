"""What every estimator of purchase counts can do, and the fitting they share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from regulars.core.calendar import Grain
from regulars.core.errors import NotEnoughData
from regulars.ml.clv.likelihood import FitReport, maximise
from regulars.ml.clv.purchase_summary import Histories, Summary, distinct
from regulars.ml.spans import Floats


class PurchaseEstimator(ABC):
    """Purchases of customers who buy at their own rate until they silently stop.

    Histories are arrays (or numbers) x, t_x, T as in `Summary`, and `horizon` is a length of time:
    all in `unit`, the unit of the summary it was fitted on. Answers have the shape of the
    histories broadcast with `horizon`. Everything but `fit` raises NotEnoughData before a fit.
    """

    name: ClassVar[str]
    parameter_names: ClassVar[tuple[str, ...]]

    _start: ClassVar[tuple[float, ...]]
    _in_time: ClassVar[tuple[bool, ...]]  # which parameters are lengths of time

    def __init__(self) -> None:
        self._parameters: Floats | None = None
        self._unit: Grain | None = None
        self.report: FitReport | None = None

    @classmethod
    def with_parameters(cls, *parameters: float, unit: Grain) -> Self:
        """An estimator with known parameters, in the order of `parameter_names`."""
        if len(parameters) != len(cls.parameter_names) or min(parameters) <= 0:
            raise ValueError(f"{cls.name} needs positive {', '.join(cls.parameter_names)}")
        estimator = cls()
        estimator._parameters = np.array(parameters, dtype=np.float64)
        estimator._unit = unit
        return estimator

    @property
    def parameters(self) -> dict[str, float]:
        """Fitted parameters by name; lengths of time are in `unit`."""
        return dict(zip(self.parameter_names, self._fitted().tolist(), strict=True))

    @property
    def unit(self) -> Grain:
        """The time unit of parameters, histories and horizons."""
        self._fitted()
        assert self._unit is not None
        return self._unit

    def fit(self, summary: Summary, *, like: PurchaseEstimator | None = None) -> Self:
        """Learn the parameters by maximum likelihood (with the prior rule of `likelihood`).

        The search begins where that of `like` ended, in the same unit, if it is given.
        Raises NotEnoughData without a single repeat purchase: nothing then tells the rate.
        """
        if summary.repeat_buyers == 0:
            raise NotEnoughData(
                "no customer bought on a second day",
                hint="Purchase rates need repeat purchases: take a longer history.",
            )
        histories = distinct(summary.x, summary.t_x, summary.T)
        scale = np.where(self._in_time, summary.T.mean(), 1.0)
        maximum = maximise(
            lambda parameters: self._total(parameters, histories),
            np.array(self._start) * scale if like is None else like._fitted(),
            scale=scale,
            evidence=summary.repeat_buyers,
        )
        self._parameters, self._unit = maximum.parameters, summary.unit
        self.report = FitReport(
            log_likelihood=maximum.log_likelihood + self._log_constant(summary),
            customers=len(summary),
            repeat_buyers=summary.repeat_buyers,
            evaluations=maximum.evaluations,
            prior_used=maximum.prior_used,
            at_bound=maximum.at_bound,
            unit=summary.unit,
        )
        return self

    def log_likelihood(self, summary: Summary) -> float:
        """Total log likelihood of a summary in the fitted unit: of the days of its purchases.

        So estimators can be compared, where the summary knows the gaps between purchases.
        """
        self._same_unit(summary)
        histories = distinct(summary.x, summary.t_x, summary.T)
        return self._total(self._fitted(), histories)[0] + self._log_constant(summary)

    def expected_purchases(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> Floats:
        """Expected purchase days in the `horizon` after T, given the history.

        Never more than a customer who is sure to stay would make.
        """
        span, x_, t_, T_ = arrays(horizon, x, t_x, T)
        return self.probability_alive(x_, t_, T_) * self._expected_while_alive(span, x_, T_)

    def expected_purchases_if_any(
        self, horizon: float, histories: tuple[Floats, Floats, Floats], *, within: float
    ) -> Floats:
        """Expected purchase days in the `horizon` of customers who make one `within` its beginning.

        From E[N] = P(none) E[N | none] + P(any) E[N | any]: who makes none is from then on a
        customer of the same history (x, t_x), observed for `within` longer.
        """
        x, t_x, T = arrays(*histories)
        none = self.probability_of_no_purchase(within, x, t_x, T)
        later = self.expected_purchases(horizon - within, x, t_x, T + within)
        total = self.expected_purchases(horizon, x, t_x, T) - none * later
        expected = np.divide(total, 1 - none, out=np.ones_like(total), where=none < 1)
        # Rounding of a near certainty stays within what one purchase and a sure stay would bring.
        upper = 1 + self._expected_while_alive(np.full_like(x, horizon), x + 1, T)
        bounded: Floats = np.clip(expected, 1.0, upper)
        return bounded

    @abstractmethod
    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Probability that the customer has not stopped by T.

        Not a churn score: BG/NBD gives 1 to every one-time buyer.
        """

    @abstractmethod
    def probability_of_no_purchase(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> Floats:
        """Probability that nothing is bought in the `horizon` after T: the churn score."""

    @abstractmethod
    def simulated_purchases(
        self, horizon: float, history: tuple[Floats, Floats, Floats], rng: np.random.Generator
    ) -> Floats:
        """One drawn number of purchases in the horizon per history (x, t_x, T)."""

    @abstractmethod
    def _total(self, parameters: Floats, histories: Histories) -> tuple[float, Floats]:
        """Weighted log likelihood and its gradient."""

    @abstractmethod
    def _expected_while_alive(self, horizon: Floats, x: Floats, T: Floats) -> Floats:
        """Expected purchases in the horizon of a customer who is alive at T."""

    def _log_constant(self, summary: Summary) -> float:
        """The part of the log likelihood that no parameter changes."""
        return 0.0

    def _fitted(self) -> Floats:
        if self._parameters is None:
            raise NotEnoughData(f"{self.name} is not fitted yet", hint="Call fit(summary) first.")
        return self._parameters

    def _same_unit(self, summary: Summary) -> None:
        if summary.unit != self.unit:
            raise ValueError(f"fitted in {self.unit}s, but the summary is in {summary.unit}s")


def arrays(*values: ArrayLike) -> tuple[Floats, ...]:
    """The values as float arrays of one common shape."""
    return tuple(np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values)))
