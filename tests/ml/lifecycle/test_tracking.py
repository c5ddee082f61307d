"""MLflow is told of a training: what was asked, what came of it, and its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.features.churn_definition import ChurnDefinition
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.lifecycle.tracking import EXPERIMENT, track

mlflow = pytest.importorskip("mlflow.tracking", reason="the extra mlflow is not installed")


def test_a_run_holds_parameters_metrics_and_the_card(tmp_path: Path) -> None:
    record = EstimatorRecord(
        *("churn-1", "run-1", ChurnDefinition("silence", horizon=30), "2024-06-01", "2024-06-01"),
        *("0.1", "made"),
        *("data", "code", "blend", "blend", 100, 40, "Beats recency."),
        settings={"churn": {"kind": "silence", "horizon": 30}},
        parameters={"boosted_trees": {"depth": 3}},
        metrics={"roc_auc": {"value": 0.8}, "f1": {"value": None}},
        status="champion",
    )
    run_id = track(record, {"card.md": "# The card"}, folder=tmp_path)
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'mlflow.db'}")
    run = client.get_run(run_id)
    assert client.get_experiment(run.info.experiment_id).name == EXPERIMENT
    assert run.data.metrics == {"roc_auc": 0.8}
    assert run.data.params["churn.horizon"] == "30"
    assert run.data.params["boosted_trees.depth"] == "3"
    assert [one.path for one in client.list_artifacts(run_id)] == ["card.md"]
    assert run.info.status == "FINISHED"
