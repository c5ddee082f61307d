"""How long customers of a subscription company stay, and how often something happens to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.core.calendar import WHOLE_DAYS_PER_YEAR
from regulars.core.errors import DataError
from regulars.synthetic.company_size import SECONDS_PER_DAY, Size
from regulars.synthetic.crm_words import (
    CHURN_BY_SEGMENT,
    CONTACTS,
    CONTACTS_IF_CHURNED,
    HISTORY_DAYS,
    PURCHASES_BY_SEGMENT,
    PURCHASES_IF_CHURNED,
    REACHED,
    SEGMENTS,
    TOUCHES,
)
from regulars.synthetic.drawing import (
    Flags,
    Floats,
    Ints,
    allot,
    place_in_group,
    scale_to,
)

YEAR = WHOLE_DAYS_PER_YEAR * SECONDS_PER_DAY
SHORTEST_LIFE = 14 * SECONDS_PER_DAY
SHORTEST_SILENCE = 30 * SECONDS_PER_DAY


@dataclass(frozen=True)
class Company:
    """Arrays of one value per customer; times are seconds since 1970."""

    size: Size
    segment: Ints
    churned: Flags
    registered: Ints
    active_until: Ints

    @property
    def years(self) -> Floats:
        """Time since registration in years of 365 days; 1 on average."""
        return (self.size.ends_at - self.registered) / YEAR

    @property
    def active_years(self) -> Floats:
        """The part of it in which the customer does anything."""
        return (self.active_until - self.registered) / YEAR


@dataclass(frozen=True)
class Occasions:
    """How many events each customer has, and when (seconds since 1970) there are no more."""

    counts: Ints
    ends: Ints


@dataclass(frozen=True)
class Events:
    """Events of consecutive customers, by customer and time; `place` counts each one's own."""

    customer: Ints
    at: Ints
    place: Ints

    @classmethod
    def drawn(
        cls,
        rng: np.random.Generator,
        company: Company,
        occasions: Occasions,
        *,
        block: tuple[int, int],
    ) -> Events:
        """Moments evenly between registration and the end, for a block of customers (from, to)."""
        start, stop = block
        counts = occasions.counts[start:stop]
        customer = np.repeat(np.arange(start, stop), counts)
        life = (occasions.ends - company.registered)[customer]
        packed = (customer << 32) | (rng.random(len(customer)) * life).astype(np.int64)
        packed.sort()
        at = company.registered[customer] + (packed & 0xFFFF_FFFF)
        return cls(customer, at, place_in_group(counts))


def company_of(size: Size) -> Company:
    """Registered evenly over two years; exact shares of segments and of churn in each."""
    rng = size.rng("company")
    segment = allot(rng, tuple(SEGMENTS.values()), size=size.customers)
    churned = _churned(rng, segment)
    span = HISTORY_DAYS * SECONDS_PER_DAY
    registered = size.ends_at - 1 - (rng.random(size.customers) * (span - 1)).astype(np.int64)
    ends = np.full(size.customers, size.ends_at)
    ends[churned] = _last_moments(rng, segment[churned], registered[churned], size)
    return Company(size, segment, churned, registered, ends)


def _churned(rng: np.random.Generator, segment: Ints) -> Flags:
    order = np.lexsort((rng.random(len(segment)), segment))
    counts = np.bincount(segment, minlength=len(SEGMENTS))
    quota = np.rint(counts * np.array(CHURN_BY_SEGMENT)).astype(np.int64)
    churned = np.zeros(len(segment), dtype=np.bool_)
    churned[order] = place_in_group(counts) < quota[segment[order]]
    return churned


def _last_moments(rng: np.random.Generator, segment: Ints, registered: Ints, size: Size) -> Ints:
    """When churners stop: after two weeks at least, and a month before the end at least.

    Customers too young for that get a part of their time for both. The share of life is drawn so
    that, at the pace of the segment, about five purchases fall into it.
    """
    span = size.ends_at - registered
    shortest = np.minimum(SHORTEST_LIFE, 0.2 * span)
    silence = silence_of_churned(span)
    mean_life = PURCHASES_IF_CHURNED / np.array(PURCHASES_BY_SEGMENT)
    share = np.clip((0.95 * mean_life - SHORTEST_LIFE / YEAR) / 0.88, 0.02, 0.98)[segment]
    drawn = rng.beta(1.0, 1.0 / share - 1.0)
    life: Ints = (shortest + drawn * (span - shortest - silence)).astype(np.int64)
    return registered + np.maximum(life, 1)


def silence_of_churned(span: Ints) -> Floats:
    """Seconds before the end in which a churned customer, `span` seconds old, does nothing."""
    silence: Floats = np.minimum(SHORTEST_SILENCE, 0.3 * span)
    return silence


def purchases(size: Size, company: Company) -> Occasions:
    """Transactions per customer: the pace of the segment times the active years."""
    rate = np.array([rate_for_mean(mean) for mean in PURCHASES_BY_SEGMENT])[company.segment]
    expected = rate * company.active_years
    if size.transactions is not None:
        expected = expected * _factor(expected, size.transactions)
    counts = _at_least_one(size.rng("purchases"), company, expected)
    return Occasions(counts, company.active_until)


def contacts(size: Size, company: Company) -> Occasions:
    """Interactions per customer: churners have twice as many, in a shorter life."""
    means = (rate_for_mean(CONTACTS), rate_for_mean(CONTACTS_IF_CHURNED))
    rate = np.array(means)[company.churned.astype(np.int64)]
    counts = _at_least_one(size.rng("contacts"), company, rate * company.years)
    return Occasions(counts, company.active_until)


def touches(size: Size, company: Company) -> Occasions:
    """Campaigns per customer, for 60 % of the customers; the silent get them to the end."""
    rng = size.rng("touches")
    counts = _at_least_one(rng, company, rate_for_mean(TOUCHES) * company.years)
    reached = allot(rng, (REACHED, 1 - REACHED), size=size.customers) == 0
    return Occasions(np.where(reached, counts, 0), np.full_like(counts, size.ends_at))


def index_digits(size: Size) -> int:
    """Digits of a customer's own event numbers."""
    per_customer = (size.transactions or 0) / size.customers
    return 4 if per_customer < 200 else 7


def rate_for_mean(mean: float) -> float:
    """The yearly rate at which max(1, Poisson) has this mean over registrations of two years."""
    return scale_to(
        mean, expected=lambda rate: rate + (1 - np.exp(-2 * rate)) / (2 * rate), max_factor=1e4
    )


def _factor(expected: Floats, target: int) -> float:
    if target < len(expected):
        raise DataError(
            f"{target:,} transactions are too few for {len(expected):,} customers",
            hint="Everybody has at least one.",
        )
    return scale_to(
        target, expected=lambda by: float((expected * by + np.exp(-expected * by)).sum())
    )


def _at_least_one(rng: np.random.Generator, company: Company, expected: Floats) -> Ints:
    """Poisson counts, at least 1; none for customers who registered on the last day."""
    counts = np.maximum(rng.poisson(expected), 1)
    counts[company.years * YEAR < SECONDS_PER_DAY] = 0
    return counts
