"""The five numbers of the first page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from regulars.insights.amounts import costs_words, count, percent, several
from regulars.insights.cautions import caution_mark
from regulars.insights.not_yet_computed import COMMAND, NOT_YET
from regulars.serve.reports.facts import Facts

NUMBERS = 5


@dataclass(frozen=True)
class Tile:
    """One number in large type: what it is, and what to compare it with."""

    what: str
    number: str
    more: str


def tiles(facts: Facts) -> tuple[Tile, ...]:
    """Five numbers: who, how much, who leaves, what that costs, whom it pays to contact."""
    marked = [_marked(facts, tile) for tile in _churn(facts)]
    candidates = [_customers(facts), _sales(facts), *marked, *_others(facts)]
    return tuple(tile for tile in candidates if tile is not None)[:NUMBERS]


def _marked(facts: Facts, tile: Tile | None) -> Tile | None:
    """A figure of the churn score with what must be read beside it."""
    mark = caution_mark(facts.cautions)
    return replace(tile, more=f"{tile.more}; {mark}") if tile and mark else tile


def _customers(facts: Facts) -> Tile:
    overview = facts.overview
    if overview.left:
        more = f"{count(overview.left)} have left already, {count(overview.scored)} are scored"
        return Tile("Customers", count(overview.customers), more)
    never = overview.customers - overview.buyers
    more = (
        f"{count(never)} never bought" if overview.buyers and never else "known by the as-of date"
    )
    return Tile("Customers", count(overview.customers), more)


def _sales(facts: Facts) -> Tile | None:
    overview = facts.overview
    if not overview.orders:
        return None
    since = f" since {overview.first_month:%Y-%m}" if overview.first_month else ""
    return Tile(
        facts.unit.noun,
        facts.unit.short(overview.amount),
        f"{count(overview.orders)} orders{since}",
    )


def _churn(facts: Facts) -> list[Tile | None]:
    overview, value_unit = facts.overview, facts.customer_value_unit
    if facts.churn is None or not overview.scored:
        return [_not_yet(facts)]
    leavers = Tile(
        "Expected to churn",
        count(overview.expected_leavers),
        f"{percent(overview.mean_probability)} of the {count(overview.scored)} eligible",
    )
    if overview.value_at_risk is None:
        return [leavers, _high(facts), _test(facts)]
    at_risk = Tile(
        "Value at risk",
        value_unit.short(overview.value_at_risk),
        f"of {value_unit.short(overview.value_if_stays)} expected if they stay",
    )
    pays = None
    if overview.worth_contacting is not None:
        share = percent(overview.worth_contacting / overview.scored)
        pays = Tile(
            "Contacting pays off",
            count(overview.worth_contacting),
            f"{share}; {costs_words(overview.costs, value_unit)}",
        )
    return [leavers, at_risk, pays, _high(facts), _test(facts)]


def _not_yet(facts: Facts) -> Tile | None:
    if not facts.overview.not_yet_computed:
        return None
    return Tile("Expected to churn", "–", f"{NOT_YET.lower()}: `{COMMAND}` computes churn scores")


def _high(facts: Facts) -> Tile:
    overview = facts.overview
    share = percent((overview.high_risk or 0) / overview.scored)
    return Tile("High risk", count(overview.high_risk), f"{share} have 70 of 100 or more")


def _test(facts: Facts) -> Tile | None:
    line = facts.churn.shipping if facts.churn else None
    if line is None or line["roc_auc"].value is None:
        return None
    right = round(100 * line["roc_auc"].value)
    return Tile("Ranked rightly", f"{right} of 100", "pairs of one who left and one who stayed")


def _others(facts: Facts) -> list[Tile | None]:
    """Where churn says nothing: what the other rooms know."""
    overview = facts.overview
    read = sum(balance.read for balance in facts.reconciliation)
    kept = sum(balance.kept for balance in facts.reconciliation)
    best = max(facts.segments, key=lambda segment: segment.amount_share or 0.0, default=None)
    return [
        Tile("An order brings", facts.unit.whole(overview.amount_per_order), "on average")
        if overview.amount_per_order
        else None,
        Tile(
            best.name,
            percent(best.amount_share),
            f"of all, from {percent(best.share)} of customers",
        )
        if best and best.amount_share
        else None,
        Tile("Rows kept", percent(kept / read), f"of {several(read, 'row')} read")
        if read
        else None,
        Tile("Checks passed", count(facts.checks.passed), "of the cleaned tables"),
    ]
