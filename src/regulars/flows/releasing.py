"""What a release says of its churn score: report, figures, card, honest scores, life cycle."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from regulars.flows.context import RunContext
from regulars.ml.registry import EstimatorRecord, Index

_FILES = ("metrics.json", "predictions.parquet", "card.md", "card.html")
SHOWN_RUNS = 20


def write_churn_files(context: RunContext, champion: EstimatorRecord, folder: Path) -> None:
    """Write churn.json, and copy the champion's files, into the folder of a release."""
    source = context.estimators.folder(champion.estimator_id)
    for name in _FILES:
        shutil.copyfile(source / name, folder / name)
    write_json(folder / "model_run_metadata.json", champion.to_json())
    write_json(folder / "churn.json", churn_report(context, champion))


def churn_report(context: RunContext, champion: EstimatorRecord) -> dict[str, Any]:
    """The report of the champion's training, and what has become of it since.

    `money` is about the customers scored now; `money_tested` about those of the test.
    """
    registry = context.estimators
    report = registry.report_of(champion.estimator_id)
    scoring = registry.note("scoring") or {}
    current = scoring.get("estimator_id") == champion.estimator_id
    return {
        **report,
        "estimator": champion.to_json(),
        "money": scoring.get("money") if current else report.get("money"),
        "money_tested": report.get("money"),
        "drift": scoring.get("drift") if current else None,
        "realised": registry.note("realised") or [],
        "history": runs_of(registry.index),
    }


def runs_of(index: Index) -> list[dict[str, Any]]:
    """The newest estimators first, each with its status, figures and gates."""
    return [
        {
            "estimator_id": one.estimator_id,
            "status": one.status,
            "because": one.because,
            "trained_at": one.trained_at,
            "as_of": one.as_of,
            "recipe": one.recipe,
            "shipped": one.shipped,
            "metrics": {name: found.get("value") for name, found in one.metrics.items()},
            "gates": list(one.gates),
            "files": one.kept,
        }
        for one in reversed(index.estimators[-SHOWN_RUNS:])
    ]


def write_json(path: Path, content: Any) -> None:
    """Write plain JSON, keys in order; dates as text."""
    path.write_text(json.dumps(content, indent=2, sort_keys=True, default=str), "utf-8")
