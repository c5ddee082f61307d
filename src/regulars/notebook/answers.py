"""Answers of a release as objects that show themselves: overview, churn, value, one customer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from regulars.notebook.showing import Grid, Part, Shown, Title, facts_grid

if TYPE_CHECKING:
    from regulars.insights.churn_evaluation import ChurnScoreboard, ScoreLine
    from regulars.insights.customer_profiles import Customer
    from regulars.insights.release_reading import Reading


class Overview(Shown):
    """The figures of a first page; `facts` has them all, typed."""

    def __init__(self, reading: Reading) -> None:
        from regulars.insights.business_overview import overview

        self._reading = reading
        self.facts = overview(reading)

    def lines(self) -> Iterator[Part]:
        """The figures, and what must be read beside them."""
        from regulars.insights.amounts import customer_value_unit, unit_of
        from regulars.insights.cautions import caution_sentences
        from regulars.insights.delivered_files import synthetic_warning
        from regulars.insights.not_yet_computed import not_yet_warning
        from regulars.insights.value_words import value_note

        facts, unit = self.facts, customer_value_unit(self._reading)
        yield from filter(None, (synthetic_warning(self._reading), not_yet_warning(self._reading)))
        yield facts_grid(
            {
                "customers": facts.customers,
                "orders": facts.orders or None,
                "sales": unit_of(self._reading).short(facts.amount) if facts.orders else None,
                "scored": facts.scored or None,
                "expected to churn": facts.expected_leavers,
                "at high risk": facts.high_risk,
                "value at risk": None
                if facts.value_at_risk is None
                else unit.short(facts.value_at_risk),
            }
        )
        yield facts.population_words
        yield from caution_sentences(self._reading)
        yield from filter(None, (value_note(self._reading),))

    def _parts(self) -> Iterator[Part]:
        yield Title(f"{self.facts.project} as of {self.facts.as_of}")
        yield from self.lines()


class Churn(Shown):
    """The churn definition, and the test of the score beside its baselines.

    `scoreboard` has every figure, typed; None where nobody is scored.
    """

    def __init__(self, reading: Reading) -> None:
        from regulars.insights.churn_evaluation import churn_scoreboard

        self._reading = reading
        self.scoreboard: ChurnScoreboard | None = churn_scoreboard(reading)

    def _parts(self) -> Iterator[Part]:
        from regulars.insights.cautions import caution_sentences
        from regulars.insights.churn_drivers import drivers
        from regulars.insights.churn_evaluation import why_no_churn

        board = self.scoreboard
        if board is None:
            yield why_no_churn(self._reading)
            return
        yield Title(board.label)
        yield from caution_sentences(self._reading)
        yield board.verdict
        yield board.how_tested
        yield scores_grid(board.lines)
        yield Grid(
            ("driver", "share of what moves scores"),
            [(driver.words[0], driver.share) for driver in drivers(self._reading)[:8]],
        )


class Value(Shown):
    """How customer values were predicted and tested; `facts` has every figure, typed."""

    def __init__(self, reading: Reading) -> None:
        from regulars.insights.customer_values import value_summary

        self._reading = reading
        self.facts = value_summary(reading, limit=10)

    def _parts(self) -> Iterator[Part]:
        from regulars.insights.amounts import Unit

        facts = self.facts
        if facts.why_none:
            yield facts.why_none
            return
        unit = Unit(facts.unit, is_money=facts.unit == self._reading.project.currency)
        yield Title(f"{facts.count:,} customers: {unit.short(facts.total)} in {facts.horizon}")
        yield facts_grid({"predicted from": facts.method or None})
        yield facts.tested


class CustomerExplanation(Shown):
    """Why one customer has this score; `facts` has everything, typed."""

    def __init__(self, reading: Reading, customer_id: str, *, show_personal: bool) -> None:
        from regulars.insights.score_explanation import explain

        self._reading = reading
        self.facts = explain(reading, str(customer_id), show_personal=show_personal)

    @property
    def customer(self) -> Customer:
        """The customer's profile."""
        return self.facts.customer

    def _parts(self) -> Iterator[Part]:
        customer = self.customer
        yield Title(f"Customer {customer.customer_id}")
        yield facts_grid(self._profile(customer))
        if customer.churn_probability is not None and customer.reasons:
            yield Grid(
                ("reason", "value", "usual", "points of 100"),
                [
                    (reason.words, reason.value, reason.ordinary, round(reason.points))
                    for reason in customer.reasons
                ],
            )
        sure = self.facts.sure
        if sure is not None:
            yield (
                f"Of {sure.n:,} tested customers with a similar score {sure.observed:.0%} churned, "
                f"{sure.predicted:.0%} were predicted to."
            )
        if self.facts.comparisons:
            yield Grid(
                ("compared with scored customers", "this customer", "median"),
                [(each.words, each.value, each.median) for each in self.facts.comparisons],
            )

    def _profile(self, customer: Customer) -> dict[str, Any]:
        from regulars.insights.amounts import customer_value_unit, unit_of
        from regulars.insights.not_yet_computed import why_not_scored

        unit, values = unit_of(self._reading), customer_value_unit(self._reading)
        risk = why_not_scored(self._reading, has_left=customer.has_left)
        if customer.risk_score is not None:
            risk = f"{customer.risk_score:.0f} of 100, {customer.risk_category}"
        return {
            **customer.attributes,
            "joined": customer.joined_at,
            "left": customer.left_at,
            "segment": customer.segment,
            "risk": risk,
            "past value": _amount(customer.past_value, unit),
            "value if stays": _amount(customer.value_if_stays, values),
            "value at risk": _amount(customer.value_at_risk, values),
            "contacting pays off": customer.worth_contacting,
        }


def scores_grid(lines: tuple[ScoreLine, ...]) -> Grid:
    """Models beside each other on the test rows, the ROC AUC with its interval."""
    return Grid(
        ("model", "", "customers", "ROC AUC", "95 % interval", "log loss", "calibration error"),
        [
            (
                line.words,
                line.kind,
                line.n,
                line["roc_auc"].value,
                interval_text(line["roc_auc"].low, line["roc_auc"].high),
                line["log_loss"].value,
                line["calibration_error"].value,
            )
            for line in lines
        ],
    )


def interval_text(low: float | None, high: float | None) -> str | None:
    """`0.812 to 0.834`; None where there is none."""
    return None if low is None or high is None else f"{low:.3f} to {high:.3f}"


def _amount(amount: float | None, unit: Any) -> str | None:
    return None if amount is None else unit.whole(amount)
