"""What the customers of a subscription company did, counted chunk by chunk from its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.core.calendar import WHOLE_DAYS_PER_YEAR
from regulars.synthetic.company_size import SECONDS_PER_DAY, Size
from regulars.synthetic.crm_lives import silence_of_churned
from regulars.synthetic.crm_words import SEGMENTS
from regulars.synthetic.drawing import Flags, Ints
from regulars.synthetic.rule_kinds import UniqueKey, positions

YEAR = WHOLE_DAYS_PER_YEAR * SECONDS_PER_DAY


@dataclass
class CustomerPast:
    """What customers did, per customer: events, in the first year and after it, and in time."""

    customers: UniqueKey
    time: str
    size: Size
    counts: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    later: int = 0
    early: int = 0
    posthumous: int = 0

    def add(self, rows: pa.Table) -> None:
        """Take a chunk of events in."""
        if not len(self.counts):
            self.counts = np.zeros(len(self.customers.keys), dtype=np.int64)
        who = positions(rows["customer_id"], keys=self.customers.keys)
        at = seconds_of(rows[self.time])[who >= 0]
        who = who[who >= 0]
        self.counts += np.bincount(who, minlength=len(self.counts))
        registered = seconds_of(self.customers.values("registration_date"))[who]
        stops = self.size.ends_at - silence_of_churned(self.size.ends_at - registered)
        self.early += int((at < registered).sum())
        self.later += int((at - registered > YEAR).sum())
        self.posthumous += int((self.churned[who] & (at > stops)).sum())

    @property
    def churned(self) -> Flags:
        """Which customers have churned."""
        flags: Flags = np.asarray(self.customers.values("churned")) == 1
        return flags

    def of_segment(self, code: int) -> Flags:
        """Which customers are of a segment and have not churned."""
        names = self.customers.values("customer_segment")
        among: Flags = positions(names, keys=pa.array(tuple(SEGMENTS))) == code
        return among & ~self.churned


def seconds_of(moments: Any) -> Ints:
    return np.asarray(moments.cast(pa.timestamp("us"))).astype("datetime64[s]").astype(np.int64)
