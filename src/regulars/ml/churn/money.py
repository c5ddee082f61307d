"""Whom it pays to contact.

Contacting costs `contact_cost`. A churner takes the offer with probability `save_rate`, stays and
keeps `value`, less `offer_cost`. A customer who would have stayed anyway takes the offer with
probability `stayer_take_up` and costs `offer_cost` for nothing (Neslin et al., Journal of Marketing
Research 43, 2006). So for a churn probability p the expected profit of a contact is

    p save_rate (value - offer_cost) - (1 - p) stayer_take_up offer_cost - contact_cost
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.release.contact_costs import ContactCosts

# Nobody knows a save rate before a campaign; half and one and a half times is what to expect.
SAVE_RATE_RANGE = (0.5, 1.5)


@dataclass(frozen=True)
class Money:
    """Costs and gains of contacting a customer, in the reporting currency.

    `value` is the value of a saved customer where no value per customer is known.
    """

    contact_cost: float
    save_rate: float
    value: float
    offer_cost: float = 0.0
    stayer_take_up: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.save_rate <= 1:
            raise ValueError(f"a save rate lies above 0 and at most 1, not at {self.save_rate}")
        if self.contact_cost < 0 or self.offer_cost < 0:
            raise ValueError("costs cannot be negative")

    def profit(
        self, probability: np.ndarray, value: np.ndarray | float | None = None
    ) -> np.ndarray:
        """Expected profit of contacting each customer, shape (n,)."""
        customer_value = self.value if value is None else np.asarray(value, dtype=np.float64)
        gain = probability * self.save_rate * (customer_value - self.offer_cost)
        # Offers cannot be hidden from those who would have stayed: they take them too.
        waste = (1 - probability) * self.stayer_take_up * self.offer_cost
        return np.asarray(gain - waste - self.contact_cost)

    @property
    def threshold(self) -> float:
        """The churn probability from which a customer of the usual value is worth contacting.

        Without an offer cost this is contact cost / (save rate x value); 1 where it never pays.
        """
        waste = self.stayer_take_up * self.offer_cost
        # Solved for p in the profit above; there is none where an offer costs more than it keeps.
        gain = self.save_rate * (self.value - self.offer_cost) + waste
        return min(1.0, (self.contact_cost + waste) / gain) if gain > 0 else 1.0


def money_of(costs: ContactCosts, values: np.ndarray | None) -> Money | None:
    """Costs of a contact with the median value, shape (n,); None where nobody's value is known.

    The median and not the mean: a few very large customers would make every contact pay.
    """
    if values is None or costs.save_rate <= 0 or not np.isfinite(values).any():
        return None
    median = float(np.nanmedian(values))
    return Money(
        contact_cost=costs.contact_cost,
        save_rate=costs.save_rate,
        value=max(median, 0.0),
        offer_cost=costs.offer_cost,
    )


@dataclass(frozen=True)
class ProfitPoint:
    """Contacting the `contacts` most profitable customers: expected profit and its range."""

    contacts: int
    share: float
    profit: float
    low: float
    high: float


@dataclass(frozen=True)
class Advice:
    """How many to contact, from which probability on, and what to expect.

    `low` and `high` come from save rates of half and one and a half times the stated one, with the
    same customers contacted.
    """

    contacts: int
    threshold: float
    profit: float
    low: float
    high: float
    curve: tuple[ProfitPoint, ...]


def advise_contacts(
    probability: np.ndarray,
    *,
    money: Money,
    value: np.ndarray | None = None,
    points: int = 50,
) -> Advice:
    """Contact everyone whose expected profit is positive; the curve shows the alternatives."""
    # By profit and not by risk: contacting a likely churner of little value does not pay off.
    profits = _profits(probability, money, value)
    order = np.argsort(-profits[1], kind="stable")
    running = np.cumsum(profits[:, order], axis=1)
    contacts = int((profits[1] > 0).sum())
    # The same customers in all three: whom to contact is decided at the stated save rate.
    low, middle, high = running[:, contacts - 1] if contacts else np.zeros(3)
    sizes = np.unique(np.linspace(0, len(order), points + 1).astype(int)[1:])
    curve = [
        ProfitPoint(int(size), float(size / len(order)), *_ordered(running[:, size - 1]))
        for size in sizes
    ]
    return Advice(
        contacts, money.threshold, float(middle), float(low), float(high), curve=tuple(curve)
    )


def realised_profit(
    outcome: np.ndarray, contacted: np.ndarray, *, money: Money, value: np.ndarray | None = None
) -> float:
    """Profit of contacting these customers when `outcome` (0/1) is what would have happened."""
    return float(money.profit(outcome, value)[contacted].sum())


def best_possible_profit(outcome: np.ndarray, probability: np.ndarray, *, money: Money) -> float:
    """The highest realised profit any single threshold on `probability` could have reached."""
    order = np.argsort(-probability, kind="stable")
    running = np.cumsum(money.profit(outcome)[order])
    return max(0.0, float(running.max()))


def f1_threshold(outcome: np.ndarray, probability: np.ndarray) -> float:
    """The probability at which 'churned from here on' reaches the highest F1."""
    order = np.argsort(-probability, kind="stable")
    true_positives = np.cumsum(outcome[order])
    f1 = 2 * true_positives / (np.arange(1, len(order) + 1) + outcome.sum())
    ranked = probability[order]
    # A threshold takes all customers of equal probability, so only the last of a tie is one.
    last_of_tie = np.r_[ranked[1:] != ranked[:-1], True]
    return float(ranked[np.argmax(np.where(last_of_tie, f1, -1.0))])


def _profits(probability: np.ndarray, money: Money, value: np.ndarray | None) -> np.ndarray:
    """Expected profits at a low, the stated and a high save rate, shape (3, n)."""
    # The save rate scales what is saved only: costs are spent whoever stays.
    customer_value = money.value if value is None else value
    stated = money.profit(probability, customer_value)
    saved = probability * money.save_rate * (customer_value - money.offer_cost)
    low, high = (factor - 1 for factor in SAVE_RATE_RANGE)
    return np.stack([stated + low * saved, stated, stated + high * saved])


def _ordered(three: np.ndarray) -> tuple[float, float, float]:
    low, middle, high = three
    return float(middle), float(low), float(high)
