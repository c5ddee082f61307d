"""When customers of a shop buy: own rhythms, a season, a silent end, and what else is invoiced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from regulars.core.errors import DataError
from regulars.synthetic.company_size import SECONDS_PER_DAY, Size, epoch_days
from regulars.synthetic.drawing import (
    Floats,
    Ints,
    choose,
    round_at_random,
    running_sum,
    scale_to,
)
from regulars.synthetic.products import ProductCatalogue

DAYS = 730
SEASON = (0.75, 0.75, 0.9, 0.85, 1.0, 0.95, 0.95, 0.85, 1.1, 1.25, 1.6, 1.05)  # by month
WEEKDAY = (1.0, 1.05, 1.05, 1.2, 0.95, 0.0, 0.75)  # Monday first; closed on Saturdays
HOURS = (0, 0, 0, 0, 0, 0, 0, 1, 17, 63, 91, 106, 145, 133, 125, 143, 101, 53, 15, 7, 0, 0, 0, 0)
MEAN_GAP_DAYS = 60.0
REGULARITY = 2.0  # shape of the gaps: 1 would be pure chance
TWICE = 0.01  # share of lines that were scanned twice
SOLD, GUEST, CANCELLED, CORRECTED, WRITTEN_OFF = range(5)

PACKS = np.array([1, 2, 3, 4, 6, 8, 10, 12, 24, 25, 36, 48, 72, 100], dtype=np.int64)
PACK_SHARES = (26, 14, 7, 7, 12, 5, 5, 12, 6, 2, 1, 2, 0.5, 0.5)


@dataclass(frozen=True)
class Timeline:
    """Invoices in order of time; `customer` is -1 for none, `original` -1 but for cancellations.

    `returned` counts, for a sale and for its cancellation alike, the lines that come back; their
    contents stand in `products` and `quantities` from `returned_from` on.
    """

    at: Ints
    kind: Ints
    customer: Ints
    lines: Ints
    returned: Ints
    returned_from: Ints
    products: Ints
    quantities: Ints

    def between(self, start: int, stop: int) -> Timeline:
        """Invoices `start` to `stop`; what comes back stays whole, it is addressed by number."""
        of = slice(start, stop)
        return Timeline(
            self.at[of],
            self.kind[of],
            self.customer[of],
            self.lines[of],
            self.returned[of],
            self.returned_from[of],
            self.products,
            self.quantities,
        )


class _ShopTime:
    """Shop days: the integral of season x weekday, so that a mean day lasts one shop day."""

    def __init__(self, size: Size) -> None:
        first = size.until - timedelta(days=DAYS)
        days = [first + timedelta(days=day) for day in range(DAYS)]
        weight = np.array([SEASON[day.month - 1] * WEEKDAY[day.weekday()] for day in days])
        self.first = epoch_days(first)
        self.passed = np.concatenate(([0.0], np.cumsum(weight * DAYS / weight.sum())))

    def seconds(self, rng: np.random.Generator, shop_days: Floats) -> Ints:
        """Seconds since 1970 of moments in shop time; the minute of the day is drawn."""
        day = np.clip(np.searchsorted(self.passed, shop_days, side="right") - 1, 0, DAYS - 1)
        minute = 60 * choose(rng, HOURS, size=len(day)) + rng.integers(0, 60, len(day))
        return (self.first + day) * SECONDS_PER_DAY + minute * 60

    def any_time(self, rng: np.random.Generator, count: int) -> Ints:
        """So many moments, as often as the shop is busy."""
        return self.seconds(rng, rng.random(count) * DAYS)


def _visits(rng: np.random.Generator, customers: int) -> tuple[Floats, Ints]:
    """(moment in shop days, customer) of every purchase; each customer has at least one."""
    gap = MEAN_GAP_DAYS / np.maximum(rng.gamma(1.2, 1 / 1.2, customers), 0.02)
    first = rng.random(customers) * (DAYS - 1.0)
    here_before = rng.random(customers) < 0.4
    first[here_before] = (rng.random(customers) * np.minimum(gap, 365.0))[here_before]
    lifetime = rng.exponential(420.0 / rng.gamma(2.0, 0.5, customers).clip(0.1))
    lifetime[rng.random(customers) < 0.2] = 0.0
    stay = np.minimum(lifetime, DAYS - first)
    draws = np.ceil(1.5 * stay / gap + 4 * np.sqrt(stay / gap) + 4).astype(np.int64)
    gaps = rng.gamma(REGULARITY, 1 / REGULARITY, int(draws.sum())) * np.repeat(gap, draws)
    after = running_sum(gaps, counts=draws)
    who = np.repeat(np.arange(customers), draws)
    kept = after < stay[who]
    moments = np.concatenate((first, (first[who] + after)[kept]))
    return moments, np.concatenate((np.arange(customers), who[kept]))


def timeline(size: Size, goods: ProductCatalogue) -> Timeline:
    """Every invoice of `DAYS` days before the end of history, in order of time."""
    rng = size.rng("visits")
    clock = _ShopTime(size)
    moments, customer = _visits(rng, size.customers)
    sold = clock.seconds(rng, moments)
    guests = clock.any_time(rng, round(0.06 * len(sold)))
    corrections = clock.any_time(rng, round(0.08 * len(sold)))
    debts = clock.any_time(rng, 1 + len(sold) // 8_000)
    back = _Returns.drawn(rng, sold, goods, size)
    wanted = np.concatenate((_basket_sizes(rng, customer), _guest_basket_sizes(rng, len(guests))))
    other_lines = int(back.lines.sum()) + len(corrections) + len(debts)
    lines = _scaled(rng, wanted, target=size.transactions, others=other_lines)
    lines[back.original] = np.maximum(lines[back.original], back.lines)
    parts = [
        _part(SOLD, sold, customer=customer, lines=lines[: len(sold)], **back.of_sales(len(sold))),
        _part(GUEST, guests, lines=lines[len(sold) :]),
        _part(CANCELLED, back.at, customer=customer[back.original], **back.of_cancellations()),
        _part(CORRECTED, corrections),
        _part(WRITTEN_OFF, debts),
    ]
    return _in_order(parts, back)


def _part(kind: int, at: Ints, **known: Ints) -> dict[str, Ints]:
    """Invoices of one kind; what is not said has its default."""
    defaults = {"kind": kind, "customer": -1, "lines": 1, "returned": 0, "returned_from": 0}
    blank = {name: np.full(len(at), value) for name, value in defaults.items()}
    return {"at": at, **blank, **known}


def _in_order(parts: list[dict[str, Ints]], back: _Returns) -> Timeline:
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(whole["at"], kind="stable")
    placed = {name: values[order] for name, values in whole.items()}
    return Timeline(**placed, products=back.products, quantities=back.quantities)


@dataclass(frozen=True)
class _Returns:
    """Cancellations of some sales, some days later; their lines are decided beforehand."""

    original: Ints
    at: Ints
    lines: Ints
    products: Ints
    quantities: Ints

    @classmethod
    def drawn(
        cls, rng: np.random.Generator, sold: Ints, goods: ProductCatalogue, size: Size
    ) -> _Returns:
        delay = 1 + rng.exponential(12.0, len(sold))
        at = sold + (delay * 1440).astype(np.int64) * 60
        original = np.flatnonzero((rng.random(len(sold)) < 0.14) & (at < size.ends_at))
        lines = rng.geometric(0.45, len(original)).clip(max=20)
        total = int(lines.sum())
        return cls(
            original=original,
            at=at[original],
            lines=lines,
            products=goods.bought(rng, total),
            quantities=PACKS[choose(rng, PACK_SHARES, size=total)],
        )

    def of_cancellations(self) -> dict[str, Ints]:
        """Each cancellation has just the lines that come back."""
        starts = np.cumsum(self.lines) - self.lines
        return {"lines": self.lines, "returned": self.lines, "returned_from": starts}

    def of_sales(self, sales: int) -> dict[str, Ints]:
        """The same for the sales that they cancel, zero for all others."""
        spread = {name: np.zeros(sales, dtype=np.int64) for name in ("returned", "returned_from")}
        for name, values in spread.items():
            values[self.original] = self.of_cancellations()[name]
        return spread


def _basket_sizes(rng: np.random.Generator, customer: Ints) -> Floats:
    """Lines per invoice: each customer has an own habit."""
    habit = rng.normal(np.log(11.0), 0.7, int(customer.max()) + 1)
    return np.exp(habit[customer] + rng.normal(0.0, 0.8, len(customer))).clip(1, 250)


def _guest_basket_sizes(rng: np.random.Generator, guests: int) -> Floats:
    """Orders without a customer number are collective ones of the web shop, and long."""
    return np.exp(rng.normal(np.log(45.0), 1.2, guests)).clip(1, 500)


def _scaled(rng: np.random.Generator, wanted: Floats, *, target: int | None, others: int) -> Ints:
    """Whole line counts of at least 1, scaled so that all rows together meet the target."""
    factor = 1.0
    if target is not None:
        min_lines = round((len(wanted) + others) * 1.02)
        if target < min_lines:
            raise DataError(
                f"{target:,} invoice lines are too few",
                hint=f"The invoices of so many customers have at least {min_lines:,} lines.",
            )
        aim = target / (1 + TWICE) - others
        factor = scale_to(aim, expected=lambda by: float(np.maximum(wanted * by, 1).sum()))
    return np.maximum(round_at_random(rng, np.maximum(wanted * factor, 1.0)), 1)
