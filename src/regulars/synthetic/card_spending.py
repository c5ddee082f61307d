"""How card holders spend: by segment and month, declining, growing, pausing, and falling silent.

Months are counted back from the end of history, so that none is partial: month 18 ends there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from regulars.core.calendar import DAYS_PER_MONTH
from regulars.core.errors import DataError
from regulars.synthetic.company_size import (
    SECONDS_PER_DAY,
    Size,
    epoch_seconds,
    months_before,
)
from regulars.synthetic.drawing import (
    Flags,
    Floats,
    Ints,
    allot,
    round_at_random,
)

MONTHS = 18
ROWS_AT_ONCE = 4_000_000
NEVER = 1 << 40
MONTH_SECONDS = DAYS_PER_MONTH * SECONDS_PER_DAY

SEGMENTS = (
    "High-Value Travelers", "Stable Mid-Spenders", "Budget-Conscious", "Declining", "New & Growing",
)  # fmt: skip
TRAVELERS, STABLE, BUDGET, DECLINING, GROWING = range(5)
SEGMENT_SHARES = (0.15, 0.40, 0.25, 0.10, 0.10)
MIN_MONTHLY = np.array([40, 20, 15, 20, 25])  # transactions a month
MAX_MONTHLY = np.array([80, 40, 30, 40, 50])
MIN_DOLLARS = np.array([50.0, 30.0, 10.0, 30.0, 20.0])  # dollars a transaction
MAX_DOLLARS = np.array([500.0, 150.0, 80.0, 150.0, 100.0])
GROWTH = 0.05  # a month, from joining

STEADY, GRADUAL, SUDDEN = range(3)
LAPSE_HAZARD = 0.0075  # a month
SEGMENT_RISK = np.array([0.6, 0.9, 1.3, 1.5, 1.0])
COLD_STOPS, MOST_COOLING_DAYS, COOLED_TO = 0.3, 90, 0.3
PAUSING = 0.14

HOURS = (1, 1, 0, 0, 0, 1, 3, 6, 10, 12, 14, 18, 22, 20, 17, 16, 17, 20, 22, 20, 14, 10, 6, 3)
_HOUR_OF = np.repeat(np.arange(24), HOURS)


@dataclass(frozen=True)
class Holders:
    """Arrays of one value per customer; times in seconds since 1970, `NEVER` for none.

    Some customers pause again and again: in every `cycle`, counted from `phase`, they are `away`
    for a while (all in seconds; zero for those who never are). Before a lapse, `cooling` seconds
    long, there is less and less.
    """

    segment: Ints
    decline: Ints
    employment: Ints
    joined: Ints
    lapses: Ints
    cooling: Ints
    cycle: Ints
    phase: Ints
    away: Ints

    @property
    def restless(self) -> Flags:
        """Those who are not there all the time."""
        joins = self.joined > self.joined.min()
        moves: Flags = joins | (self.lapses < NEVER) | (self.away > 0)
        return moves

    def pausing(self, who: Ints, at: Ints) -> Flags:
        """Whether a customer is away at that time, for pairs of customer and time."""
        paused: Flags = (at - self.phase[who]) % self.cycle[who] < self.away[who]
        return paused


def month_borders(size: Size) -> Ints:
    """Seconds since 1970 at which the 18 months begin, and the end: shape (19,)."""
    borders = [months_before(size.until, back) for back in range(MONTHS, -1, -1)]
    return np.array([epoch_seconds(day) for day in borders])


def decline_factor(month: int) -> Floats:
    """What is left of spending in month 1..18: steady, gradual (from 13), sudden (from 16)."""
    gradual = min(1.0, max(0.4, 1.0 - 0.1 * (month - 12)))
    return np.array([1.0, gradual, 1.0 if month < 16 else 0.4])


def holders_of(size: Size) -> Holders:
    """Who the customers are: exact segment shares, and for each a course of life."""
    rng = size.rng("holders")
    segment = allot(rng, SEGMENT_SHARES, size=size.customers)
    gradual = np.where(rng.random(len(segment)) < 0.7, GRADUAL, SUDDEN)
    decline = np.where(segment == DECLINING, gradual, STEADY)
    employment = rng.integers(0, 4, len(segment))
    joined = _joined(rng, segment, size)
    cooling = rng.integers(1, MOST_COOLING_DAYS + 1, len(segment)) * SECONDS_PER_DAY
    cooling[rng.random(len(segment)) < COLD_STOPS] = 1
    pauses = _pauses(rng, segment)
    risk = SEGMENT_RISK[segment] * np.array([1.0, 1.0, 0.7, 1.5])[employment]
    lapses = _lapses(rng, risk, decline, earliest=joined)
    lapses = np.where(lapses < size.ends_at, lapses, NEVER)
    return Holders(segment, decline, employment, joined, lapses, cooling, *pauses)


def _joined(rng: np.random.Generator, segment: Ints, size: Size) -> Ints:
    """Most are there from the beginning; most growing ones joined 100 to 140 days before the end.

    So their last 90 days stand against the 90 before, in which they were there only in part. The
    others of them joined earlier: there are new customers at every moment of the history.
    """
    start = int(month_borders(size)[0])
    joined = np.full(len(segment), start)
    new = np.flatnonzero(segment == GROWING)
    days_ago = rng.uniform(100, 140, len(new))
    early = rng.random(len(new)) < 0.2
    days_ago[early] = rng.uniform(200, 480, int(early.sum()))
    joined[new] = size.ends_at - (days_ago * SECONDS_PER_DAY).astype(np.int64)
    return joined


def _lapses(rng: np.random.Generator, risk: Floats, decline: Ints, *, earliest: Ints) -> Ints:
    """When customers stop for good: a monthly hazard; a quarter of the decliners stop soon."""
    months = 2.0 + rng.exponential(1.0, len(risk)) / (LAPSE_HAZARD * risk)
    after_decline = np.array([0.0, 12.0, 15.0])[decline] + rng.uniform(0.5, 5.0, len(risk))
    gives_up = (decline != STEADY) & (rng.random(len(risk)) < 0.25)
    months = np.where(gives_up, np.minimum(months, after_decline), months)
    at: Ints = earliest + np.minimum(months * MONTH_SECONDS, NEVER / 2).astype(np.int64)
    return at


def _pauses(rng: np.random.Generator, segment: Ints) -> tuple[Ints, Ints, Ints]:
    """(cycle, phase, away): some are silent for two to ten weeks now and then, and come back."""
    count = len(segment)
    cycle = rng.integers(100, 260, count) * SECONDS_PER_DAY
    away = rng.integers(14, 71, count) * SECONDS_PER_DAY
    pausing = (rng.random(count) < PAUSING) & (segment != GROWING)
    return cycle, rng.integers(0, cycle), np.where(pausing, away, 0)


def scale_of(size: Size, holders: Holders) -> float:
    """How many times the natural number of transactions is asked for."""
    if size.transactions is None:
        return 1.0
    scale = size.transactions / _expected_rows(size, holders)
    if scale < 0.02:
        raise DataError(
            f"{size.transactions:,} transactions are too few for {size.customers:,} customers",
            hint="Ask for at least 12 for each.",
        )
    return scale


def _expected_rows(size: Size, holders: Holders) -> float:
    """The natural number of transactions, on average."""
    borders = month_borders(size)
    leaves = np.minimum(holders.lapses, size.ends_at)
    days = (leaves - holders.joined) / SECONDS_PER_DAY
    lost = (1 - COOLED_TO) / 2 * holders.cooling / SECONDS_PER_DAY
    days -= np.where(holders.lapses < NEVER, np.minimum(lost, 0.5 * days), 0.0)
    days *= 1 - holders.away / holders.cycle
    mean_month = (borders[-1] - borders[0]) / SECONDS_PER_DAY / MONTHS
    monthly = ((MIN_MONTHLY + MAX_MONTHLY) / 2)[holders.segment]
    return float((monthly * days / mean_month).sum())


def visits(
    rng: np.random.Generator, holders: Holders, size: Size, scale: float
) -> Iterator[tuple[int, Ints, Ints]]:
    """(month 1..18, seconds since 1970, customer) in order of time, a few million rows at once."""
    borders = month_borders(size)
    for month in range(1, MONTHS + 1):
        start, end = int(borders[month - 1]), int(borders[month])
        counts = rng.integers(MIN_MONTHLY[holders.segment], MAX_MONTHLY[holders.segment] + 1)
        counts[(holders.joined >= end) | (holders.lapses <= start)] = 0
        counts = round_at_random(rng, counts * float(scale))
        for first, last, some in _days_at_once(rng, counts, (end - start) // SECONDS_PER_DAY):
            offset, customer = _moments(rng, some, first, last)
            present = _present(rng, holders, start + offset, customer)
            yield month, start + offset[present], customer[present]


def _days_at_once(
    rng: np.random.Generator, counts: Ints, days: int
) -> Iterator[tuple[int, int, Ints]]:
    """Splits a month into runs of days (from, to, counts) that fit into memory."""
    parts = 1 + int(counts.sum()) // ROWS_AT_ONCE
    edges = np.linspace(0, days, parts + 1).astype(np.int64).tolist()
    for first, last in pairwise(edges):
        here = rng.binomial(counts, (last - first) / (days - first))
        counts = counts - here
        yield first, last, here


def _moments(rng: np.random.Generator, counts: Ints, first: int, last: int) -> tuple[Ints, Ints]:
    """(seconds since the month began, customer), sorted: both packed into one number."""
    customer = np.repeat(np.arange(len(counts)), counts)
    rows = len(customer)
    offset = rng.integers(first, last, rows) * SECONDS_PER_DAY
    offset += _HOUR_OF[rng.integers(0, len(_HOUR_OF), rows)] * 3600
    offset += rng.integers(0, 3600, rows)
    packed = (offset << 32) | customer
    packed.sort()
    return packed >> 32, packed & 0xFFFF_FFFF


def _present(rng: np.random.Generator, holders: Holders, at: Ints, customer: Ints) -> Flags:
    """Rows that happen: after joining, before the lapse (fewer and fewer), not in a pause."""
    present = np.ones(len(at), dtype=np.bool_)
    rows = np.flatnonzero(holders.restless[customer])
    who, when = customer[rows], at[rows]
    left = holders.lapses[who] - when
    warmth = np.clip(left / holders.cooling[who], 0.0, 1.0) * (1 - COOLED_TO) + COOLED_TO
    there = (when >= holders.joined[who]) & (left > 0) & ~holders.pausing(who, when)
    present[rows] = there & (rng.random(len(rows)) < warmth)
    return present
