"""Rules for a card issuer's files, among them that every segment can be found again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.synthetic.card_ledger import CardLedger
from regulars.synthetic.card_spending import (
    DECLINING,
    MAX_MONTHLY,
    MIN_MONTHLY,
    SEGMENT_SHARES,
    SEGMENTS,
    TRAVELERS,
    holders_of,
    month_borders,
    scale_of,
)
from regulars.synthetic.card_words import (
    CATEGORY_NAMES,
    CHANNELS,
    CUSTOMERS,
    MERCHANT_CATEGORIES,
    STATUSES,
    TRANSACTIONS,
)
from regulars.synthetic.company_size import SECONDS_PER_DAY, Size
from regulars.synthetic.row_rules import (
    EveryRow,
    before,
    between,
    dated,
    filled,
    matches,
    one_of,
)
from regulars.synthetic.rule_kinds import (
    KnownKey,
    RisingKey,
    RowCount,
    Rule,
    Severity,
    Share,
    UniqueKey,
    plain,
    positions,
)

SMALLEST_SEGMENT = 0.05


@dataclass
class _SegmentsReachable:
    """Each segment has at least 5 % of the customers by its rules, as of the end."""

    ledger: CardLedger
    severity: Severity
    name: str = "every segment reached by its rules"

    def observe(self, rows: pa.Table) -> None:
        self.ledger.add(rows)

    def verdict(self) -> tuple[bool, str]:
        segments = self.ledger.segments()
        shares = np.bincount(segments, minlength=len(SEGMENTS)) / max(len(segments), 1)
        named = zip(SEGMENTS, shares, strict=True)
        finding = ", ".join(f"{name} {share:.1%}" for name, share in named)
        return bool((shares >= SMALLEST_SEGMENT).all()), finding


@dataclass
class _MonthsInRange:
    """No customer-month above the range of its segment, and few of them below."""

    ledger: CardLedger
    scale: float
    name: str = "transactions per customer-month in range"
    severity: Severity = "error"

    def observe(self, rows: pa.Table) -> None:
        """The ledger has seen them."""

    def verdict(self) -> tuple[bool, str]:
        names = self.ledger.customers.values("customer_segment")
        segment = positions(names, keys=pa.array(SEGMENTS))
        counts = self.ledger.monthly
        above = counts > np.ceil(MAX_MONTHLY * self.scale)[segment]
        short = (counts > 0) & (counts < np.floor(MIN_MONTHLY * self.scale)[segment])
        below = short.sum() / max((counts > 0).sum(), 1)
        return not above.any() and below < 0.1, f"{above.sum()} above, {below:.1%} below"


@dataclass
class _SomeFallSilent:
    """Inactivity is real: some customers, not most, are silent for more than 60 days."""

    ledger: CardLedger
    severity: Severity
    name: str = "some customers silent for 60 days"

    def observe(self, rows: pa.Table) -> None:
        """The ledger has seen them."""

    def verdict(self) -> tuple[bool, str]:
        silent = self.ledger.last < self.ledger.size.ends_at - 60 * SECONDS_PER_DAY
        share = float(silent.mean())
        return 0.02 <= share <= 0.2, f"{share:.1%}"


@dataclass
class _NobodyBeforeOpening:
    """The first transaction is not before the account was opened."""

    ledger: CardLedger
    name: str = "no transaction before the account was opened"
    severity: Severity = "error"

    def observe(self, rows: pa.Table) -> None:
        """The ledger has seen them."""

    def verdict(self) -> tuple[bool, str]:
        text = self.ledger.customers.values("account_open_date").cast(pa.string())
        opened = pc.strptime(text, format="%Y-%m-%d", unit="s", error_is_null=True)
        seconds = np.asarray(opened.cast(pa.int64()).fill_null(0))
        early = int((self.ledger.first < seconds).sum())
        return early == 0, f"{early:,} customers"


def card_rules(size: Size) -> dict[str, list[Rule]]:
    """The rules of all three files; those on transactions share one ledger."""
    key = UniqueKey("customer_id", also=("customer_segment", "account_open_date"))
    return {
        CUSTOMERS.name: [key, *_customer_rules(size)],
        MERCHANT_CATEGORIES.name: [UniqueKey("merchant_category"), RowCount(len(CATEGORY_NAMES))],
        TRANSACTIONS.name: [*_transaction_rules(size, key), *_behaviour_rules(size, key)],
    }


def _customer_rules(size: Size) -> list[Rule]:
    return [
        RowCount(size.customers),
        filled("customer_id", "first_name", "last_name", "email", "age", "state", "credit_limit"),
        matches("customer_id", r"^CUST\d{8}$"),
        matches("email", r"^[a-z]+\.[a-z]+\.\d+@example\.(com|net|org)$"),
        UniqueKey("email"),
        between("age", 22, 75),
        between("credit_limit", 5_000, 50_000),
        EveryRow("credit_limit in steps of 1,000", _in_thousands),
        dated("account_open_date"),
        before("account_open_date", size.until),
        EveryRow("premium cards for travelers only", _premium_fits),
        EveryRow("decline_type exactly for Declining", _decline_fits),
        *(_exact_share(size, *pair) for pair in zip(SEGMENTS, SEGMENT_SHARES, strict=True)),
    ]


def _exact_share(size: Size, segment: str, share: float) -> Rule:
    """Shares are allotted, not drawn, so chance gets no allowance."""
    return _SegmentCount(f"{segment} {share:.0%}", segment, round(share * size.customers))


@dataclass
class _SegmentCount:
    """So many customers of a segment, give or take the rounding of five segments."""

    name: str
    segment: str
    expected: int
    severity: Severity = "error"
    seen: int = 0

    def observe(self, rows: pa.Table) -> None:
        self.seen += int(pc.sum(pc.equal(rows["customer_segment"], self.segment)).as_py() or 0)

    def verdict(self) -> tuple[bool, str]:
        return abs(self.seen - self.expected) <= 2, f"{self.seen:,}, expected {self.expected:,}"


def _transaction_rules(size: Size, key: UniqueKey) -> list[Rule]:
    judged: list[Rule] = [
        RisingKey("transaction_id", "TXN" + 11 * "#"),
        KnownKey("customer_id", key),
        filled("transaction_date", "transaction_amount", "merchant_category", "status"),
        before("transaction_date", size.until),
        EveryRow("transaction_date within 18 months", lambda rows: _recent(rows, size)),
        between("transaction_amount", 0.01, 1_000_000),
        one_of("merchant_category", *CATEGORY_NAMES),
        one_of("channel", *CHANNELS),
        one_of("status", *STATUSES),
        Share("approved", lambda rows: pc.equal(rows["status"], "approved"), 0.97),
    ]
    if size.transactions:
        judged.append(RowCount(size.transactions, tolerance=0.02))
    return judged


def _behaviour_rules(size: Size, key: UniqueKey) -> list[Rule]:
    ledger = CardLedger(key, size)
    scale = scale_of(size, holders_of(size))
    return [
        _SegmentsReachable(ledger, size.severity),
        _MonthsInRange(ledger, scale),
        _SomeFallSilent(ledger, size.severity),
        _NobodyBeforeOpening(ledger),
    ]


def _in_thousands(rows: pa.Table) -> Any:
    limit = rows["credit_limit"]
    return pc.equal(pc.multiply(pc.divide(limit, 1_000), 1_000), limit)


def _premium_fits(rows: pa.Table) -> Any:
    premium = pc.equal(rows["card_type"], "Premium")
    return pc.or_(pc.invert(premium), pc.equal(rows["customer_segment"], SEGMENTS[TRAVELERS]))


def _decline_fits(rows: pa.Table) -> Any:
    declining = pc.equal(rows["customer_segment"], SEGMENTS[DECLINING])
    return pc.equal(pc.is_valid(plain(rows["decline_type"])), declining)


def _recent(rows: pa.Table, size: Size) -> Any:
    first = np.datetime64(int(month_borders(size)[0]), "s")
    return pc.greater_equal(rows["transaction_date"], pa.scalar(first.astype("datetime64[us]")))
