"""Estimators of one's own under the scoreboard, and estimators of Regulars under scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd  # noqa: TID251  what a notebook has
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import LinearSVC

import regulars
from regulars.notebook.evaluations import Evaluation


class Memory(LogisticRegression):  # type: ignore[misc]
    """Remembers every row that any copy of it was fitted to or asked about."""

    fitted: list[set[str]] = []
    asked: list[set[str]] = []

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Memory:
        Memory.fitted.append(set(X["id_too"]))
        return super().fit(X[["visits"]], y)  # type: ignore[no-any-return]

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        Memory.asked.append(set(X["id_too"]))
        return np.asarray(super().predict_proba(X[["visits"]]))


@pytest.fixture(scope="module")
def result(customers: pd.DataFrame) -> Evaluation:
    """A logistic regression on encoded columns, tested beside the score of Regulars."""
    return regulars.churn.evaluate(
        customers, target="churned", customer_id="customer_id", estimator=LogisticRegression()
    )


def test_the_scoreboard_has_yours_ours_and_the_baselines_with_intervals(result: Evaluation) -> None:
    rows = result.scoreboard.to_arrow().to_pylist()
    assert rows[0]["score"] == "LogisticRegression"
    assert rows[0]["kind"] == "yours"
    assert {"Regulars", "baseline"} <= {row["kind"] for row in rows}
    assert all(row["roc_auc_low"] <= row["roc_auc"] <= row["roc_auc_high"] for row in rows)
    assert 0.6 < rows[0]["roc_auc"] < 0.95
    assert "base rate" in result.verdict
    assert "better" in result.verdict
    assert len(result.held_out) == 400
    assert (
        sum(result.calibration.where(model=result.name).to_arrow()["customers"].to_pylist()) == 400
    )
    assert len(result.leaks) == 0
    assert result.left_out == {
        "since": "it is a moment: turn it into days before the day of the row"
    }
    assert "LogisticRegression: ROC AUC" in repr(result)


def test_a_customer_is_scored_by_what_never_saw_the_customer(customers: pd.DataFrame) -> None:
    Memory.fitted.clear()
    Memory.asked.clear()
    twice = pd.concat([customers, customers]).assign(id_too=lambda rows: rows["customer_id"])
    regulars.churn.evaluate(
        twice, target="churned", customer_id="customer_id", estimator=Memory(), encode=False
    )
    assert len(Memory.fitted) == len(Memory.asked) == 5
    pairs = zip(Memory.fitted, Memory.asked, strict=True)
    assert all(not fitted & asked for fitted, asked in pairs)
    assert set.union(*Memory.asked) == set(customers["customer_id"])


def test_where_rows_have_dates_the_test_is_later_than_what_was_learned(
    customers: pd.DataFrame,
) -> None:
    days = pd.to_datetime(["2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01"])
    months = pd.concat([customers.assign(day=day, month=day.month) for day in days])
    Memory.fitted.clear()
    Memory.asked.clear()
    dated = regulars.churn.evaluate(
        months.assign(id_too=months["month"].astype(str)), target="churned", as_of="day", horizon=40,
        customer_id="customer_id", estimator=Memory(), encode=False, recency="visits",
    )  # fmt: skip
    assert Memory.fitted[0] == {"1", "2"}  # the outcome of March was open when April began
    assert Memory.asked[0] == {"4"}
    assert "Tested once at 2023-04-01" in dated.how_tested
    kinds = {row["kind"] for row in dated.scoreboard.to_arrow().to_pylist()}
    assert "optimistic" in kinds
    assert any(
        "last purchase" in score for score in dated.scoreboard.to_arrow()["score"].to_pylist()
    )


def test_a_column_that_knows_the_outcome_is_named(customers: pd.DataFrame) -> None:
    leaking = customers.assign(cancelled_calls=(customers["churned"] == "yes") * 3.0)
    found = regulars.churn.evaluate(
        leaking, target="churned", customer_id="customer_id", estimator=LogisticRegression()
    )
    assert found.leaks.to_arrow()["input"].to_pylist() == ["'cancelled_calls'"]
    assert "Leak: 'cancelled_calls'" in repr(found)


def test_a_pipeline_gets_the_columns_as_they_are(customers: pd.DataFrame) -> None:
    columns = make_column_transformer((OneHotEncoder(), ["contract"]), remainder="passthrough")
    pipeline = make_pipeline(columns, LogisticRegression())
    tested = regulars.churn.evaluate(
        customers.drop(columns="since"), target="churned", customer_id="customer_id",
        estimator=pipeline, name="mine",
    )  # fmt: skip
    assert tested.scoreboard.to_arrow()["score"][0].as_py() == "mine"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"estimator": LinearSVC()}, "no predict_proba"),
        ({"target": "churn"}, "did you mean 'churned'"),
        ({"target": None}, "which column is the outcome"),
        ({"positive": "perhaps"}, "no row has the outcome 'perhaps'"),
        ({"target": "contract"}, "which outcome is churn"),
        ({"as_of": "since"}, "horizon"),
        ({"occurred_at": "since"}, "transactions need amount"),
    ],
)
def test_what_cannot_be_tested_is_refused(
    customers: pd.DataFrame, change: dict[str, Any], why: str
) -> None:
    usual = {"target": "churned", "customer_id": "customer_id", "estimator": LogisticRegression()}
    with pytest.raises(regulars.Error, match=why):
        regulars.churn.evaluate(customers, **{**usual, **change})


@pytest.mark.parametrize("kind", ["pandas", "arrow", "numpy"])
def test_a_classifier_takes_frames_of_several_libraries(customers: pd.DataFrame, kind: str) -> None:
    plain = customers[["visits", "contract"]]
    X: Any = {
        "pandas": plain,
        "arrow": pa.Table.from_pandas(plain),
        "numpy": plain[["visits"]].to_numpy(),
    }[kind]
    estimator = regulars.churn.Classifier("decision_tree").fit(X, customers["churned"])
    predicted = estimator.predict_proba(X)
    assert predicted.shape == (400, 2)
    assert np.allclose(predicted.sum(axis=1), 1)
    assert set(estimator.predict(X)) <= {"no", "yes"}
    assert estimator.score(X, customers["churned"]) > 0.6
    assert np.allclose(
        estimator.predict_proba(X[:1] if kind != "arrow" else X.slice(0, 1)), predicted[:1]
    )


def test_a_classifier_follows_the_rules_of_scikit_learn(customers: pd.DataFrame) -> None:
    estimator = regulars.churn.Classifier("logistic", seed=3)
    assert estimator.get_params() == {"estimator": "logistic", "parameters": None, "seed": 3}
    assert clone(estimator).set_params(seed=4).seed == 4
    inputs = customers[["visits", "contract"]]
    scores = cross_val_score(estimator, inputs, customers["churned"], scoring="roc_auc", cv=3)
    assert scores.min() > 0.6
    assert not hasattr(estimator, "fitted_")
    with pytest.raises(regulars.Error, match="did you mean 'logistic'"):
        regulars.churn.Classifier("logistics").fit(inputs, customers["churned"])
    with pytest.raises(regulars.Error, match="no parameter 'depth'"):
        clone(estimator).set_params(parameters={"depth": 3}).fit(inputs, customers["churned"])


def test_numbers_that_are_written_as_text_are_numbers_and_words_are_categories() -> None:
    from regulars.notebook.own_frames import own_frame

    table = pa.table({"total": ["1.5", " 2", "", "-3e2"], "plan": ["1st", "2", "3", "x"]})
    frame = own_frame(table, kind="arrow").frame
    assert frame.kinds == {"total": "number", "plan": "category"}
    assert frame.inputs["total"].to_pylist() == [1.5, 2.0, None, -300.0]


@pytest.mark.parametrize(
    ("ids", "plain"),
    [([17850.0, None], ["17850", None]), ([1.5, 2.0], ["1.5", "2"]), ([7, 8], ["7", "8"])],
)
def test_whole_numbers_that_a_gap_made_floats_are_whole_ids(
    ids: list[float], plain: list[str | None]
) -> None:
    from regulars.features.frames import plain_ids

    assert plain_ids(pa.chunked_array([ids])).cast(pa.string()).to_pylist() == plain


def test_rows_without_a_customer_are_refused(customers: pd.DataFrame) -> None:
    gap = customers.assign(customer_id=customers["customer_id"].where(customers["visits"] > 1))
    with pytest.raises(regulars.Error, match="name no customer"):
        regulars.churn.evaluate(
            gap, target="churned", customer_id="customer_id", estimator=LogisticRegression()
        )


@pytest.mark.parametrize(
    ("outcomes", "positive", "churned"),
    [
        (["Yes", "No"], None, [1, 0]),
        ([1, 0], None, [1, 0]),
        ([True, False], 1, [1, 0]),
        (["gone", "here"], "gone", [1, 0]),
        (pd.Categorical(["left", "stays"]), None, [1, 0]),
    ],
)
def test_an_outcome_is_known_by_its_words_or_by_name(
    outcomes: Any, positive: object, churned: list[int]
) -> None:
    from regulars.notebook.own_frames import outcomes_of

    column = pa.Table.from_pandas(pd.DataFrame({"target": outcomes}))["target"]
    assert outcomes_of(column, positive=positive).tolist() == churned


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (["2024-01-05 10:30", "2024-01-06"], ""),
        (["soon", "later"], "holds no days"),
        ([None, "2024-01-05"], "is empty"),
    ],
)
def test_a_row_stands_at_a_day(days: list[str | None], why: str) -> None:
    from regulars.notebook.own_frames import own_frame

    table = pa.table({"day": days, "visits": [1, 2]})
    if not why:
        frame = own_frame(table, kind="arrow", as_of="day").frame
        assert frame.as_of.astype("datetime64[D]").astype(str).tolist() == [
            "2024-01-05",
            "2024-01-06",
        ]
        assert (frame.as_of == frame.as_of.astype("datetime64[D]")).all()
        return
    with pytest.raises(regulars.Error, match=why):
        own_frame(table, kind="arrow", as_of="day")
