"""The sentences of advice, each from the numbers that the advice carries."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from regulars.insights.advice import (
    ActOnSegment,
    Advice,
    Contact,
    ContactNobody,
    FindRows,
    FixSource,
    NoScores,
    Protect,
    ReadWithCare,
    advice,
)
from regulars.insights.amounts import Unit, costs_words, count, percent, plain, several
from regulars.insights.churn_evaluation import ScoreLine, churn_curves, churn_scoreboard
from regulars.insights.headings import Units, units_of
from regulars.insights.not_yet_computed import COMMAND
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import Segment
from regulars.insights.value_words import at_risk_words

_CAUTIONS = {
    "rank_nobody": (
        "Do not rank customers by their risk.",
        "No model found a usable signal: every customer gets the same probability.",
    ),
    "rank_by_recency": (
        "Use the days since the last purchase to rank customers.",
        "No tested model was better than that beyond chance, so the simpler score ships.",
    ),
}


@dataclass(frozen=True)
class Recommendation:
    """One thing to do, why, the part of the report that it is `about`, and its numbers."""

    do: str
    because: str
    about: str
    facts: dict[str, Any]


def advice_in_words(reading: Reading) -> tuple[Recommendation, ...]:
    """The advice of a release in sentences."""
    units = units_of(reading)
    given = []
    for piece in advice(reading):
        do, because = sentences(piece, units)
        given.append(Recommendation(do, because, piece.about, asdict(piece)))
    return tuple(given)


def sentences(piece: Advice, units: Units) -> tuple[str, str]:
    """What to do, and why."""
    match piece:
        case NoScores(why, is_coming):
            instead = f"Run `{COMMAND}` for churn scores."
            return instead if is_coming else "Do not look for churn scores here.", why
        case ReadWithCare():
            return _caution(piece)
        case ContactNobody():
            costs = costs_words(piece.costs, units.customer_values)
            return (
                "Contact no customer at these costs.",
                f"For no customer does the expected gain exceed what a contact costs ({costs}).",
            )
        case Contact():
            return _contact(piece, units.customer_values)
        case ActOnSegment():
            return _act(piece, units.customer_values)
        case Protect(segment):
            return f"Do not lose {segment.name}.", _sales(segment, units)
        case FindRows(entities):
            return "Find the lost rows.", f"The rows of {', '.join(entities)} do not add up."
        case FixSource():
            return "Fix the data in the source system.", _rejected(piece)


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


def _caution(piece: ReadWithCare) -> tuple[str, str]:
    if piece.kind == "try_small":
        return "Try the scores on a small scale first.", piece.how_tested
    return _CAUTIONS[piece.kind]


def _contact(piece: Contact, unit: Unit) -> tuple[str, str]:
    first, costs = several(piece.first, "customer"), costs_words(piece.costs, unit)
    if piece.is_nearly_all:
        held = percent(piece.first_at_risk / piece.all_at_risk, 0)
        holds = f"{_they(piece.first)} {held} of the {_at_risk(piece, unit)}"
        pays = ""
        if piece.costs_known:
            pays = (
                f"Contacting pays off for {count(piece.customers)} of {count(piece.scored)} "
                f"scored customers ({costs}), so the order matters. "
            )
        return f"Start with the {first} of highest priority.", f"{pays}{holds}."
    held = f"{_they(piece.customers)} {percent(piece.at_risk / piece.all_at_risk, 0)}"
    because = f"{held} of the {_at_risk(piece, unit)}."
    if piece.first < piece.customers:
        part = percent(piece.first_at_risk / piece.at_risk, 0)
        because += f" Start with the {first} of highest priority among them, with {part} of that."
    contacted = several(piece.customers, "customer")
    return f"Contact the {contacted} for whom it pays off ({costs}).", because


def _at_risk(piece: Contact, unit: Unit) -> str:
    """All that is at risk: value, or people where no value is known."""
    value = piece.all_at_risk if piece.in_money else None
    return at_risk_words(value, piece.all_at_risk, unit)


def _they(customers: int) -> str:
    return "They hold" if customers != 1 else "This customer holds"


def _act(piece: ActOnSegment, unit: Unit) -> tuple[str, str]:
    segment = piece.segment
    away = ""
    if piece.kind == "win_back":
        away = f", half of them {plain(segment.recency)} {piece.recency_unit} or longer away"
    scored = "They"
    if segment.scored != segment.customers:
        verb = "is" if segment.scored == 1 else "are"
        scored = f"The {count(segment.scored)} of them who {verb} scored"
    holds = "holds" if segment.scored == 1 < segment.customers else "hold"
    pays = ""
    if segment.worth_contacting is not None and segment.worth_contacting < segment.scored:
        pays = f" Contacting pays off for {count(segment.worth_contacting)} of them."
    return (
        f"Win back {segment.name}." if away else f"Keep {segment.name} from leaving.",
        f"{several(segment.customers, 'customer')}{away}. {scored} {holds} "
        f"{at_risk_words(segment.value_at_risk, segment.expected_leavers, unit)}; "
        f"{percent(segment.churn)} are expected to "
        f"churn, against {percent(piece.usual_churn)} of all scored customers.{pays}",
    )


def _sales(segment: Segment, units: Units) -> str:
    at_risk = ""
    if segment.value_at_risk is not None and segment.value_at_risk > 0:
        at_risk = (
            f"; {units.customer_values.short(segment.value_at_risk)} of their value is at risk"
        )
    return (
        f"{percent(segment.share, 0)} of customers bring {percent(segment.amount_share, 0)} of "
        f"{'sales' if units.amounts.is_money else f'all {units.amounts.name}'}{at_risk}."
    )


def _rejected(piece: FixSource) -> str:
    worst = piece.rejection
    rows = f"{several(worst.rows, 'row')} of {worst.entity}"
    verb = "is" if worst.rows == 1 else "are"
    return f"{rows} ({percent(worst.share)}) {verb} not used: {worst.reason}."
