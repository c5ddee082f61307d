"""What to do now: a few sentences that follow from the numbers, most important first."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.amounts import (
    Unit,
    costs_words,
    count,
    customer_value_unit,
    percent,
    plain,
    several,
)
from regulars.insights.business_overview import Overview, concentration, overview
from regulars.insights.churn_evaluation import (
    ChurnScoreboard,
    ScoreLine,
    churn_curves,
    churn_scoreboard,
    why_no_churn,
)
from regulars.insights.data_quality import Rejection, reconciliation, rejections
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import Segment, recency_unit, segments

_NEARLY_ALL = 0.8
_WORTH_SAYING = 0.01
_WORTH_THE_WORK = 0.04
_EVERYONE_ELSE = "Other"
_LONG_AWAY_DAYS = 14


@dataclass(frozen=True)
class Advice:
    """One thing to do, and the numbers that say so. `about` names the part of the report."""

    do: str
    because: str
    about: str


def advice(reading: Reading) -> tuple[Advice, ...]:
    """At most five pieces of advice."""
    business = overview(reading)
    board = churn_scoreboard(reading)
    unit = customer_value_unit(reading)
    given = [
        _trust(reading, board),
        _contact(reading, business, board, unit),
        *_segments(reading, business, board, unit),
        _fix_source(reading),
    ]
    return tuple(piece for piece in given if piece is not None)


def trust(reading: Reading) -> str:
    """How far to trust the scores, in plain words; empty where there are none."""
    board = churn_scoreboard(reading)
    line = board.shipping if board else None
    if board is None or line is None or line["roc_auc"].value is None:
        return ""
    if not board.ranks:
        return board.verdict
    when = (
        "on a later date than it learned from" if board.tested_in_time else "without a later date"
    )
    sentence = (
        f"Tested {when}, the score put the customer who left above the one who stayed in "
        f"{_of_100(line)} of 100 pairs (50 is chance)"
    )
    recency = next((candidate for candidate in board.lines if candidate.name == "recency"), None)
    if recency is not None and recency is not line:
        sentence += f"; days since the last purchase alone, in {_of_100(recency)}"
    curves = churn_curves(reading)
    if board.champion == board.shipped and curves.predicted is not None:
        sentence += (
            f". Predicted churn {percent(curves.predicted)}, observed {percent(curves.observed)}"
        )
    return f"{sentence}."


def _of_100(line: ScoreLine) -> int:
    return round(100 * (line["roc_auc"].value or 0.0))


def _trust(reading: Reading, board: ChurnScoreboard | None) -> Advice | None:
    """Only where the score must be read with care."""
    if board is None:
        return Advice("Do not look for churn scores here.", why_no_churn(reading), "churn")
    if not board.ranks:
        return Advice(
            "Do not rank customers by their risk.",
            "No model found a usable signal: every customer gets the same probability.",
            "test",
        )
    if board.beats_recency is False:
        return Advice(
            "Use the days since the last purchase to rank customers.",
            "No tested model was better than that beyond chance, so the simpler score ships.",
            "test",
        )
    if not board.tested_in_time:
        return Advice("Try the scores on a small scale first.", board.how_tested, "test")
    return None


def _contact(
    reading: Reading, business: Overview, board: ChurnScoreboard | None, unit: Unit
) -> Advice | None:
    first = concentration(reading)
    if board is None or not board.ranks or first is None or not business.scored:
        return None
    held = (
        f"they hold {percent(first.share, 0)} of the {unit.short(business.value_at_risk)} at risk"
    )
    start = f"Start with the {several(first.customers, 'customer')} of highest priority"
    if business.worth_contacting is None:
        return Advice(f"{start}.", f"A tenth of all scored: {held}.", "priority")
    costs = costs_words(business.costs, unit)
    share = business.worth_contacting / business.scored
    if share == 0:
        return Advice(
            "Contact no customer at these costs.",
            f"For no customer does the expected gain exceed what a contact costs ({costs}).",
            "priority",
        )
    if share > _NEARLY_ALL:
        pays = f"Contacting pays off for {percent(share)} of the scored customers ({costs})"
        return Advice(f"{start}.", f"{pays}, so the order matters: {held}.", "priority")
    return Advice(
        f"Contact the {several(business.worth_contacting, 'customer')} for whom it pays off "
        f"({costs}).",
        f"{start}: {held}.",
        "priority",
    )


def _segments(
    reading: Reading, business: Overview, board: ChurnScoreboard | None, unit: Unit
) -> tuple[Advice, ...]:
    """Whom to win back and whom to keep: two segments, for nobody is both gone and to be kept."""
    parts = segments(reading)
    best = max(
        (segment for segment in parts if segment.amount_share),
        key=lambda segment: segment.amount_share or 0.0,
        default=None,
    )
    leaving = None
    if board is not None and board.ranks and business.worth_contacting != 0:
        leaving = _leaving(parts, best, usual=business.mean_probability)
    given = [
        _win_back(leaving, recency_unit(reading), unit) if leaving else None,
        _keep(best, unit) if best else None,
    ]
    return tuple(piece for piece in given if piece is not None)


def _leaving(
    parts: tuple[Segment, ...],
    best: Segment | None,
    *,
    usual: float | None,
) -> Segment | None:
    """Of the others that leave more often than is usual, that with most at risk per customer.

    Only segments that hold a part of the value at risk that justifies the work; whoever fits no
    rule has nothing in common that one could say to them.
    """
    total = sum(segment.value_at_risk for segment in parts)
    candidates = [
        segment
        for segment in parts
        if segment is not best
        and segment.name != _EVERYONE_ELSE
        and (segment.churn or 0.0) > (usual or 0.0)
        and total
        and segment.value_at_risk / total >= _WORTH_THE_WORK
    ]
    return max(
        candidates, key=lambda segment: segment.value_at_risk / segment.customers, default=None
    )


def _win_back(segment: Segment, days: str, unit: Unit) -> Advice:
    away = ""
    if segment.recency and (days != "days" or segment.recency >= _LONG_AWAY_DAYS):
        away = f", half of them {plain(segment.recency)} {days} or longer away,"
    return Advice(
        f"Win back {segment.name}.",
        f"{several(segment.customers, 'customer')}{away} hold "
        f"{unit.short(segment.value_at_risk)} at risk; "
        f"{percent(segment.churn, 0)} of them are expected to churn.",
        "segments",
    )


def _keep(best: Segment, unit: Unit) -> Advice:
    """The segment on which sales rest most heavily."""
    at_risk = ""
    if best.value_at_risk:
        at_risk = f"; {unit.short(best.value_at_risk)} of their value is at risk"
    return Advice(
        f"Do not lose {best.name}.",
        f"{percent(best.share, 0)} of customers bring {percent(best.amount_share, 0)} of "
        f"{'sales' if unit.is_money else f'all {unit.name}'}{at_risk}.",
        "segments",
    )


def _fix_source(reading: Reading) -> Advice | None:
    """The commonest reason for rejecting rows, where it matters."""
    worst = next(
        (rejection for rejection in rejections(reading) if rejection.disposition == "rejected"),
        None,
    )
    unbalanced = [balance.entity for balance in reconciliation(reading) if not balance.is_balanced]
    if unbalanced:
        names = ", ".join(unbalanced)
        return Advice("Find the lost rows.", f"The rows of {names} do not add up.", "data")
    if worst is None or (worst.share or 0.0) < _WORTH_SAYING:
        return None
    return Advice("Fix the data in the source system.", _rejected_words(worst), "data")


def _rejected_words(worst: Rejection) -> str:
    share = percent(worst.share)
    return f"{count(worst.rows)} rows of {worst.entity} ({share}) are not used: {worst.reason}."
