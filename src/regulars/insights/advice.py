"""What to do now: at most five pieces of advice that follow from the numbers, as facts.

Their sentences are made in `advice_words`. Each piece carries the numbers that it rests on, so that
a test can compare what is said with what is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from regulars.core.calendar import PERIODS_PER_MONTH, PERIODS_PER_YEAR
from regulars.insights.business_overview import Overview, overview
from regulars.insights.churn_evaluation import (
    ChurnScoreboard,
    churn_scoreboard,
    named,
    why_no_churn,
)
from regulars.insights.data_quality import Rejection, reconciliation, rejections
from regulars.insights.exact import exact_sum
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import Segment, median_recency, recency_unit, segments
from regulars.release.contact_costs import ContactCosts

NEARLY_ALL = 0.8  # of those scored: where contacting pays off for so many, only the order matters
MIN_REJECTED = 0.01  # of an entity's rows
MIN_RISK_SHARE = 0.04  # of all value at risk: a smaller segment does not justify work of its own
MIN_CHURN = 0.05  # below, a segment that leaves more often than others still hardly leaves
CLEARLY_MORE = 1.1  # times the churn of all: closer shares print as the same number
GONE = 0.5  # expected churn from which most of a segment is lost unless it is won back
UNNAMED = "Other"

Caution = Literal["rank_nobody", "rank_by_recency", "try_small"]


@dataclass(frozen=True)
class NoScores:
    """There are no churn scores, and why; `is_coming` where the next run computes them."""

    why: str
    is_coming: bool = False
    kind: Literal["no_scores"] = "no_scores"
    about: str = "churn"


@dataclass(frozen=True)
class ReadWithCare:
    """How far the scores may be used; `how_tested` where they had no test in time."""

    kind: Caution
    how_tested: str = ""
    about: str = "test"


@dataclass(frozen=True)
class ContactNobody:
    """For none of `scored` customers the expected gain exceeds the costs of a contact."""

    scored: int
    costs: ContactCosts
    kind: Literal["contact_nobody"] = "contact_nobody"
    about: str = "priority"


@dataclass(frozen=True)
class Contact:
    """Whom to contact: `customers`, those for whom it pays off, and the first tenth of them.

    `at_risk` is the value at risk of `customers`, `first_at_risk` that of the `first`,
    `all_at_risk` that of all `scored`. `costs_known` is false where no costs can be compared: then
    the customers are all with something at risk. `in_money` is false where no value is known: what
    is at risk are people then, those expected to churn.
    """

    customers: int
    at_risk: float
    first: int
    first_at_risk: float
    scored: int
    all_at_risk: float
    costs_known: bool
    costs: ContactCosts
    in_money: bool = True
    kind: Literal["contact"] = "contact"
    about: str = "priority"

    @property
    def share(self) -> float:
        """Of those scored, how many are to be contacted."""
        return self.customers / self.scored

    @property
    def is_nearly_all(self) -> bool:
        """Whether only the order of the contacts remains to be decided."""
        return not self.costs_known or self.share > NEARLY_ALL


@dataclass(frozen=True)
class ActOnSegment:
    """A segment that leaves more often than others: to win back, or to retain.

    `win_back` only where most of it is expected to churn and has been away for long; `usual_churn`
    is the mean probability of all customers scored.
    """

    kind: Literal["win_back", "retain"]
    segment: Segment
    usual_churn: float
    recency_unit: str
    about: str = "segments"


@dataclass(frozen=True)
class Protect:
    """The segment on which sales rest most heavily, of those that still buy."""

    segment: Segment
    kind: Literal["protect"] = "protect"
    about: str = "segments"


@dataclass(frozen=True)
class FindRows:
    """Entities whose delivered rows do not add up."""

    entities: tuple[str, ...]
    kind: Literal["find_rows"] = "find_rows"
    about: str = "data"


@dataclass(frozen=True)
class FixSource:
    """The commonest reason for rejecting rows, where it matters."""

    rejection: Rejection
    kind: Literal["fix_source"] = "fix_source"
    about: str = "data"


Advice = (
    NoScores
    | ReadWithCare
    | ContactNobody
    | Contact
    | ActOnSegment
    | Protect
    | FindRows
    | FixSource
)


def advice(reading: Reading) -> tuple[Advice, ...]:
    """At most five pieces of advice, most important first."""
    business, board = overview(reading), churn_scoreboard(reading)
    contact = _contact(reading, board, business)
    given = [
        _caution(reading, board),
        contact,
        *_segments(reading, business, leaving=isinstance(contact, Contact)),
        _source(reading),
    ]
    return tuple(piece for piece in given if piece is not None)


def _caution(reading: Reading, board: ChurnScoreboard | None) -> Advice | None:
    """Only where the score must be read with care."""
    if board is None:
        return NoScores(why_no_churn(reading), "churn_score" in reading.manifest.not_yet_computed)
    if not board.ranks:
        return ReadWithCare("rank_nobody")
    if board.beats_recency is False and board.shipped == named("recency"):
        return ReadWithCare("rank_by_recency")
    return None if board.tested_in_time else ReadWithCare("try_small", board.how_tested)


def _contact(reading: Reading, board: ChurnScoreboard | None, business: Overview) -> Advice | None:
    if board is None or not board.ranks:
        return None
    costs, row = business.costs, reading.rows(_CONTACTS)[0]
    if row["costs_known"] and not row["pays_off"]:
        return ContactNobody(row["scored"], costs)
    if not row["at_risk"]:
        return None
    facts = {name: value for name, value in row.items() if name != "pays_off"}
    return Contact(**facts, costs=costs, in_money=business.value_at_risk is not None)


def _segments(
    reading: Reading, business: Overview, *, leaving: bool
) -> tuple[Advice | None, Advice | None]:
    """Whom to win back and whom to keep: two segments, for nobody is both gone and to be kept."""
    usual = _Usual(business.mean_probability or 0.0, median_recency(reading), recency_unit(reading))
    parts = [segment for segment in segments(reading) if segment.name != UNNAMED]
    best = _best(parts, usual)
    acted = _leaving(reading, [part for part in parts if part is not best], usual)
    return (acted if leaving else None, Protect(best) if best else None)


@dataclass(frozen=True)
class _Usual:
    """What segments are compared with: mean churn of all scored, median recency of all buyers."""

    churn: float
    recency: float | None
    recency_unit: str

    def is_away(self, segment: Segment) -> bool:
        """Whether half of a segment is away for half a year, or a month and longer than most."""
        if segment.recency is None or self.recency is None:
            return False
        month = {f"{grain}s": periods for grain, periods in PERIODS_PER_MONTH.items()}
        year = {f"{grain}s": periods for grain, periods in PERIODS_PER_YEAR.items()}
        if segment.recency >= year[self.recency_unit] / 2:
            return True
        return segment.recency >= month[self.recency_unit] and segment.recency > self.recency

    def is_gone(self, segment: Segment) -> bool:
        """Away, and nobody or hardly anybody of it is expected to stay."""
        return self.is_away(segment) and (segment.churn is None or segment.churn >= GONE)


def _best(parts: list[Segment], usual: _Usual) -> Segment | None:
    """The segment with most sales, where it brings more than its share of customers."""
    bringing = [
        segment
        for segment in parts
        if segment.amount > 0
        and CLEARLY_MORE * segment.share <= (segment.amount_share or 0.0) <= 1
        and not usual.is_gone(segment)
    ]
    return max(bringing, key=lambda segment: segment.amount, default=None)


def _leaving(reading: Reading, parts: list[Segment], usual: _Usual) -> ActOnSegment | None:
    """Of those that leave clearly more often than all, that with most at risk per customer scored.

    Only segments that hold a part of the value at risk that justifies the work, and where a contact
    pays off for somebody.
    """
    total = sum(segment.at_stake for segment in segments(reading))
    candidates = [
        segment
        for segment in parts
        if segment.churn is not None
        and segment.churn >= max(MIN_CHURN, CLEARLY_MORE * usual.churn)
        and segment.worth_contacting != 0
        and segment.at_stake > 0
        and segment.at_stake >= MIN_RISK_SHARE * total
    ]
    worst = max(candidates, key=lambda part: part.at_stake / part.scored, default=None)
    if worst is None:
        return None
    kind: Literal["win_back", "retain"] = "win_back" if usual.is_gone(worst) else "retain"
    return ActOnSegment(kind, worst, usual.churn, usual.recency_unit)


def _source(reading: Reading) -> Advice | None:
    unbalanced = [balance.entity for balance in reconciliation(reading) if not balance.is_balanced]
    if unbalanced:
        return FindRows(tuple(unbalanced))
    worst = next(
        (rejection for rejection in rejections(reading) if rejection.disposition == "rejected"),
        None,
    )
    if worst is None or (worst.share or 0.0) < MIN_REJECTED:
        return None
    return FixSource(worst)


# The first tenth is one of those to be contacted and never larger than they are.
_CONTACTS = f"""
with scored as (
    select
        customer_id,
        priority,
        worth_contacting,
        count(worth_contacting) over () > 0 as costs_known
    from customer_scored
    where churn_probability is not null
),
ranked as (
    select
        priority,
        row_number() over (order by priority desc, customer_id) as place,
        count(*) over () as everybody
    from scored
    where priority > 0 and (worth_contacting or not costs_known)
)
select
    (select count(*) from ranked) as customers,
    (select {exact_sum("priority")} from ranked) as at_risk,
    (select count(*) from ranked where place * 10 <= everybody + 9) as first,
    (select {exact_sum("priority")} from ranked where place * 10 <= everybody + 9)
        as first_at_risk,
    (select count(*) from scored) as scored,
    (select {exact_sum("priority")} from scored where priority > 0) as all_at_risk,
    (select coalesce(bool_or(costs_known), false) from scored) as costs_known,
    (select count(*) from scored where worth_contacting) as pays_off
"""
