"""The cards recipe: card holders, their transactions over 18 months, and merchant categories.

Segments are behaviour that rules can find again as of the end of history: travellers, stable and
budget-conscious customers, decliners (flat before the decline, then gradual or sudden) and new,
growing ones. Some customers of every segment fall silent for good, after cooling down, and some
only pause. With `transactions`, the number of transactions changes and the amounts change
against it, so that monthly spending, and with it every segment, stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from regulars.synthetic.card_rules import card_rules
from regulars.synthetic.card_spending import (
    BUDGET,
    DECLINING,
    GROWING,
    GROWTH,
    MAX_DOLLARS,
    MIN_DOLLARS,
    MONTH_SECONDS,
    SEGMENTS,
    TRAVELERS,
    Holders,
    decline_factor,
    holders_of,
    scale_of,
    visits,
)
from regulars.synthetic.card_words import (
    CATEGORIES,
    CATEGORY_NAMES,
    CHANNELS,
    CUSTOMERS,
    DECLINES,
    EMPLOYMENT,
    MERCHANT_CATEGORIES,
    MERCHANTS_PER_CATEGORY,
    STATUSES,
    TRANSACTIONS,
)
from regulars.synthetic.company_size import SECONDS_PER_DAY, Size, epoch_days
from regulars.synthetic.drawing import Floats, Ints
from regulars.synthetic.raw_columns import category, days, money, numbered, stamps
from regulars.synthetic.recipe import Recipe
from regulars.synthetic.shop_words import FIRST_NAMES, LAST_NAMES, TOWNS, US_STATES

ROWS_PER_CHUNK = 1_000_000
MAIL_DOMAINS = ("example.com", "example.net", "example.org")  # reserved: nobody's mailbox
APPROVED_SHARE = 0.97
LIKED = tuple(
    np.array([CATEGORY_NAMES.index(name) for name in names])
    for names in (
        ("Travel", "Dining", "Hotels", "Airlines"),
        ("Grocery", "Gas", "Utilities"),
        ("Retail", "Dining", "Entertainment", "Grocery", "Gas", "Travel", "Healthcare",
         "Utilities"),
    )
)  # fmt: skip


def chunks(size: Size) -> Iterator[tuple[str, pa.Table]]:
    """Customers, merchant categories, then transactions in order of time."""
    holders = holders_of(size)
    yield CUSTOMERS.name, _customers(size, holders)
    yield MERCHANT_CATEGORIES.name, _merchant_categories()
    scale = scale_of(size, holders)
    book = _Book(size, holders, scale)
    for month, at, customer in visits(size.rng("visits"), holders, size, scale):
        for start in range(0, len(at), ROWS_PER_CHUNK):
            of = slice(start, start + ROWS_PER_CHUNK)
            yield TRANSACTIONS.name, book.entered(month, at[of], customer[of])


def customer_ids(count: int) -> pa.StringArray:
    """CUST00000001 and so on."""
    return numbered(b"CUST", (np.arange(1, count + 1), 8), rows=count)


def _customers(size: Size, holders: Holders) -> pa.Table:
    rng = size.rng("customers")
    count = size.customers
    premium = (holders.segment == TRAVELERS) & (rng.random(count) < 0.3)
    first, last = (rng.integers(0, len(of), count) for of in (FIRST_NAMES, LAST_NAMES))
    return pa.table(
        {
            "customer_id": customer_ids(count),
            "first_name": category(FIRST_NAMES, first),
            "last_name": category(LAST_NAMES, last),
            "email": _mail_addresses(rng, first, last),
            "age": rng.integers(22, 76, count),
            "state": category(US_STATES, rng.integers(0, len(US_STATES), count)),
            "city": category(TOWNS, rng.integers(0, len(TOWNS), count)),
            "employment_status": category(EMPLOYMENT, holders.employment),
            "card_type": category(("Standard", "Premium"), premium),
            "credit_limit": rng.integers(5, 51, count) * 1_000,
            "account_open_date": days(_opened(rng, size, holders)),
            "customer_segment": category(SEGMENTS, holders.segment),
            "decline_type": category(
                DECLINES, holders.decline, absent=holders.segment != DECLINING
            ),
        }
    )


def _opened(rng: np.random.Generator, size: Size, holders: Holders) -> Ints:
    """Days since 1970: two to five years ago, or for new customers just before they began."""
    opened = epoch_days(size.until) - rng.integers(730, 1_826, size.customers)
    new = holders.segment == GROWING
    joined = holders.joined // SECONDS_PER_DAY - rng.integers(0, 15, size.customers)
    return np.where(new, joined, opened)


def _mail_addresses(rng: np.random.Generator, first: Ints, last: Ints) -> pa.StringArray:
    """Names and a number that makes each address unique, at domains reserved for examples."""
    names = [pc.utf8_lower(pa.array(of)) for of in (FIRST_NAMES, LAST_NAMES)]
    parts = [words.take(pa.array(which)) for words, which in zip(names, (first, last), strict=True)]
    number = pa.array(np.arange(1, len(first) + 1)).cast(pa.string())
    domain = pa.array(MAIL_DOMAINS).take(pa.array(rng.integers(0, 3, len(first))))
    box = pc.binary_join_element_wise(*parts, number, ".")
    return pc.binary_join_element_wise(box, domain, "@")


def _merchant_categories() -> pa.Table:
    names, groups, kinds, optional = zip(*CATEGORIES, strict=True)
    return pa.table(
        {
            "merchant_category": names,
            "category_group": groups,
            "spending_type": kinds,
            "is_discretionary": optional,
        }
    )


@dataclass
class _Book:
    """Gives the visits a number, a merchant and an amount."""

    size: Size
    holders: Holders
    scale: float
    entries: int = 0

    def __post_init__(self) -> None:
        self.rng = self.size.rng("transactions")
        self.ids = customer_ids(self.size.customers)
        merchants = np.arange(1, MERCHANTS_PER_CATEGORY * len(CATEGORIES) + 1)
        self.merchants = numbered(b"Merchant_", (merchants, 4), rows=len(merchants))

    def entered(self, month: int, at: Ints, customer: Ints) -> pa.Table:
        """A chunk of transactions."""
        rows = len(at)
        number = np.arange(self.entries + 1, self.entries + rows + 1)
        self.entries += rows
        bought = self._categories(self.holders.segment[customer])
        merchant = bought * MERCHANTS_PER_CATEGORY + self._popular(rows)
        declined = self.rng.random(rows, dtype=np.float32) >= APPROVED_SHARE
        return pa.table(
            {
                "transaction_id": numbered(b"TXN", (number, 11), rows=rows),
                "customer_id": category(self.ids, customer),
                "transaction_date": stamps(at),
                "transaction_amount": money(self._cents(month, at, customer)),
                "merchant_name": category(self.merchants, merchant),
                "merchant_category": category(CATEGORY_NAMES, bought),
                "channel": category(CHANNELS, self.rng.integers(0, 3, rows, dtype=np.int32)),
                "status": category(STATUSES, declined),
            }
        )

    def _categories(self, segment: Ints) -> Ints:
        """Travellers travel, the budget-conscious buy what they need, all others everything."""
        drawn = self.rng.random(len(segment), dtype=np.float32)
        kind = np.full(len(SEGMENTS), 2)
        kind[TRAVELERS], kind[BUDGET] = 0, 1
        of = kind[segment]
        width = np.array([len(liked) for liked in LIKED])
        starts = np.cumsum(width) - width
        place = np.minimum((drawn * width[of]).astype(np.int64), width[of] - 1)
        chosen: Ints = np.concatenate(LIKED)[starts[of] + place]
        return chosen

    def _popular(self, rows: int) -> NDArray[Any]:
        """A few merchants of a category have many customers."""
        drawn = self.rng.random(rows, dtype=np.float32)
        places = (drawn * drawn * MERCHANTS_PER_CATEGORY).astype(np.int64)
        return np.minimum(places, MERCHANTS_PER_CATEGORY - 1)

    def _cents(self, month: int, at: Ints, customer: Ints) -> Ints:
        """Uniform by segment, times decline or growth, at least a cent."""
        segment = self.holders.segment[customer]
        factor: Floats = decline_factor(month)[self.holders.decline[customer]]
        new = np.flatnonzero(segment == GROWING)
        since = (at[new] - self.holders.joined[customer[new]]) / MONTH_SECONDS
        factor[new] *= 1 + GROWTH * (np.floor(since) + 1)
        drawn = self.rng.random(len(at))
        dollars = (MIN_DOLLARS[segment] + drawn * (MAX_DOLLARS - MIN_DOLLARS)[segment]) * factor
        cents: Ints = np.maximum(np.rint(dollars * (100 / self.scale)), 1).astype(np.int64)
        return cents


RECIPE = Recipe(
    "cards",
    2_000,
    540.0,
    (CUSTOMERS, MERCHANT_CATEGORIES, TRANSACTIONS),
    chunks,
    card_rules,
)
