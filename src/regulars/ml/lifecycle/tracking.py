"""Tell MLflow of a training: parameters, metrics and files. Never needed to train or to score."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regulars.core.errors import MissingExtra
from regulars.ml.estimator_index import EstimatorRecord

EXPERIMENT = "regulars churn"
TRACKING = "MLFLOW_TRACKING_URI"
_TOO_LARGE = {"population.json"}


def track(record: EstimatorRecord, files: Mapping[str, str | bytes], *, folder: Path) -> str:
    """Log one estimator as a run, to MLFLOW_TRACKING_URI or else into `folder`; the run's id.

    Raises MissingExtra where mlflow is not installed.
    """
    client, experiment_id = _client(folder)
    run = client.create_run(experiment_id, run_name=record.estimator_id, tags=_tags(record))
    run_id = str(run.info.run_id)
    for name, value in _parameters(record).items():
        client.log_param(run_id, name, value)
    for name, figure in record.metrics.items():
        if figure.get("value") is not None:
            client.log_metric(run_id, name, figure["value"])
    _log_files(client, run_id, files)
    client.set_terminated(run_id, status="FAILED" if record.status == "rejected" else "FINISHED")
    return run_id


def _client(folder: Path) -> tuple[Any, str]:
    """A client and its experiment; without a server a database and files in the folder."""
    elsewhere = os.environ.get(TRACKING)
    client = _library()(tracking_uri=elsewhere or f"sqlite:///{folder / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is not None:
        return client, str(experiment.experiment_id)
    place = None if elsewhere else (folder / "mlflow").absolute().as_uri()
    return client, str(client.create_experiment(EXPERIMENT, artifact_location=place))


def _tags(record: EstimatorRecord) -> dict[str, str]:
    return {
        "estimator_id": record.estimator_id,
        "status": record.status,
        "because": record.because,
        "verdict": record.verdict,
        "data_fingerprint": record.data_fingerprint,
        "code_version": record.code_version,
    }


def _parameters(record: EstimatorRecord) -> dict[str, str]:
    """What was asked and what came of a search, flat."""
    churn = record.settings.get("churn", {})
    parameters = {f"churn.{name}": json.dumps(value) for name, value in churn.items()}
    for estimator, values in record.parameters.items():
        parameters |= {f"{estimator}.{name}": f"{value:g}" for name, value in values.items()}
    return parameters | {
        "recipe": record.recipe,
        "shipped": record.shipped,
        "rows": f"{record.rows}",
    }


def _log_files(client: Any, run_id: str, files: Mapping[str, str | bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        for name, content in files.items():
            if name not in _TOO_LARGE:
                data = content.encode() if isinstance(content, str) else content
                (Path(place) / name).write_bytes(data)
        client.log_artifacts(run_id, place)


def need_tracker() -> None:
    """Raise MissingExtra before anything is learned, rather than after."""
    _library()


def _library() -> Any:
    for chatty in ("mlflow", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        from mlflow.tracking import MlflowClient
    except ImportError:
        raise MissingExtra("mlflow", extra="mlflow") from None
    return MlflowClient
