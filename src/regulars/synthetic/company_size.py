"""How much to generate, for which stretch of time, from which seed."""

from __future__ import annotations

import calendar
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypedDict

import numpy as np

DEFAULT_UNTIL = date(2026, 1, 1)
"""Fixed, so that a demo says the same today and next year."""

SECONDS_PER_DAY = 86_400
FEWEST_CUSTOMERS = 50
ENOUGH_CUSTOMERS = 300  # below, chance decides about the shares of a business


class Asked(TypedDict, total=False):
    """What one may say about the size; everything else has a default.

    `customers` and `transactions` default to the recipe's own numbers; with only `transactions`,
    the customers follow in natural proportion. `until` is 2026-01-01, `seed` is 42.
    """

    customers: int | None
    transactions: int | None
    seed: int
    until: date | None


@dataclass(frozen=True)
class Size:
    """One order of synthetic data: everything dated lies before midnight at the start of `until`.

    `transactions` is None for the recipe's natural volume, else the number of rows to aim for.
    """

    customers: int
    transactions: int | None = None
    seed: int = 42
    until: date = DEFAULT_UNTIL

    def rng(self, purpose: str) -> np.random.Generator:
        """A generator of its own for every purpose, so that one table does not shift another."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])

    @property
    def severity(self) -> Literal["error", "warning"]:
        """How bad it is when a share that depends on few customers is off."""
        return "error" if self.customers >= ENOUGH_CUSTOMERS else "warning"

    @property
    def ends_at(self) -> int:
        """Seconds since 1970 at which the history ends (exclusive)."""
        return epoch_seconds(self.until)


def epoch_seconds(day: date) -> int:
    """Seconds from 1970-01-01 to midnight at the start of `day`."""
    return epoch_days(day) * SECONDS_PER_DAY


def epoch_days(day: date) -> int:
    """Days from 1970-01-01 to `day`."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def months_before(day: date, months: int) -> date:
    """The same day so many calendar months earlier, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
