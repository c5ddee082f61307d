"""Gamma-Gamma: the mean spend of a customer's next orders, from the mean of those so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.core.errors import DataError, NotEnoughData
from regulars.ml.clv.likelihood import FitReport, maximise
from regulars.ml.clv.purchase_summary import before
from regulars.ml.clv.purchases import arrays
from regulars.ml.spans import Floats, floats

FirstOrder = Literal["counted", "left out"]


@dataclass(frozen=True)
class SpendSummary:
    """Per customer the number of orders that were averaged and their mean spend.

    `orders` and `mean_spend` have shape (n,); where `orders` is 0 the mean is 0 and unused.
    An order is the total of a customer-day; days that total zero or less tell nothing about the
    price of an order and are left out. `first_order` says whether the first one was averaged.
    """

    orders: Floats
    mean_spend: Floats
    first_order: FirstOrder
    customers: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if self.orders.shape != self.mean_spend.shape or self.orders.ndim != 1:
            raise DataError("orders and mean_spend must be one-dimensional and of the same length")
        known = self.orders > 0
        good = np.isfinite(self.mean_spend) & np.isfinite(self.orders) & (self.orders >= 0)
        wrong = np.flatnonzero(~(good & ((self.mean_spend > 0) | ~known)))
        if wrong.size:
            row = int(wrong[0])
            raise DataError(
                f"{wrong.size} customers have an impossible mean spend, the first at row {row}:"
                f" {self.mean_spend[row]:g} over {self.orders[row]:g} orders",
                hint="Mean spend must be above zero wherever an order was averaged.",
            )

    def __len__(self) -> int:
        return int(self.orders.shape[0])

    def take(self, rows: NDArray[np.intp]) -> SpendSummary:
        """The customers at these positions."""
        codes = None if self.customers is None else self.customers[rows]
        return SpendSummary(self.orders[rows], self.mean_spend[rows], self.first_order, codes)

    @classmethod
    def from_arrays(
        cls, orders: ArrayLike, mean_spend: ArrayLike, *, first_order: FirstOrder
    ) -> SpendSummary:
        """A spend summary from arrays that someone else averaged."""
        return cls(floats(orders), floats(mean_spend), first_order)

    @classmethod
    def from_days(
        cls,
        customers: ArrayLike,
        days: ArrayLike,
        amounts: ArrayLike,
        *,
        as_of: np.datetime64 | int,
        first_order: FirstOrder,
    ) -> SpendSummary:
        """Mean spend from purchase rows (customer code, day, amount), each of shape (rows,).

        Rows come back for every customer with a purchase before `as_of`, in the order of the codes:
        the same customers, in the same order, as `Summary.from_days` at the same `as_of`.
        """
        code, day, _, kept = before(customers, days, as_of)
        amount = floats(amounts)
        if amount.shape != kept.shape:
            raise DataError("amounts must have one value per purchase")
        order = np.lexsort((day, code))
        code, day, amount = code[order], day[order], amount[kept][order]
        new_customer = np.concatenate(([True], code[1:] != code[:-1]))
        new_order = new_customer | np.concatenate(([True], day[1:] != day[:-1]))
        starts = np.flatnonzero(new_order)
        total = np.add.reduceat(amount, starts)
        counted = total > 0
        if first_order == "left out":
            counted &= ~new_customer[starts]
        whose = np.cumsum(new_customer)[starts] - 1
        orders = np.bincount(whose, weights=counted).astype(np.float64)
        spent = np.bincount(whose, weights=np.where(counted, total, 0.0))
        mean = np.divide(spent, orders, out=np.zeros_like(spent), where=orders > 0)
        return cls(orders, mean, first_order, code[new_customer])


class GammaGamma:
    """Gamma-Gamma (Fader, Hardie and Lee, Journal of Marketing Research 42, 2005).

    Orders of a customer are gamma with shape p and an own rate; rates are gamma with shape q and
    scale v (in money). q is searched above 1, where the population has a mean. Spend per order is
    assumed not to depend on how often one buys: `spend_frequency_correlation` says how far that
    holds.
    """

    name = "Gamma-Gamma"
    parameter_names = ("p", "q", "v")

    def __init__(self) -> None:
        self._parameters: Floats | None = None
        self.report: FitReport | None = None
        self.spend_frequency_correlation: float | None = None

    @classmethod
    def with_parameters(cls, p: float, q: float, v: float) -> Self:
        """An estimator with known parameters."""
        if min(p, q - 1, v) <= 0:
            raise ValueError("p and v must be above 0, and q above 1 or the mean is infinite")
        estimator = cls()
        estimator._parameters = np.array([p, q, v])
        return estimator

    @property
    def parameters(self) -> dict[str, float]:
        """Fitted p, q and v by name."""
        return dict(zip(self.parameter_names, self._fitted().tolist(), strict=True))

    def fit(self, spend: SpendSummary, *, like: GammaGamma | None = None) -> Self:
        """Learn p, q and v from customers with at least one averaged order.

        The search begins where that of `like` ended, if it is given.
        Raises NotEnoughData when there are fewer than two of them.
        """
        known = spend.orders > 0
        orders, mean = spend.orders[known], spend.mean_spend[known]
        if orders.size < 2:
            raise NotEnoughData(
                f"{orders.size} customers have an order whose value was averaged",
                hint="Gamma-Gamma needs at least two; count the first order, or take more time.",
            )
        scale = np.array([1.0, 1.0, mean.mean()])
        over_one = np.array([0.0, 1.0, 0.0])
        start = np.array([4.0, 2.0, 0.5]) * scale if like is None else like._fitted() - over_one
        maximum = maximise(
            lambda parameters: _total(parameters + over_one, orders, mean),
            start,
            scale=scale,
            evidence=int(orders.size),
        )
        self._parameters = maximum.parameters + over_one
        self.spend_frequency_correlation = _correlation(orders, mean)
        self.report = FitReport(
            log_likelihood=maximum.log_likelihood,
            customers=int(orders.size),
            repeat_buyers=int(np.count_nonzero(orders > 1)),
            evaluations=maximum.evaluations,
            prior_used=maximum.prior_used,
            at_bound=maximum.at_bound,
        )
        return self

    def log_likelihood(self, spend: SpendSummary) -> float:
        """Total log likelihood of the customers with an averaged order."""
        known = spend.orders > 0
        return _total(self._fitted(), spend.orders[known], spend.mean_spend[known])[0]

    @property
    def population_mean(self) -> float:
        """Expected spend per order of a customer without any: p v / (q - 1)."""
        p, q, v = self._fitted()
        return float(p * v / (q - 1))

    def expected_spend(self, orders: ArrayLike, mean_spend: ArrayLike) -> Floats:
        """Expected spend per future order given `orders` that averaged `mean_spend`.

        Shape of the two broadcast; between the own mean and the population's, closer to the own
        the more orders there are.
        """
        p, q, v = self._fitted()
        n, mean = arrays(orders, mean_spend)
        expected: Floats = p * (v + n * mean) / (p * n + q - 1)
        return expected

    def scale(self, orders: ArrayLike, mean_spend: ArrayLike) -> Floats:
        """v + orders x mean_spend: the money by which a drawn total grows."""
        n, mean = arrays(orders, mean_spend)
        scale: Floats = self._fitted()[2] + n * mean
        return scale

    def simulated_spend(
        self, purchases: Floats, orders: Floats, rng: np.random.Generator
    ) -> Floats:
        """One drawn total over each number of future purchases, as a multiple of `scale`."""
        p, q, _ = self._fitted()
        rate = rng.gamma(p * orders + q)
        spent = rng.gamma(np.maximum(p * purchases, 1e-12)) / rate
        return np.where(purchases > 0, spent, 0.0)

    def _fitted(self) -> Floats:
        if self._parameters is None:
            raise NotEnoughData("Gamma-Gamma is not fitted yet", hint="Call fit(spend) first.")
        return self._parameters


def _total(parameters: Floats, n: Floats, mean: Floats) -> tuple[float, Floats]:
    """Log likelihood of mean spends over n orders, and its gradient by (p, q, v)."""
    from scipy.special import digamma, gammaln

    p, q, v = parameters
    shape, spent = p * n, n * mean
    log_spent, log_all = np.log(spent), np.log(v + spent)
    value = (
        gammaln(shape + q)
        - gammaln(shape)
        - gammaln(q)
        + q * np.log(v)
        + shape * log_spent
        - np.log(mean)
        - (shape + q) * log_all
    )
    both = digamma(shape + q)
    gradient = np.array(
        [
            n @ (both - digamma(shape) + log_spent - log_all),
            np.sum(both - digamma(q) + np.log(v) - log_all),
            np.sum(q / v - (shape + q) / (v + spent)),
        ]
    )
    return float(value.sum()), gradient


def _correlation(orders: Floats, mean: Floats) -> float:
    if np.ptp(orders) == 0 or np.ptp(mean) == 0:
        return 0.0
    return float(np.corrcoef(orders, mean)[0, 1])
