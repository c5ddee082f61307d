"""What card holders have spent, added up while transactions go by, and the segments that follow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.calendar import DAYS_PER_MONTH
from regulars.synthetic.card_spending import (
    BUDGET,
    DECLINING,
    GROWING,
    MONTHS,
    STABLE,
    TRAVELERS,
    month_borders,
)
from regulars.synthetic.card_words import NECESSITIES, TRAVEL
from regulars.synthetic.company_size import SECONDS_PER_DAY, Size
from regulars.synthetic.drawing import Floats, Ints
from regulars.synthetic.rule_kinds import UniqueKey, positions


@dataclass
class CardLedger:
    """Sums per customer while transactions go by, as the segment rules need them."""

    customers: UniqueKey
    size: Size
    sums: dict[str, Floats] = field(default_factory=dict)
    first: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    last: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    monthly: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))

    def add(self, rows: pa.Table) -> None:
        """Take a chunk of transactions in."""
        self._begin()
        who = positions(rows["customer_id"], keys=self.customers.keys)
        known = np.flatnonzero(who >= 0)
        who = who[known]
        moments = np.asarray(rows["transaction_date"].cast(pa.timestamp("us")))
        at = moments[known].astype("datetime64[s]").astype(np.int64)
        amount = np.asarray(rows["transaction_amount"].cast(pa.float64()))[known]
        np.minimum.at(self.first, who, at)
        np.maximum.at(self.last, who, at)
        ago = (self.size.ends_at - at) / SECONDS_PER_DAY
        bought = rows["merchant_category"]
        chosen = {
            "all": np.ones(len(who), dtype=np.bool_),
            "last": ago <= 90,
            "prior": (ago > 90) & (ago <= 180),
            "travel": np.asarray(pc.is_in(bought, pa.array(TRAVEL)))[known],
            "needs": np.asarray(pc.is_in(bought, pa.array(NECESSITIES)))[known],
        }
        for name, rows_of in chosen.items():
            self.sums[name] += np.bincount(who[rows_of], amount[rows_of], len(self.first))
        self._count_months(who, at)

    def _begin(self) -> None:
        count = len(self.customers.keys)
        if len(self.first) != count:
            self.first = np.full(count, 1 << 60)
            self.last = np.zeros(count, dtype=np.int64)
            self.monthly = np.zeros((MONTHS, count), dtype=np.int64)
            names = ("all", "last", "prior", "travel", "needs")
            self.sums = {name: np.zeros(count) for name in names}

    def _count_months(self, who: Ints, at: Ints) -> None:
        month = np.searchsorted(month_borders(self.size), at, side="right") - 1
        for month_number in np.unique(month).tolist():
            if 0 <= month_number < MONTHS:
                self.monthly[month_number] += np.bincount(
                    who[month == month_number], minlength=len(self.first)
                )

    def segments(self) -> Ints:
        """The segment of each customer by the rules of the card business; first match wins."""
        last, prior, total = (self.sums[name] for name in ("last", "prior", "all"))
        change = np.divide(last - prior, prior, out=np.zeros_like(last), where=prior > 0)
        travel, needs = (
            np.divide(self.sums[name], total, out=np.zeros_like(total), where=total > 0)
            for name in ("travel", "needs")
        )
        months = (self.size.ends_at - self.first) / SECONDS_PER_DAY / DAYS_PER_MONTH
        rules = (
            (TRAVELERS, (last / 3 >= 5_000) & (travel >= 0.25)),
            (DECLINING, (change <= -0.30) & (prior >= 2_000)),
            (GROWING, (months <= 6) & (change >= 0.50)),
            (BUDGET, (last / 3 < 1_500) & (needs >= 0.60)),
        )
        segment = np.full(len(last), STABLE)
        for code, matching in reversed(rules):
            segment[matching] = code
        return segment
