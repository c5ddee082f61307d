"""Which kind of churn and which horizon fit, by what the tables say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from regulars.features.churn_advice import (
    AdviceQuestion,
    ChurnEvidence,
    advise_churn,
    choose_horizon,
    kind_fits,
)
from regulars.features.churn_definition import ChurnDefinition
from regulars.release.advice_report import AutomatedPurchases, HorizonFacts, PurchaseGaps


def facts(horizon: int, churn_share: float | None) -> HorizonFacts:
    return HorizonFacts(
        horizon=horizon,
        cutoff="2024-01-01",
        customers=100,
        churn_share=churn_share,
        came_back_share=0.1,
        noticed_after_days=120.0,
    )


HORIZONS = (facts(30, 0.95), facts(60, 0.6), facts(90, 0.4), facts(180, 0.01))
GAPS = PurchaseGaps(gaps=500, median=20.0, percentile_80=70.0, percentile_90=100.0)
SHOP = ChurnEvidence(0, 0, horizons=HORIZONS, gaps=GAPS)
QUESTION = AdviceQuestion(
    grain="day", has_transactions=True, has_leaving_dates=False, has_labels=False
)


def automated(customers: int) -> AutomatedPurchases:
    return AutomatedPurchases(
        customers=customers, of_customers=100, amount_share=0.5, share=customers / 100
    )


def order(evidence: ChurnEvidence) -> list[tuple[str, bool]]:
    return [(fit.kind, fit.fits) for fit in kind_fits(evidence)]


def test_dates_of_leaving_come_before_labels_and_these_before_silence() -> None:
    kinds = ["contractual", "labelled", "silence", "decline"]
    assert order(SHOP) == [
        ("contractual", False), ("labelled", False), ("silence", True), ("decline", True),
    ]  # fmt: skip
    everything = replace(SHOP, customers_who_left=3, customers_with_label=5)
    assert order(everything) == [(kind, True) for kind in kinds]


@pytest.mark.parametrize(("customers", "first"), [(29, "silence"), (30, "decline")])
def test_from_30_percent_standing_orders_on_decline_fits_and_silence_does_not(
    customers: int, first: str
) -> None:
    fits = order(replace(SHOP, automated=automated(customers)))[2:]
    assert fits[0] == (first, True)
    assert dict(fits)["silence"] is (first == "silence")


def test_without_a_horizon_that_closed_no_purchases_fit() -> None:
    young = ChurnEvidence(0, 0, horizons=(HorizonFacts(horizon=30, is_closed=False),))
    assert [fits for _, fits in order(young)] == [False] * 4
    advice = advise_churn(QUESTION, young, as_of=date(2024, 6, 22))
    assert (advice.kind, advice.horizon) == (None, None)


def test_the_horizon_lies_next_to_the_middle_of_the_80th_and_90th_percentile() -> None:
    chosen = choose_horizon("silence", SHOP, grain="day")
    assert chosen is not None
    assert chosen.horizon == 90
    advice = advise_churn(QUESTION, SHOP, as_of=date(2024, 6, 22))
    assert (advice.kind, advice.horizon, advice.as_of) == ("silence", 90, "2024-06-22")


def test_a_horizon_by_which_nearly_all_or_none_churn_is_not_chosen() -> None:
    for share, is_possible in ((0.019, False), (0.02, True), (0.9, True), (0.91, False)):
        evidence = replace(SHOP, horizons=(facts(90, share),))
        assert (choose_horizon("silence", evidence, grain="day") is not None) == is_possible


def test_months_are_compared_with_gaps_by_their_mean_length() -> None:
    gaps = PurchaseGaps(gaps=9, median=1, percentile_80=75.0, percentile_90=76.0)
    evidence = replace(SHOP, horizons=(facts(2, 0.5), facts(3, 0.5)), gaps=gaps)
    chosen = choose_horizon("decline", evidence, grain="month")
    assert chosen is not None
    assert chosen.horizon == 2  # 60.9 days; three months are 91.3


@pytest.mark.parametrize("kind", ["contractual", "labelled", None])
def test_a_known_end_needs_no_horizon_from_pauses(kind: str | None) -> None:
    assert choose_horizon(kind, SHOP, grain="day") is None


def test_customers_are_looked_at_within_the_activity_window_in_use_or_a_year() -> None:
    assert QUESTION.activity_window == 365
    in_use = ChurnDefinition("silence", horizon=90, activity_window=180)
    assert replace(QUESTION, in_use=in_use).activity_window == 180
    assert replace(QUESTION, grain="week").activity_window == 52


def why(evidence: ChurnEvidence) -> dict[str, str]:
    return {fit.kind: fit.because for fit in kind_fits(evidence)}


def test_silence_is_never_the_only_sign_beside_a_better_one() -> None:
    only = "only a silence shows"
    assert only in why(SHOP)["silence"]
    for better in (
        replace(SHOP, customers_who_left=3),
        replace(SHOP, customers_with_label=5),
        replace(SHOP, automated=automated(30)),
    ):
        assert only not in why(better)["silence"]
    assert "30 % of regular customers" in why(replace(SHOP, automated=automated(30)))["silence"]


def test_labels_that_all_say_the_same_do_not_fit() -> None:
    same = replace(SHOP, customers_with_label=5, label_outcomes=1)
    assert ("labelled", False) in order(same)
    assert advise_churn(QUESTION, same, as_of=date(2024, 6, 22)).kind == "silence"


def test_a_horizon_is_recommended_only_where_one_fits() -> None:
    all_leave = replace(SHOP, horizons=(facts(30, 0.99), facts(90, 0.95)))
    advice = advise_churn(QUESTION, all_leave, as_of=date(2024, 6, 22))
    assert (advice.kind, advice.horizon, advice.cost) == ("silence", None, "")
    assert "with a horizon of" not in advice.recommendation
    assert "more than 90 %" in advice.recommendation


def test_no_history_is_neither_silence_nor_decline() -> None:
    young = ChurnEvidence(0, 0, horizons=(HorizonFacts(horizon=30, is_closed=False),))
    assert "no history" in why(young)["silence"]
    assert "no history" in why(young)["decline"]


def test_what_came_back_is_said_for_the_time_in_which_it_was_counted() -> None:
    cost = advise_churn(QUESTION, SHOP, as_of=date(2024, 6, 22)).cost
    assert "After 90 days of silence 40 % count as churned, and 10 % of them came back" in cost
    assert "within 90 days more" in cost
