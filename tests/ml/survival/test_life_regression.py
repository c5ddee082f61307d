from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.errors import LeakageError, MissingExtra, NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.spans import Span
from regulars.ml.survival.concordance import concordance
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.life_regression import CoxLife, LifeRegression, WeibullLife

Lives = tuple[Frame, Durations]
BOTH = pytest.mark.parametrize("kind", [CoxLife, WeibullLife])


@pytest.fixture(autouse=True)
def _needs_lifelines() -> None:
    pytest.importorskip("lifelines", reason="the extra 'survival' (lifelines) is not installed")


@BOTH
def test_remaining_life_is_that_of_the_hazards_the_subscribers_have(
    kind: type[LifeRegression], subscribers: Lives
) -> None:
    frame, durations = subscribers
    estimator = kind().fit(frame, durations)
    monthly = np.array(frame.inputs["plan"].to_pylist()) == "monthly"
    price = frame.inputs["price"].to_numpy()
    hazard = 0.04 * np.where(monthly, 3.0, 1.0) * np.exp(0.5 * (price - 50) / 10)
    for age in (0.0, 6.0, 40.0):  # a constant hazard forgets the age, also beyond the records
        found = estimator.remaining_life(frame, age, horizon=Span(12, "month"))
        truth = (1 - np.exp(-12 * hazard)) / hazard
        assert np.abs(found - truth).mean() < 0.35
        assert estimator.given(frame, age, 12.0) == pytest.approx(np.exp(-12 * hazard), abs=0.15)


def test_the_cox_curve_is_that_of_lifelines(subscribers: Lives) -> None:
    import lifelines
    import pandas as pd  # noqa: TID251  # what lifelines reads

    frame, durations = subscribers
    cox = CoxLife().fit(frame, durations)
    rows = pd.DataFrame(cox._encoder().transform(frame))
    theirs = lifelines.CoxPHFitter(penalizer=cox.penalty).fit(
        rows.assign(age=durations.age, ended=durations.ended), "age", "ended"
    )
    curve = theirs.predict_survival_function(rows.iloc[:5], times=[3.0, 11.5]).to_numpy()
    few = frame.take(np.arange(5))
    assert np.stack([cox.given(few, 0.0, t) for t in (3.0, 11.5)]) == pytest.approx(curve, abs=1e-3)


@BOTH
def test_late_entry_is_accepted(kind: type[LifeRegression], subscribers: Lives) -> None:
    frame, durations = subscribers
    late = Durations.of(
        durations.age, durations.ended, entered=np.minimum(3.0, durations.age / 2), unit="month"
    )
    assert kind().fit(frame, late).concordance_ == pytest.approx(0.68, abs=0.05)


@pytest.mark.parametrize(("kind", "folds"), [(CoxLife, 5), (WeibullLife, 1)])
def test_telco_without_total_charges_is_ordered_as_well_as_known(
    kind: type[LifeRegression], folds: int, telco: Lives
) -> None:
    frame, durations = telco
    frame = frame.select([name for name in frame.inputs.column_names if name != "TotalCharges"])
    fold = np.random.default_rng(0).permutation(len(frame)) % 5
    agreement = [
        concordance(
            durations.take(fold == held),
            kind()
            .fit(frame.take(fold != held), durations.take(fold != held))
            .risk(frame.take(fold == held)),
        )
        for held in range(folds)
    ]
    assert 0.86 <= np.mean(agreement) <= 0.88


@BOTH
def test_total_charges_is_refused_by_name(kind: type[LifeRegression], telco: Lives) -> None:
    with pytest.raises(LeakageError, match="TotalCharges: it is a product of the duration and M"):
        kind().fit(*telco)


def test_an_input_that_orders_lives_too_well_is_named(subscribers: Lives) -> None:
    frame, durations = subscribers
    band = np.floor(durations.age).astype(int).astype(str)
    kinds = {**frame.kinds, "stage": "category"}
    inputs = frame.inputs.append_column("stage", pa.array(band))
    with pytest.raises(LeakageError, match="stage may know the duration"):
        CoxLife().fit(replace(frame, inputs=inputs, kinds=kinds), durations)


def test_an_accepted_disguise_is_let_through(telco: Lives) -> None:
    cox = CoxLife(accepted=["TotalCharges"]).fit(*telco)
    assert cox.concordance_ is not None
    assert cox.concordance_ > 0.92


def test_an_unfitted_estimator_says_so(subscribers: Lives) -> None:
    with pytest.raises(NotEnoughData, match="not fitted"):
        CoxLife().risk(subscribers[0])


def test_without_lifelines_the_extra_is_named(
    subscribers: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lifelines", None)
    with pytest.raises(MissingExtra, match=r"regulars\[survival\]"):
        CoxLife().fit(*subscribers)
