"""Training as a whole: honest figures, a verdict, and a score that ships only if it earned it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.errors import LeakageError, NotEnoughData
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.customer_values import CustomerValues
from regulars.features.frames import Frame
from regulars.ml.churn.customer_scores import percentiles, risk_categories, score, worth_contacting
from regulars.ml.churn.money import Money
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.reasons import moves_as_stated
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training import train
from regulars.ml.churn.training_report import training_report
from regulars.ml.leakage import LeakageWaiver
from regulars.ml.splits import TrainingCutoff
from regulars.release.churn_report import TrainingReport
from regulars.release.contact_costs import ContactCosts
from regulars.release.release_files import as_text
from regulars.release.score_cautions import cautions_of

SILENCE = ChurnProblem(
    ChurnDefinition("silence", horizon=60),
    recency_input="recency_days",
    frequency_input="frequency",
    age_input="age_days",
    history_from=date(2023, 1, 1),
    reach={"orders_30d": 30, "orders_60d": 60, "orders_365d": 365},
    money=Money(contact_cost=5, save_rate=0.3, value=100),
    group_of={"orders_30d": "orders", "orders_60d": "orders"},
    actionable=frozenset({"orders"}),
)
LABELLED = ChurnProblem(ChurnDefinition("labelled"))

Shoppers = tuple[Frame, list[TrainingCutoff]]


@pytest.fixture(scope="module")
def silent(shoppers: Shoppers) -> TrainedChurn:
    return train(SILENCE, *shoppers)


@pytest.fixture(scope="module")
def labelled(snapshot: Frame) -> TrainedChurn:
    return train(LABELLED, snapshot)


def test_silence_is_tested_on_the_last_closed_cutoff(
    silent: TrainedChurn, shoppers: Shoppers
) -> None:
    _, cutoffs = shoppers
    assert silent.plan is not None
    assert silent.plan.test == cutoffs[-1]
    assert set(silent.tested["as_of"].to_pylist()) == {cutoffs[-1].as_of}
    assert silent.scoreboard.ours.rows == f"test cutoff {cutoffs[-1].as_of:%Y-%m-%d}"


def test_the_scoreboard_stands_beside_recency_rhythm_base_rate_and_the_random_split(
    silent: TrainedChurn,
) -> None:
    kinds = {row.name: row.kind for row in silent.scoreboard.rows}
    assert kinds["recency"] == kinds["bg_nbd"] == kinds["base_rate"] == "baseline"
    assert kinds["random split"] == "optimistic"
    assert silent.scoreboard.rows[0].kind == "ours"
    slices = {row.name for row in silent.scoreboard.slices}
    assert "customers seen in training" in slices
    assert "little history: bought on one day only" in slices


def test_a_window_longer_than_the_history_takes_no_part(silent: TrainedChurn) -> None:
    used = {name for group in silent.importance for name in group.inputs}
    assert "orders_365d" not in used
    assert "recency_days" in used


def test_what_a_customer_is_worth_counts_even_where_its_window_is_too_long_to_learn_from(
    shoppers: Shoppers,
) -> None:
    frame, cutoffs = shoppers
    trained = train(replace(SILENCE, value_input="orders_365d"), frame, cutoffs[-1:])
    assert trained.money is not None
    everyone = trained.money.curve[-1]
    assert everyone.high > everyone.low


def test_papers_are_plain_json(silent: TrainedChurn, labelled: TrainedChurn) -> None:
    for trained in (silent, labelled):
        report = training_report(trained)
        assert TrainingReport.model_validate_json(as_text(report)) == report
        assert report.verdict == trained.verdict.words
        assert report.scoreboard.rows[0].kind == "champion"
        assert (report.scoreboard.rows[0]["roc_auc"].low or 0) > 0.5


def test_the_score_is_explained_along_the_values_of_its_strongest_inputs(
    labelled: TrainedChurn,
) -> None:
    curves = {one.input: one for one in labelled.dependence}
    assert next(iter(curves)) in {"contract", "price"}
    effects = [point.effect for point in curves["price"].points]
    assert effects[0] < 0 < effects[-1]
    assert {point.level for point in curves["contract"].points} == {"month", "year"}
    assert sum(point.n for point in curves["calls_30d"].points) == 1500
    assert curves["calls_30d"].points[-1].level == "(missing)"


def test_promises_are_held_against_what_was_seen_in_every_segment(labelled: TrainedChurn) -> None:
    found = {(one.by, one.level): one for one in labelled.segments}
    assert set(found) == {("contract", "month"), ("contract", "year")}
    assert sum(one.n for one in labelled.segments) == 1500
    for one in labelled.segments:
        assert one.low <= one.seen <= one.high
        assert one.promised == pytest.approx(one.seen, abs=0.05)


def test_training_twice_gives_the_same_bytes(silent: TrainedChurn, shoppers: Shoppers) -> None:
    frame, cutoffs = shoppers
    shuffled = frame.take(np.random.default_rng(1).permutation(len(frame)))
    again = train(SILENCE, shuffled, cutoffs)
    assert again.predict(frame).tobytes() == silent.predict(frame).tobytes()
    assert training_report(again) == training_report(silent)


def test_snapshots_say_that_no_test_in_time_was_possible(labelled: TrainedChurn) -> None:
    assert "no test in time was possible" in labelled.plan_words
    assert labelled.tested.num_rows == 1500
    assert labelled.shipped == "stack"
    assert labelled.scoreboard.ours["roc_auc"] == pytest.approx(0.76, abs=0.05)


def test_where_there_is_no_signal_everyone_gets_the_base_rate(snapshot: Frame) -> None:
    shuffled = np.random.default_rng(0).permutation(snapshot.outcome)
    trained = train(LABELLED, replace(snapshot, churned=shuffled))
    assert "No usable signal" in trained.verdict.words
    assert not trained.verdict.ships_ranking
    assert np.unique(trained.predict(snapshot)).size == 1


def test_where_only_recency_matters_the_simpler_score_ships(make_frame) -> None:
    random = np.random.default_rng(5)
    days = random.integers(0, 300, size=1200).astype(float)
    outcome = (random.random(1200) < 0.1 + 0.8 * days / 300).astype(float)
    noise = random.normal(size=1200)
    frame = make_frame(
        {"recency_days": ("number", pa.array(days)), "noise": ("number", pa.array(noise))},
        outcome,
    )
    trained = train(replace(LABELLED, recency_input="recency_days"), frame)
    assert "the simpler score ships" in trained.verdict.words
    assert trained.shipped == "recency"
    assert trained.inputs == ("recency_days", "noise")


def test_one_closed_cutoff_falls_back_to_folds_and_says_so(shoppers: Shoppers) -> None:
    frame, cutoffs = shoppers
    trained = train(SILENCE, frame, cutoffs[-1:])
    assert "no test later in time was possible" in trained.plan_words
    assert trained.scoreboard.ours.rows == "all customers, out of fold"


def test_a_planted_leak_stops_training_by_name(snapshot: Frame) -> None:
    leaky = replace(
        snapshot,
        inputs=snapshot.inputs.append_column("churn_reason", pa.array(snapshot.outcome)),
        kinds={**snapshot.kinds, "churn_reason": "number"},
    )
    with pytest.raises(LeakageError, match="'churn_reason'"):
        train(LABELLED, leaky)


def test_a_score_above_its_ceiling_ships_with_a_suspicion_unless_it_is_waived(
    snapshot: Frame,
) -> None:
    low = replace(LABELLED, suspect_above=0.7)
    trained = train(low, snapshot)
    (caution,) = cautions_of(training_report(trained))
    assert (caution.kind, caution.ceiling, caution.ships) == ("suspicion", 0.7, True)
    assert caution.roc_auc == pytest.approx(trained.scoreboard.ours["roc_auc"], abs=1e-6)
    signed = replace(low, accept=(LeakageWaiver("*", "Anna", "a simulation"),))
    assert train(signed, snapshot).audit.accepted[0].accepted_by == "Anna"


def test_too_little_data_says_what_to_do(snapshot: Frame) -> None:
    with pytest.raises(NotEnoughData, match="too little to learn churn from"):
        train(LABELLED, snapshot.take(np.arange(15)))


def test_progress_is_told_in_words(shoppers: Shoppers) -> None:
    told: list[str] = []
    frame, cutoffs = shoppers
    train(SILENCE, frame, cutoffs[-3:], report=told.append)
    assert any("refitting" in words for words in told)


def test_scores_carry_category_percentile_priority_and_reasons(
    silent: TrainedChurn, shoppers: Shoppers
) -> None:
    frame, cutoffs = shoppers
    newest = frame.take(frame.as_of == np.datetime64(cutoffs[-1].as_of))
    value = np.linspace(1, 500, len(newest))
    values = CustomerValues(value, ("predicted",) * len(newest))
    table = score(silent, newest, values=values)
    promised = table["churn_probability"].to_numpy()
    for name in ("priority", "value_at_risk"):
        assert np.array_equal(table[name].to_numpy(), promised * value)
    assert np.array_equal(table["risk_score"].to_numpy(), 100 * promised)
    assert table["worth_contacting"].null_count == 0
    (first, *_) = json.loads(table["reasons"][0].as_py())
    assert set(first) == {
        "group",
        "effect",
        "points",
        "input",
        "value",
        "ordinary",
        "actionable",
    }
    assert table["why"][0].as_py().startswith("Risk ")


def test_without_a_known_value_there_is_no_money_and_priority_is_in_people(
    silent: TrainedChurn, shoppers: Shoppers
) -> None:
    frame, cutoffs = shoppers
    newest = frame.take(frame.as_of == np.datetime64(cutoffs[-1].as_of))
    table = score(silent, newest, costs=ContactCosts(), explained=False)
    for name in ("value_if_stays", "value_basis", "value_at_risk", "worth_contacting"):
        assert table[name].null_count == len(newest)
    assert table["priority"].equals(table["churn_probability"])


def test_scoring_part_of_the_customers_gives_them_the_same_probability(
    silent: TrainedChurn, shoppers: Shoppers
) -> None:
    frame, _ = shoppers
    some = np.arange(0, len(frame), 7)
    assert silent.predict(frame)[some].tobytes() == silent.predict(frame.take(some)).tobytes()


def test_scores_move_as_the_reasons_say(silent: TrainedChurn, shoppers: Shoppers) -> None:
    frame, cutoffs = shoppers
    newest = silent.prepared(frame.take(frame.as_of == np.datetime64(cutoffs[-1].as_of)))
    agrees = moves_as_stated(SILENCE, silent.estimator, newest, background=newest)
    assert agrees.mean() >= 0.95


@pytest.mark.parametrize(("contact_cost", "worth"), [(0.75, True), (1.0, False), (1.25, False)])
def test_a_contact_that_brings_exactly_nothing_is_not_worth_it(
    contact_cost: float, worth: bool
) -> None:
    # Half of a value of 4, saved in half of the cases, at a churn probability of one half: 1.
    money = Money(contact_cost=contact_cost, save_rate=0.5, value=0)
    found = worth_contacting(money, np.array([0.5]), np.array([4.0]))
    assert found.to_pylist() == [worth]


def test_categories_straddle_their_borders() -> None:
    found = risk_categories(np.array([0.39, 0.40, 0.69, 0.70]))
    assert found.to_pylist() == ["Low", "Medium", "Medium", "High"]


def test_percentiles_are_shares_at_or_below() -> None:
    assert percentiles(np.array([0.1, 0.2, 0.2, 0.9])).tolist() == [25, 75, 75, 100]
