"""Whether honest data that ranks churners almost perfectly is told from a leak in a few columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.frames import Frame
from regulars.ml.leakage import LeakageWaiver, audit_inputs, judge_estimator
from regulars.ml.leakage.small_groups import explaining_group
from tests.ml.conftest import MakeFrame

ROWS = 2_000
Columns = dict[str, np.ndarray]
Random = np.random.Generator


def drawn(random: Random, odds: np.ndarray) -> np.ndarray:
    return np.asarray((random.random(ROWS) < 1 / (1 + np.exp(-odds))).astype(float))


def usage(random: Random, columns: int) -> Columns:
    return {f"usage_{at}": random.normal(size=ROWS) for at in range(columns)}


def many_moderate(random: Random) -> tuple[Columns, np.ndarray]:
    inputs = usage(random, 8)
    return inputs, drawn(random, 4.0 * np.sum(list(inputs.values()), axis=0) - 1)


def interactions(random: Random) -> tuple[Columns, np.ndarray]:
    inputs = usage(random, 8)
    x = list(inputs.values())
    return inputs, drawn(random, 10 * (x[0] * x[1] + x[2] * x[3]) - 2)


def nearly_certain_rule(random: Random) -> tuple[Columns, np.ndarray]:
    inputs = usage(random, 8)
    low = np.sum([values < -0.2 for values in list(inputs.values())[:5]], axis=0)
    return inputs, np.where(random.random(ROWS) < 0.02, random.random(ROWS) < 0.3, low >= 3) * 1.0


def separable_clusters(random: Random) -> tuple[Columns, np.ndarray]:
    outcome = (random.random(ROWS) < 0.3).astype(float)
    return {name: each + 1.9 * outcome for name, each in usage(random, 10).items()}, outcome


@pytest.mark.parametrize(
    "honest", [many_moderate, interactions, nearly_certain_rule, separable_clusters]
)
def test_honest_data_with_a_high_signal_is_suspected_and_ships(
    honest: Callable[[Random], tuple[Columns, np.ndarray]], make_frame: MakeFrame
) -> None:
    frame = frame_with(make_frame, *honest(np.random.default_rng(1)))
    audit = audit_inputs(frame, lineage={})
    audit = judge_estimator(audit, frame, auc=0.99, suspect_above=0.95)
    audit.enforce()
    assert audit.suspected is not None
    assert audit.suspected.auc_alone == 0.99


def noisy_copy(random: Random, label: np.ndarray) -> Columns:
    return {"leak": np.where(random.random(ROWS) < 0.07, 1 - label, label)}


def late_count(random: Random, label: np.ndarray) -> Columns:
    return {"leak": random.poisson(np.where(label > 0, 0.8, 4.0)).astype(float)}


def noisy_pair(random: Random, label: np.ndarray) -> Columns:
    return {f"leak_{at}": label + random.normal(size=ROWS) * 0.58 for at in range(2)}


def noisy_triple(random: Random, label: np.ndarray) -> Columns:
    return {f"leak_{at}": label + random.normal(size=ROWS) * 0.66 for at in range(3)}


def pair_by_difference(random: Random, label: np.ndarray) -> Columns:
    first = random.normal(size=ROWS) * 10
    return {"leak_0": first, "leak_1": first + np.where(label > 0, -1, 1) * random.random(ROWS)}


def flag_turned_round(random: Random, label: np.ndarray) -> Columns:
    flag = (random.random(ROWS) < 0.5).astype(float)
    return {"leak_0": flag, "leak_1": np.abs(flag - label)}


def split_over_three(random: Random, label: np.ndarray) -> Columns:
    part = random.integers(0, 3, size=ROWS)
    return {f"leak_{at}": label * (part == at) for at in range(3)}


def ordinary(random: Random) -> tuple[Columns, np.ndarray]:
    inputs = usage(random, 6)
    x = list(inputs.values())
    return inputs, drawn(random, 0.6 * (x[0] + x[1] - x[2]) - 1)


@pytest.mark.parametrize(
    "leak",
    [
        noisy_copy,
        late_count,
        noisy_pair,
        noisy_triple,
        pair_by_difference,
        flag_turned_round,
        split_over_three,
    ],
)
def test_a_label_in_one_to_three_columns_stops_and_each_is_named(
    leak: Callable[[Random, np.ndarray], Columns], make_frame: MakeFrame
) -> None:
    random = np.random.default_rng(2)
    inputs, label = ordinary(random)
    planted = leak(random, label)
    frame = frame_with(make_frame, inputs | planted, label)
    audit = audit_inputs(frame, lineage={})
    if not audit.refused:
        audit = judge_estimator(audit, frame, auc=0.96, suspect_above=0.95)
    assert {line.input for line in audit.refused} == set(planted)
    assert audit.suspected is None


def test_what_a_waiver_explains_is_not_suspected_again(make_frame: MakeFrame) -> None:
    random = np.random.default_rng(2)
    inputs, label = ordinary(random)
    frame = frame_with(make_frame, inputs | {"leak": label}, label)
    waiver = LeakageWaiver("leak", "Anna", "known on the day")
    audit = audit_inputs(frame, lineage={}, accept=[waiver])
    judged = judge_estimator(audit, frame, auc=1.0, suspect_above=0.95, accept=[waiver])
    assert judged is audit
    both = frame_with(make_frame, inputs | {"leak": label, "second": label}, label)
    audit = audit_inputs(both, lineage={}, accept=[waiver])
    assert [line.input for line in audit.refused] == ["second"]


def frame_with(make_frame: MakeFrame, inputs: Columns, label: np.ndarray) -> Frame:
    return make_frame({name: ("number", pa.array(each)) for name, each in inputs.items()}, label)


def test_the_order_of_a_few_customers_has_no_explanation_however_often_they_are_seen(
    make_frame,
) -> None:
    random = np.random.default_rng(0)
    for churners, is_explained in ((8, False), (24, True)):
        outcome = np.tile(np.repeat([1.0, 0.0], [churners, 3 * churners]), 13)
        columns = {
            "late": ("number", pa.array(outcome + random.normal(0, 0.1, len(outcome)))),
            "noise": ("number", pa.array(random.normal(size=len(outcome)))),
        }
        customers = [f"c{number}" for number in range(4 * churners)] * 13
        group = explaining_group(make_frame(columns, outcome, customers=customers), ceiling=0.9)
        assert (group is not None) is is_explained
