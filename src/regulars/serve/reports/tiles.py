"""The five numbers of the first page."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.amounts import count, percent, several
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
    found = [_customers(facts), _sales(facts), *_churn(facts), *_others(facts)]
    return tuple(one for one in found if one is not None)[:NUMBERS]


def _customers(facts: Facts) -> Tile:
    seen = facts.overview
    never = seen.customers - seen.buyers
    more = f"{count(never)} never bought" if seen.buyers and never else "known by the as-of date"
    return Tile("Customers", count(seen.customers), more)


def _sales(facts: Facts) -> Tile | None:
    seen = facts.overview
    if not seen.orders:
        return None
    since = f" since {seen.first_month:%Y-%m}" if seen.first_month else ""
    return Tile(
        facts.unit.noun, facts.unit.short(seen.amount), f"{count(seen.orders)} orders{since}"
    )


def _churn(facts: Facts) -> list[Tile | None]:
    seen, worth = facts.overview, facts.customer_value_unit
    if facts.churn is None or not seen.scored:
        return []
    leavers = Tile(
        "Expected to churn",
        count(seen.expected_leavers),
        f"{percent(seen.mean_probability)} of the {count(seen.scored)} eligible",
    )
    if seen.worth_contacting is None and not facts.segments:
        return [leavers, _high(facts), _test(facts)]
    at_risk = Tile(
        "Value at risk",
        worth.short(seen.value_at_risk),
        f"of {worth.short(seen.total_value)}: probability × customer value",
    )
    pays = None
    if seen.worth_contacting is not None:
        share = percent(seen.worth_contacting / seen.scored)
        pays = Tile(
            "Contacting pays off", count(seen.worth_contacting), f"{share} at the stated costs"
        )
    return [leavers, at_risk, pays, _high(facts), _test(facts)]


def _high(facts: Facts) -> Tile:
    seen = facts.overview
    share = percent(seen.high_risk / seen.scored)
    return Tile("High risk", count(seen.high_risk), f"{share} have 70 of 100 or more")


def _test(facts: Facts) -> Tile | None:
    line = facts.churn.shipping if facts.churn else None
    if line is None or line["roc_auc"].value is None:
        return None
    right = round(100 * line["roc_auc"].value)
    return Tile("Ranked rightly", f"{right} of 100", "pairs of one who left and one who stayed")


def _others(facts: Facts) -> list[Tile | None]:
    """Where churn says nothing: what the other rooms know."""
    seen = facts.overview
    read = sum(one.read for one in facts.reconciliation)
    kept = sum(one.kept for one in facts.reconciliation)
    best = max(facts.segments, key=lambda one: one.amount_share or 0.0, default=None)
    return [
        Tile("An order brings", facts.unit.whole(seen.amount_per_order), "on average")
        if seen.amount_per_order
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
