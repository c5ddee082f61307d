"""Rules for a subscription company's files: published shares, and an honest order of time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.synthetic.company_size import Size
from regulars.synthetic.crm_lives import index_digits
from regulars.synthetic.crm_past import CustomerPast
from regulars.synthetic.crm_words import (
    ACQUISITION,
    CHURN_BY_SEGMENT,
    CONTACTS,
    CONTACTS_IF_CHURNED,
    CUSTOMERS,
    FUNNEL,
    GENDERS,
    INTERACTIONS,
    MARKETING,
    PURCHASES_BY_SEGMENT,
    PURCHASES_IF_CHURNED,
    REACHED,
    SATISFACTION,
    SEGMENTS,
    STATES,
    TOUCHES,
    TRANSACTIONS,
)
from regulars.synthetic.row_rules import before, between, filled, matches
from regulars.synthetic.rule_kinds import (
    KnownKey,
    RisingKey,
    RowCount,
    Rule,
    Severity,
    Share,
    UniqueKey,
    positions,
)

CHURN_SHARE = 0.272


@dataclass
class _InOrder:
    """Nothing before registration, and nothing of churned customers close to the end."""

    past: CustomerPast
    churned_stop: bool = True
    name: str = "after registration, and churned customers stop"
    severity: Severity = "error"

    def observe(self, rows: pa.Table) -> None:
        self.past.add(rows)

    def verdict(self) -> tuple[bool, str]:
        late = self.past.posthumous if self.churned_stop else 0
        return self.past.early + late == 0, f"{self.past.early:,} too early, {late:,} too late"


@dataclass
class _MeanCount:
    """The mean number of events of a group of customers."""

    past: CustomerPast
    of: str
    segment: int | None
    expected: float
    severity: Severity = "error"
    tolerance: float = 0.05

    @property
    def name(self) -> str:
        return f"events per customer, {self.of}"

    def observe(self, rows: pa.Table) -> None:
        """The past has seen them."""

    def verdict(self) -> tuple[bool, str]:
        among = self.past.churned if self.segment is None else self.past.of_segment(self.segment)
        counts = self.past.counts[among]
        mean = float(counts.mean()) if len(counts) else self.expected
        spread = max(float(counts.std()), 0.7 * self.expected) if len(counts) else 0.0
        noise = 4 * spread / max(len(counts), 1) ** 0.5
        kept = abs(mean - self.expected) <= max(self.tolerance * self.expected, noise)
        return kept, f"{mean:.2f}, expected {self.expected:.2f}"


@dataclass
class _BeyondFirstYear:
    """Behaviour goes on after the first year: about a quarter of all events lie there."""

    past: CustomerPast
    severity: Severity
    name: str = "events after the first year"

    def observe(self, rows: pa.Table) -> None:
        """The past has seen them."""

    def verdict(self) -> tuple[bool, str]:
        share = self.past.later / max(int(self.past.counts.sum()), 1)
        return 0.12 <= share <= 0.35, f"{share:.1%}"


@dataclass
class _Reached:
    """Campaigns reach their share of the customers."""

    past: CustomerPast
    expected: float
    name: str = "customers reached by campaigns"
    severity: Severity = "error"

    def observe(self, rows: pa.Table) -> None:
        """The past has seen them."""

    def verdict(self) -> tuple[bool, str]:
        share = float((self.past.counts > 0).mean())
        tolerance = max(0.01, 2 / max(len(self.past.counts), 1))
        return abs(share - self.expected) <= tolerance, f"{share:.4f}, expected {self.expected}"


def crm_rules(size: Size) -> dict[str, list[Rule]]:
    """Published shares within a point, counts within 5 %, and the order of time."""
    key = UniqueKey("customer_id", also=("registration_date", "churned", "customer_segment"))
    return {
        CUSTOMERS.name: [key, *_customer_rules(size)],
        TRANSACTIONS.name: _transaction_rules(size, key),
        INTERACTIONS.name: _interaction_rules(size, key),
        MARKETING.name: _marketing_rules(size, key),
    }


def _customer_rules(size: Size) -> list[Rule]:
    shares = {
        "customer_segment": SEGMENTS,
        "gender": GENDERS,
        "state": STATES,
        "acquisition_channel": ACQUISITION,
    }
    return [
        RowCount(size.customers),
        filled("registration_date", "age", "gender", "customer_segment", "churned"),
        matches("customer_id", r"^CUST_\d{8}$"),
        before("registration_date", size.until),
        between("age", 18, 80),
        *(_word_share(column, *pair) for column in shares for pair in shares[column].items()),
        Share("churned", lambda rows: pc.equal(rows["churned"], 1), CHURN_SHARE, tolerance=0.005),
        *(_churn_share(*pair) for pair in zip(SEGMENTS, CHURN_BY_SEGMENT, strict=True)),
    ]


def _word_share(column: str, word: str, share: float) -> Rule:
    return Share(f"{column} {word}", lambda rows: pc.equal(rows[column], word), share)


def _churn_share(segment: str, share: float) -> Rule:
    return Share(
        f"churned of {segment}",
        lambda rows: pc.equal(rows["churned"], 1),
        share,
        tolerance=0.02,
        among=lambda rows: pc.equal(rows["customer_segment"], segment),
    )


def _event_rules(size: Size, key: UniqueKey, *, kind: str, names: tuple[str, str]) -> list[Rule]:
    """Keys, references and dates, the same for all three kinds of events."""
    own, time = names
    return [
        RisingKey(own, f"{kind}_CUST_########_{'#' * index_digits(size)}"),
        KnownKey("customer_id", key),
        filled(time),
        before(time, size.until),
    ]


def _transaction_rules(size: Size, key: UniqueKey) -> list[Rule]:
    past = CustomerPast(key, "transaction_date", size)
    names = ("transaction_id", "transaction_date")
    judged: list[Rule] = [
        *_event_rules(size, key, kind="TXN", names=names),
        between("total_amount", 0.01, 10_000_000),
        _InOrder(past),
        _BeyondFirstYear(past, size.severity),
    ]
    if size.transactions is not None:
        return [*judged, RowCount(size.transactions, tolerance=0.02)]
    counts = zip(SEGMENTS, PURCHASES_BY_SEGMENT, strict=True)
    return [
        *judged,
        _MeanCount(past, "churned", None, PURCHASES_IF_CHURNED),
        *(_MeanCount(past, name, code, mean) for code, (name, mean) in enumerate(counts)),
    ]


def _interaction_rules(size: Size, key: UniqueKey) -> list[Rule]:
    past = CustomerPast(key, "interaction_date", size)
    return [
        *_event_rules(size, key, kind="INT", names=("interaction_id", "interaction_date")),
        between("satisfaction_score", 1, 5),
        _InOrder(past),
        _MeanCount(past, "churned", None, CONTACTS_IF_CHURNED),
        _MeanCount(past, "Standard", 1, CONTACTS),
        _Satisfaction(past),
    ]


@dataclass
class _Satisfaction:
    """Mean satisfaction of those who stay and those who churn."""

    past: CustomerPast
    name: str = "mean satisfaction, stayed and churned"
    severity: Severity = "error"
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0])
    squares: list[int] = field(default_factory=lambda: [0, 0])

    def observe(self, rows: pa.Table) -> None:
        who = positions(rows["customer_id"], keys=self.past.customers.keys)
        score = np.asarray(rows["satisfaction_score"].fill_null(3))
        for churned in (0, 1):
            among = (who >= 0) & (self.past.churned[who] == bool(churned))
            self.sums[churned] += float(score[among].sum())
            self.squares[churned] += int(among.sum())

    def verdict(self) -> tuple[bool, str]:
        means = [
            total / max(count, 1) for total, count in zip(self.sums, self.squares, strict=True)
        ]
        expected = [float(np.dot(shares, np.arange(1, 6))) for shares in SATISFACTION]
        noise = [max(0.05, 5 / max(count, 1) ** 0.5) for count in self.squares]
        kept = all(
            abs(mean - target) <= near
            for mean, target, near in zip(means, expected, noise, strict=True)
        )
        return kept, f"{means[0]:.2f} and {means[1]:.2f}"


def _marketing_rules(size: Size, key: UniqueKey) -> list[Rule]:
    past = CustomerPast(key, "campaign_date", size)
    return [
        *_event_rules(size, key, kind="CMP", names=("campaign_id", "campaign_date")),
        _InOrder(past, churned_stop=False, name="after registration"),
        _Reached(past, REACHED),
        RowCount(round(size.customers * REACHED * TOUCHES), tolerance=0.25),
        *(_step_share(*pair) for pair in FUNNEL.items()),
    ]


def _step_share(step: str, share: float) -> Rule:
    return Share(step, lambda rows: rows[step], share)
