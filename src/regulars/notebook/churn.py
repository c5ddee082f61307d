"""`regulars.churn`: test an estimator of your own, and estimators for scikit-learn."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from regulars.core.calendar import Grain
from regulars.core.errors import DataError
from regulars.flows.clock import now
from regulars.notebook.estimators import Classifier, OwnEstimator, check_rival, takes_columns
from regulars.notebook.evaluations import Evaluation
from regulars.notebook.frames import FrameKind, arrow_of, frame_kind
from regulars.notebook.own_frames import OwnFrame, check_column, outcomes_of, own_frame

if TYPE_CHECKING:
    import pyarrow as pa

    from regulars.core.settings import Project as Settings
    from regulars.ml.churn.problem import ChurnProblem
    from regulars.ml.splits import TrainingCutoff

__all__ = ["Classifier", "Evaluation", "estimators", "evaluate"]


def estimators() -> tuple[str, ...]:
    """Names for `Classifier`; those of further libraries need them installed."""
    from regulars.ml.churn.candidates import STANDALONE

    return tuple(STANDALONE)


def evaluate(
    frame: Any,
    *,
    estimator: Any,
    customer_id: str | None = None,
    target: str | None = None,
    positive: object = None,
    as_of: str | None = None,
    horizon: int | None = None,
    recency: str | None = None,
    tenure: str | None = None,
    occurred_at: str | None = None,
    amount: str | None = None,
    grain: Grain = "day",
    encode: bool | None = None,
    name: str | None = None,
) -> Evaluation:
    """Test an estimator on rows that it never saw, beside the score of Regulars and baselines.

    Rows of customers: `target` names the outcome (`positive` is the value of who churned), `as_of`
    the day of each row, where customers have several, with the `horizon` in days after which the
    outcome was known. `recency` and `tenure` name the columns that make the baselines.
    Transactions: `occurred_at` and `amount`; churn is to buy nothing for `horizon` periods.

    `encode` gives the estimator numbers (categories one-hot, missing values NaN); by default all
    but pipelines. Raises DataError for what cannot be read, NotEnoughData for too few outcomes.
    """
    check_rival(estimator)
    table, kind = arrow_of(frame), frame_kind(frame)
    called = name or type(estimator).__name__
    if occurred_at is not None:
        columns = {"customer_id": customer_id, "occurred_at": occurred_at, "amount": amount}
        return _on_transactions(
            table, columns, estimator, kind=kind, grain=grain, horizon=horizon, encode=encode,
            name=called,
        )  # fmt: skip
    if target is None:
        raise DataError(
            "which column is the outcome?",
            hint="target=... of rows of customers; occurred_at=... and amount=... of transactions.",
        )
    check_column(target, table)
    own = own_frame(
        table,
        kind=kind,
        customer_id=customer_id,
        as_of=as_of,
        churned=outcomes_of(table[target], positive=positive),
        target=target,
    )
    problem = _problem(own, target=target, horizon=horizon, recency=recency, tenure=tenure)
    return _on_rows(
        own, problem, estimator, horizon=horizon, as_of=as_of, encode=encode, name=called
    )


def evaluate_project(settings: Settings, estimator: Any, *, name: str | None) -> Evaluation:
    """Test an estimator on the features and outcomes of a project."""
    from regulars.core.progress import Silent
    from regulars.flows.own_estimators import evaluate_on_project

    check_rival(estimator)
    rival = _of_features(estimator, kind=_installed_kind(), encode=None)
    called = name or type(estimator).__name__
    return Evaluation(
        evaluate_on_project(settings, rival, name=called, progress=Silent(), clock=now)
    )


def _on_rows(
    own: OwnFrame,
    problem: ChurnProblem,
    estimator: Any,
    *,
    horizon: int | None,
    as_of: str | None,
    encode: bool | None,
    name: str,
) -> Evaluation:
    from regulars.ml.churn.rivals import evaluate_rival

    encoded = not takes_columns(estimator) if encode is None else encode
    rival = OwnEstimator(estimator, own.inputs_of, own.kind, encoded)
    cutoffs = _windows(own, horizon or 0) if as_of is not None else []
    tested = evaluate_rival(
        problem, own.frame, rival, cutoffs=cutoffs, name=name, report=lambda words: None
    )
    return Evaluation(tested, left_out=own.left_out)


def _on_transactions(
    table: pa.Table,
    columns: dict[str, str | None],
    estimator: Any,
    *,
    kind: FrameKind,
    grain: Grain,
    horizon: int | None,
    encode: bool | None,
    name: str,
) -> Evaluation:
    from regulars.core.progress import Silent
    from regulars.flows.own_estimators import OwnTransactions, evaluate_on_transactions

    check_transactions(columns)
    own = OwnTransactions(table, columns, grain=grain, horizon=horizon or 90)
    rival = _of_features(estimator, kind=kind, encode=encode)
    return Evaluation(evaluate_on_transactions(own, rival, name=name, progress=Silent(), clock=now))


def check_transactions(columns: dict[str, str | None]) -> None:
    """Raise DataError unless each column of a transaction is named."""
    for meaning, column in columns.items():
        if column is None:
            raise DataError(f"transactions need {meaning}=..., the name of a column")


def _of_features(estimator: Any, *, kind: FrameKind, encode: bool | None) -> OwnEstimator:
    encoded = not takes_columns(estimator) if encode is None else encode
    return OwnEstimator(estimator, lambda frame: frame.inputs, kind, encoded)


def _installed_kind() -> FrameKind:
    return "pandas" if find_spec("pandas") else "arrow"


def _problem(
    own: OwnFrame,
    *,
    target: str,
    horizon: int | None,
    recency: str | None,
    tenure: str | None,
) -> ChurnProblem:
    from regulars.features.churn_definition import ChurnDefinition
    from regulars.ml.churn.problem import ChurnProblem

    for input_name in filter(None, (recency, tenure)):
        check_column(input_name, own.frame.inputs)
    definition = ChurnDefinition("labelled")
    if horizon is not None:
        # what a contract's age says is a baseline of contracts alone
        definition = ChurnDefinition("contractual" if tenure else "silence", horizon=horizon)
    return ChurnProblem(
        definition=definition,
        recency_input=recency,
        tenure_input=tenure,
        outcome_names=(target,),
    )


def _windows(own: OwnFrame, horizon: int) -> list[TrainingCutoff]:
    import numpy as np

    from regulars.ml.splits import TrainingCutoff

    if horizon < 1:
        raise DataError(
            "horizon=... is needed beside as_of: the number of days after which an outcome was "
            "known"
        )
    days = [day.astype("datetime64[us]").item() for day in np.unique(own.frame.as_of)]
    return [TrainingCutoff(day, day, day + timedelta(days=horizon)) for day in days]
