"""Leaks are refused by name, with a reason; honest inputs pass; a signature is printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.errors import LeakageError
from regulars.features.frames import Frame
from regulars.ml.estimators import RandomForest, RidgeLogistic
from regulars.ml.leakage import (
    LeakageWaiver,
    audit_inputs,
    inputs_that_look_ahead,
    judge_estimator,
    refuse_looking_ahead,
    shuffled_outcomes,
)
from regulars.ml.leakage.statistics import rank_auc, single_aucs
from regulars.ml.leakage.structure import refused_by_name
from regulars.ml.splits import customer_folds


def planted(frame: Frame, name: str, values: pa.Array, kind: str) -> Frame:
    return replace(
        frame,
        inputs=frame.inputs.append_column(name, values),
        kinds={**frame.kinds, name: kind},  # type: ignore[dict-item]
    )


def test_honest_inputs_pass(snapshot: Frame) -> None:
    audit = audit_inputs(snapshot, lineage={"price": ("stg_customers.price",)})
    assert [line.verdict for line in audit.lines] == ["passed"] * 5
    assert audit.lines[1].lineage == ("stg_customers.price",)
    audit.enforce()


@pytest.mark.parametrize(
    "name",
    ["churn_reason", "ChurnFlag", "Exited", "cancellation_month", "left_at", "closed_on", "target"],
)
def test_names_that_tell_the_outcome_are_refused(name: str) -> None:
    assert name in refused_by_name([name])


@pytest.mark.parametrize(
    "name", ["cancelled_orders_90d", "closed_tickets_30d", "days_at_address", "left_reviews"]
)
def test_names_of_ordinary_behaviour_pass(name: str) -> None:
    assert refused_by_name([name]) == {}


def test_the_label_columns_of_the_project_are_refused_whatever_they_are_called() -> None:
    assert "Gone?" in refused_by_name(["Gone?"], outcome_names=["gone"])


@pytest.mark.parametrize(
    ("outcome", "other"), [("退会", "性別"), ("Отток", "Возраст"), ("!", "?"), ("해지", "성별")]
)
def test_names_in_any_script_are_told_apart(outcome: str, other: str) -> None:
    assert set(refused_by_name([outcome, other], outcome_names=[outcome])) == {outcome}


def test_a_status_written_after_the_outcome_is_refused_by_its_values(snapshot: Frame) -> None:
    status = np.where(snapshot.outcome > 0, "inactive", "active")
    audit = audit_inputs(planted(snapshot, "state", pa.array(status), "category"), lineage={})
    with pytest.raises(LeakageError, match="'state' ranks churners with ROC AUC"):
        audit.enforce()


def test_a_date_that_only_churners_have_is_refused(snapshot: Frame) -> None:
    random = np.random.default_rng(0)
    days = pa.array(random.random(1500), mask=snapshot.outcome == 0)
    audit = audit_inputs(planted(snapshot, "days_to_visit", days, "number"), lineage={})
    assert [line.input for line in audit.refused] == ["days_to_visit"]


def test_two_inputs_that_give_the_outcome_away_together_are_both_named(snapshot: Frame) -> None:
    coin = np.random.default_rng(0).random(1500) < 0.5
    churned = snapshot.outcome > 0
    frame = planted(snapshot, "letter", pa.array(churned & coin), "flag")
    frame = planted(frame, "call", pa.array(churned & ~coin), "flag")
    audit = audit_inputs(frame, lineage={})
    assert {line.input for line in audit.refused} == {"letter", "call"}


def test_an_input_made_from_the_label_is_refused_by_lineage(snapshot: Frame) -> None:
    audit = audit_inputs(
        snapshot,
        lineage={"noise": ("stg_labels.churned",)},
        outcome_lineage=["stg_labels.churned"],
    )
    assert [line.input for line in audit.refused] == ["noise"]


def test_a_total_to_date_is_refused_though_it_ranks_nobody_by_itself(snapshot: Frame) -> None:
    random = np.random.default_rng(0)
    before = random.poisson(30, size=1500).astype(float)
    later = np.where(snapshot.outcome > 0, 0, 1 + random.poisson(1, size=1500))
    frame = planted(snapshot, "orders_ever", pa.array(before), "number")
    frame = planted(frame, "orders_on_file", pa.array(before + later), "number")
    lineage = {
        "orders_ever": ("transactions before the cutoff",),
        "orders_on_file": ("customers.orders",),
        "price": ("customers.price",),
    }
    audit = audit_inputs(frame, lineage=lineage)
    (line,) = audit.refused
    assert line.input == "orders_on_file"
    assert "less 'orders_ever' ranks churners" in line.reason
    assert line.auc_alone is not None
    assert line.auc_alone < 0.7


def test_two_churners_of_fifty_are_told_apart_by_luck_and_no_total_is_refused(make_frame) -> None:
    random = np.random.default_rng(2)
    outcome = np.repeat([1.0, 0.0], [2, 48])
    columns = {f"spent_{n}": ("number", pa.array(random.gamma(2, 30, size=50))) for n in range(150)}
    columns["age"] = ("number", pa.array(random.integers(20, 70, size=50).astype(float)))
    lineage = dict.fromkeys(columns, ("transactions before the cutoff",))
    audit = audit_inputs(
        make_frame(columns, outcome), lineage=lineage | {"age": ("customers.age",)}
    )
    assert "age" not in [line.input for line in audit.refused]


def test_luck_in_drawing_a_sample_refuses_no_input(make_frame) -> None:
    random = np.random.default_rng(1)
    outcome = (random.random(60_000) < 0.3).astype(float)
    values = outcome * 2.3 + random.normal(size=60_000)
    frame = make_frame({"x": ("number", pa.array(values))}, outcome)
    assert single_aucs(frame)["x"] == rank_auc(outcome, values) > 0.93


def test_identifiers_give_nothing_away(snapshot: Frame) -> None:
    ids = pa.array([f"c{at}" for at in range(1500)])
    audit = audit_inputs(planted(snapshot, "account", ids, "category"), lineage={})
    assert audit.refused == ()


def test_a_signature_lets_a_column_pass_and_stays_on_the_audit(snapshot: Frame) -> None:
    frame = planted(snapshot, "state", pa.array(snapshot.outcome), "number")
    signed = LeakageWaiver("state", by="Anna", why="known before the cutoff")
    audit = audit_inputs(frame, lineage={}, accept=[signed])
    audit.enforce()
    (line,) = audit.accepted
    assert (line.accepted_by, line.accepted_why) == ("Anna", "known before the cutoff")


def test_an_estimator_too_good_to_be_true_is_suspected_or_waived_under_a_star(
    snapshot: Frame,
) -> None:
    audit = audit_inputs(snapshot, lineage={})
    suspicious = judge_estimator(audit, snapshot, auc=0.97, suspect_above=0.95)
    suspicious.enforce()
    assert suspicious.suspected is not None
    assert suspicious.suspected.auc_alone == 0.97
    waiver = LeakageWaiver("*", "Anna", "simulated")
    waived = judge_estimator(audit, snapshot, auc=0.97, suspect_above=0.95, accept=[waiver])
    assert waived.suspected is None
    assert [line.accepted_by for line in waived.accepted] == ["Anna"]


def test_an_estimator_exactly_at_the_ceiling_is_suspected_one_bit_below_it_is_not(
    snapshot: Frame,
) -> None:
    audit = audit_inputs(snapshot, lineage={})
    assert judge_estimator(audit, snapshot, auc=0.95, suspect_above=0.95).suspected is not None
    below = np.nextafter(0.95, 0)
    assert judge_estimator(audit, snapshot, auc=below, suspect_above=0.95) is audit


def test_an_estimator_that_ranks_nobody_is_suspected_and_stops_nothing(snapshot: Frame) -> None:
    frame = planted(snapshot, "state", pa.array(snapshot.outcome), "number")
    audit = judge_estimator(
        audit_inputs(snapshot, lineage={}), frame, auc=0.97, suspect_above=0.95, ranks=False
    )
    audit.enforce()
    assert audit.suspected is not None


def test_at_a_base_rate_of_one_percent_being_right_is_no_leak(make_frame) -> None:
    outcome = (np.arange(8000) % 100 == 0).astype(float)
    noise = pa.array(np.random.default_rng(0).normal(size=8000))
    assert audit_inputs(make_frame({"x": ("number", noise)}, outcome), lineage={}).refused == ()


def test_an_input_that_changes_when_the_future_is_deleted_is_named(snapshot: Frame) -> None:
    refuse_looking_ahead(snapshot, snapshot)
    shifted = np.nextafter(snapshot.inputs["price"].to_numpy(), np.inf)
    later = replace(snapshot, inputs=snapshot.inputs.set_column(1, "price", pa.array(shifted)))
    assert inputs_that_look_ahead(later, snapshot) == ("price",)
    with pytest.raises(LeakageError, match="'price'"):
        refuse_looking_ahead(later, snapshot)


@pytest.mark.parametrize(
    ("full", "truncated", "changed"),
    [(np.nan, np.nan, ()), (0.0, 0.0, ()), (0.0, -0.0, ("x",)), (1.0, np.nan, ("x",))],
)
def test_inputs_are_compared_bit_by_bit_so_that_nan_is_nan_and_minus_zero_is_not_zero(
    full: float, truncated: float, changed: tuple[str, ...], make_frame
) -> None:
    def built(value: float) -> Frame:
        return make_frame({"x": ("number", pa.array([1.5, value]))}, np.array([0.0, 1.0]))

    assert inputs_that_look_ahead(built(full), built(truncated)) == changed


def test_a_population_that_depends_on_the_future_is_refused(snapshot: Frame) -> None:
    with pytest.raises(LeakageError, match="which customers are scored"):
        refuse_looking_ahead(snapshot, snapshot.take(np.arange(10)))


def honest(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    held = customer_folds(frame, folds=3) == 0
    fitted = RidgeLogistic().fit(frame.take(~held))
    test = frame.take(held)
    return test.outcome, fitted.predict(test)


def cheating(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Doubles the rows before splitting, as resampling before the split does."""
    twice = frame.take(np.tile(np.arange(len(frame)), 2))
    held = np.random.default_rng(0).random(len(twice)) < 0.3
    fitted = RandomForest(trees=30, least_leaf_rows=1).fit(twice.take(~held))
    test = twice.take(held)
    return test.outcome, fitted.predict(test)


def test_shuffled_outcomes_teach_an_honest_pipeline_nothing(snapshot: Frame) -> None:
    canary = shuffled_outcomes(snapshot, honest)
    assert canary.passed
    assert len(canary.aucs) == 5


def test_outcomes_are_shuffled_within_their_date(make_frame) -> None:
    days = [datetime(2024, 1, 1)] * 40 + [datetime(2024, 2, 1)] * 60
    outcome = np.array([1.0] * 30 + [0.0] * 10 + [1.0] * 6 + [0.0] * 54)
    frame = make_frame({"x": ("number", pa.array(np.arange(100.0)))}, outcome, as_of=days)
    shuffles: list[np.ndarray] = []

    def blind(shuffled: Frame) -> tuple[np.ndarray, np.ndarray]:
        shuffles.append(shuffled.outcome)
        return shuffled.outcome, np.full(len(shuffled), 0.5)

    assert shuffled_outcomes(frame, blind, shuffles=3).aucs == (0.5, 0.5, 0.5)
    for shuffled in shuffles:
        assert (shuffled[:40].sum(), shuffled[40:].sum()) == (30, 6)
        assert not np.array_equal(shuffled, outcome)


def test_the_canary_hears_resampling_before_the_split(snapshot: Frame) -> None:
    assert not shuffled_outcomes(snapshot, cheating, shuffles=2).passed
