"""What would a campaign cost and bring? A plain formula, and a probability-weighted one.

The plain formula takes everybody in the audience for a leaver and keeps the stated share of them:
cost = n (offer cost + contact cost), kept = floor(n save rate), value = kept x mean value x kept
share, net = value - cost, ROI = net / cost. It is what marketing departments calculate with.

The honest formula saves only those who would have left, by their calibrated probability and their
own value, and pays the offer to those who would have stayed as well (`ml.churn.money`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Any

import numpy as np

from regulars.core.errors import DataError
from regulars.insights.campaign_assumptions import Assumptions, AudienceValues
from regulars.ml.churn.money import SAVE_RATE_RANGE, Money, advise_contacts

RATES = tuple(round(0.1 * tenth, 1) for tenth in range(1, 9))


@dataclass(frozen=True)
class Outcome:
    """What a campaign does: money in the project's unit, `roi` and `break_even` as shares.

    `roi` is net over cost, None where nothing is spent. `break_even` is the least save rate that
    loses nothing, None where none does.
    """

    contacts: int
    cost: float
    retained: float
    value: float
    net: float
    roi: float | None
    cost_per_retained: float | None
    break_even: float | None


@dataclass(frozen=True)
class HonestOutcome:
    """The outcome by calibrated probabilities; `low` and `high` are of the net.

    They come from save rates of half and one and a half times the stated one. `pays_for` is for
    how many of the audience a contact pays, and `best_net` what contacting only them brings.
    Members without a score count as staying.
    """

    outcome: Outcome
    low: float
    high: float
    scored: int
    expected_leavers: float
    incentives_to_stayers: float
    pays_for: int
    best_net: float
    best_low: float
    best_high: float


@dataclass(frozen=True)
class RatePoint:
    """Net and ROI at one save rate; the honest net is None where nobody is scored."""

    save_rate: float
    net: float
    roi: float | None
    honest_net: float | None


@dataclass(frozen=True)
class Simulation:
    """A campaign by both formulas; `why_not_honest` says why the second is missing.

    Without any known value there is no outcome in money: `plain` is None, and `expected_kept` says
    in people what to expect of `cost`.
    """

    assumptions: Assumptions
    customers: int
    valued: int
    mean_value: float | None
    value_days: int | None
    cost: float
    expected_kept: float | None
    plain: Outcome | None
    honest: HonestOutcome | None
    why_not_honest: str
    sensitivity: tuple[RatePoint, ...]


def simulate(
    values: AudienceValues, assumptions: Assumptions, *, no_scores: str = "", no_values: str = ""
) -> Simulation:
    """The campaign by both formulas, and over save rates.

    `no_scores` says why nobody is scored, `no_values` why no value is known.
    """
    known = values.value[np.isfinite(values.value)]
    mean = float(known.mean()) if len(known) else None
    scored = bool(np.isfinite(values.probability).any())
    honest = _Honest.of(values, assumptions) if scored and len(known) else None
    leavers = float(np.nansum(values.probability)) if scored else None
    lack = no_scores or "Nobody in this audience is scored."
    if scored:
        lack = no_values or "Nobody's value in this audience is known."
    return Simulation(
        assumptions=assumptions,
        customers=len(values),
        valued=len(known),
        mean_value=mean,
        value_days=values.value_days,
        cost=len(values) * assumptions.cost_per_contact,
        expected_kept=None if leavers is None else assumptions.costs.save_rate * leavers,
        plain=None
        if mean is None and len(values)
        else plain_outcome(len(values), mean or 0.0, assumptions=assumptions),
        honest=honest.outcome() if honest else None,
        why_not_honest="" if honest else lack,
        sensitivity=tuple(
            _rate_point(rate, len(values), mean or 0.0, assumptions=assumptions, honest=honest)
            for rate in (RATES if mean is not None else ())
        ),
    )


def plain_outcome(customers: int, mean_value: float, *, assumptions: Assumptions) -> Outcome:
    """The plain formula for so many customers of this mean value; its break-even is in whole %."""
    cost = customers * assumptions.cost_per_contact

    def value_at(rate: float) -> float:
        return _kept(customers, rate) * mean_value * assumptions.kept_share

    enough = (whole for whole in range(1, 101) if value_at(whole / 100) >= cost)
    percent = next(enough, None) if customers else None
    return _outcome(
        contacts=customers,
        cost=cost,
        retained=_kept(customers, assumptions.costs.save_rate),
        value=value_at(assumptions.costs.save_rate),
        break_even=None if percent is None else percent / 100,
    )


@dataclass(frozen=True)
class _Honest:
    """Net over save rates is a line: `gain` at a rate of 1 less `loss`, both expected sums."""

    values: AudienceValues
    assumptions: Assumptions
    probability: np.ndarray
    value: np.ndarray
    gain: float
    loss: float

    @classmethod
    def of(cls, values: AudienceValues, assumptions: Assumptions) -> _Honest:
        probability = np.nan_to_num(values.probability)
        value = np.nan_to_num(values.value) * _horizon_share(values, assumptions)
        full = _money(assumptions, 1.0)
        # a value of exactly the offer gains nothing: what is left is the waste and the contact
        loss = -float(full.profit(probability, np.full(len(value), full.offer_cost)).sum())
        gain = float(full.profit(probability, value).sum()) + loss
        return cls(values, assumptions, probability, value, gain=gain, loss=loss)

    def net(self, rate: float) -> float:
        return rate * self.gain - self.loss

    def outcome(self) -> HonestOutcome:
        rate, leavers = self.assumptions.costs.save_rate, float(self.probability.sum())
        value = rate * float((self.probability * self.value).sum())
        low, high = sorted(self.net(min(1.0, factor * rate)) for factor in SAVE_RATE_RANGE)
        stay = len(self.value) - leavers
        return HonestOutcome(
            outcome=_outcome(
                contacts=len(self.value),
                cost=value - self.net(rate),
                retained=rate * leavers,
                value=value,
                break_even=self._break_even(),
            ),
            low=low,
            high=high,
            scored=int(np.isfinite(self.values.probability).sum()),
            expected_leavers=leavers,
            incentives_to_stayers=(
                stay * self.assumptions.stayer_take_up * self.assumptions.costs.offer_cost
            ),
            **self._best(),
        )

    def _break_even(self) -> float | None:
        if self.loss <= 0:
            return 0.0
        return self.loss / self.gain if self.gain >= self.loss else None

    def _best(self) -> dict[str, Any]:
        if self.assumptions.costs.save_rate == 0:
            return {"pays_for": 0, "best_net": 0.0, "best_low": 0.0, "best_high": 0.0}
        money = _money(self.assumptions, self.assumptions.costs.save_rate)
        advice = advise_contacts(self.probability, money=money, value=self.value, points=1)
        return {
            "pays_for": advice.contacts,
            "best_net": advice.profit,
            "best_low": advice.low,
            "best_high": advice.high,
        }


def _money(assumptions: Assumptions, save_rate: float) -> Money:
    return Money(
        contact_cost=assumptions.costs.contact_cost,
        save_rate=save_rate,
        value=0.0,
        offer_cost=assumptions.costs.offer_cost,
        stayer_take_up=assumptions.stayer_take_up,
    )


def _horizon_share(values: AudienceValues, assumptions: Assumptions) -> float:
    if assumptions.horizon_days is None:
        return 1.0
    if values.value_days is None:
        raise DataError(
            "horizon_days: this project's value is not stated for a length of time",
            where="campaign",
            hint="Leave the horizon out, or let value.from be 'predicted'.",
        )
    if assumptions.horizon_days > values.value_days:
        raise DataError(
            f"horizon_days: nothing is predicted beyond {values.value_days} days",
            where="campaign",
            hint="A campaign counts no more than is predicted to be kept.",
        )
    return assumptions.horizon_days / values.value_days


def _outcome(
    *, contacts: int, cost: float, retained: float, value: float, break_even: float | None
) -> Outcome:
    net = value - cost
    return Outcome(
        contacts=contacts,
        cost=cost,
        retained=retained,
        value=value,
        net=net,
        roi=net / cost if cost else None,
        cost_per_retained=cost / retained if retained else None,
        break_even=break_even,
    )


def _rate_point(
    rate: float, customers: int, mean: float, *, assumptions: Assumptions, honest: _Honest | None
) -> RatePoint:
    outcome = plain_outcome(customers, mean, assumptions=assumptions.at_save_rate(rate))
    return RatePoint(rate, outcome.net, outcome.roi, honest.net(rate) if honest else None)


def _kept(customers: int, rate: float) -> int:
    """Whole customers: 29 of 100 at 0.29, which floating point would make 28."""
    return floor(customers * Decimal(str(rate)))
