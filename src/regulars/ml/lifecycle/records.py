"""The record of a fitted estimator, its files, and the table of all of them."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from regulars.features.churn_definition import definition_sentence
from regulars.features.frames import Frame
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training_report import training_report
from regulars.ml.estimator_index import EstimatorRecord, Index
from regulars.ml.lifecycle.cards import html_card, markdown_card
from regulars.ml.lifecycle.drift import population_of
from regulars.ml.lifecycle.gates import rejections, shipping_row
from regulars.ml.registry import Registry
from regulars.release.churn_report import EstimatorRun, TrainingSummary
from regulars.release.evaluation_facts import CheckedRule, JudgedGate
from regulars.release.release_files import as_text
from regulars.warehouse.protocol import Warehouse

MODEL_RUNS = pa.schema(
    [
        ("estimator_id", pa.string()),
        ("run_id", pa.string()),
        ("status", pa.string()),
        ("because", pa.string()),
        ("trained_at", pa.string()),
        ("as_of", pa.string()),
        ("kind", pa.string()),
        ("label", pa.string()),
        ("recipe", pa.string()),
        ("shipped", pa.string()),
        ("rows", pa.int64()),
        ("churned", pa.int64()),
        ("inputs", pa.int64()),
        ("data_fingerprint", pa.string()),
        ("code_fingerprint", pa.string()),
        ("code_version", pa.string()),
        ("roc_auc", pa.float64()),
        ("pr_auc", pa.float64()),
        ("lift_at_10", pa.float64()),
        ("log_loss", pa.float64()),
        ("brier", pa.float64()),
        ("calibration_error", pa.float64()),
        ("accuracy", pa.float64()),
        ("f1", pa.float64()),
        ("precision", pa.float64()),
        ("recall", pa.float64()),
        ("verdict", pa.string()),
    ]
)
COMPARED_ROWS = 50_000
SHOWN_TRAININGS = 20


@dataclass(frozen=True)
class Origin:
    """What an estimator was made from and when; fingerprints digest data, code and settings."""

    run_id: str
    trained_at: str
    as_of: str
    code_version: str
    code_fingerprint: str
    data_fingerprint: str
    made_from: str
    settings: dict[str, Any]


def data_fingerprint(frame: Frame) -> str:
    """A digest of keys, inputs and outcomes, whatever the order of the rows."""
    ordered = frame.sorted()
    digest = hashlib.sha256()
    for table in (ordered.keys, ordered.inputs):
        for name in table.column_names:
            digest.update(name.encode())
            _digest(table[name], digest)
    if ordered.churned is not None:
        digest.update(np.ascontiguousarray(ordered.churned).tobytes())
    return digest.hexdigest()[:20]


def record_of(
    estimator_id: str,
    trained: TrainedChurn,
    *,
    frame: Frame,
    origin: Origin,
    checks: Sequence[CheckedRule],
    gates: tuple[JudgedGate, ...],
) -> EstimatorRecord:
    """The record; rejected where a gate was not passed, else a candidate."""
    report = training_report(trained)
    why_not = rejections(gates)
    return EstimatorRecord(
        estimator_id=estimator_id,
        run_id=origin.run_id,
        definition=trained.problem.definition,
        trained_at=origin.trained_at,
        as_of=origin.as_of,
        code_version=origin.code_version,
        made_from=origin.made_from,
        data_fingerprint=origin.data_fingerprint,
        code_fingerprint=origin.code_fingerprint,
        recipe=trained.champion,
        shipped=trained.shipped,
        rows=len(frame),
        churned=int(frame.outcome.sum()),
        verdict=trained.verdict.words,
        settings=origin.settings,
        features=dict(trained.kinds),
        parameters={name: dict(values) for name, values in trained.problem.parameters.items()},
        cutoffs=report.cutoffs,
        metrics={name: each.to_json() for name, each in shipping_row(trained).metrics.items()},
        checks=[check.model_dump() for check in checks],
        gates=[gate.model_dump() for gate in gates],
        status="rejected" if why_not else "candidate",
        because=why_not,
    )


def files_of(
    record: EstimatorRecord, trained: TrainedChurn, *, frame: Frame
) -> dict[str, str | bytes]:
    """The files that people and programs read, by name."""
    report = training_report(trained)
    figures = {name: each.get("value") for name, each in record.metrics.items()}
    return {
        "report.json": as_text(report),
        "metrics.json": _json({**figures, "threshold": trained.threshold, "rows": record.rows}),
        "model_run_metadata.json": as_text(estimator_run(record)),
        "population.json": _json(
            population_of(trained.prepared(_compared(frame, dated=trained.problem.dated)))
        ),
        "card.md": markdown_card(record, report),
        "card.html": html_card(record, report),
        "predictions.parquet": _parquet(trained.tested),
    }


def model_runs(records: Sequence[EstimatorRecord]) -> pa.Table:
    """One row per estimator, oldest first."""
    rows = [
        {
            **{name: getattr(record, name, None) for name in MODEL_RUNS.names},
            "label": definition_sentence(record.definition) if record.definition else None,
            "inputs": len(record.features),
            **{name: record.metric(name) for name in MODEL_RUNS.names if name in record.metrics},
        }
        for record in records
    ]
    return pa.Table.from_pylist(rows, schema=MODEL_RUNS)


def estimator_run(record: EstimatorRecord) -> EstimatorRun:
    """A record as a file of the release."""
    definition = record.definition
    content = record.to_json()
    content["has_files"] = content.pop("kept")
    return EstimatorRun(
        **{
            **content,
            "kind": record.kind,
            "label": "" if definition is None else definition_sentence(definition),
        }
    )


def training_summaries(index: Index) -> tuple[TrainingSummary, ...]:
    """The newest estimators first, each with its status, figures and gates."""
    return tuple(
        TrainingSummary(
            estimator_id=record.estimator_id,
            status=record.status,
            because=record.because,
            trained_at=record.trained_at,
            as_of=record.as_of,
            recipe=record.recipe,
            shipped=record.shipped,
            metrics={name: each.get("value") for name, each in record.metrics.items()},
            gates=tuple(JudgedGate(**gate) for gate in record.gates),
            has_files=record.kept,
        )
        for record in reversed(index.estimators[-SHOWN_TRAININGS:])
    )


def write_model_runs(registry: Registry, warehouse: Warehouse) -> None:
    """One row per estimator that was ever fitted here, into `ml.model_runs`."""
    warehouse.replace_table("ml", "model_runs", model_runs(registry.index.estimators))


def _compared(frame: Frame, *, dated: bool) -> Frame:
    """Customers of each cutoff, at most so many, spread evenly: bins need no more.

    Labels without dates say who has left already. Those are not scored, so their inputs would show
    as drift.
    """
    kept = np.full(len(frame), True) if dated else frame.outcome == 0
    cutoffs = [np.flatnonzero((frame.as_of == day) & kept) for day in np.unique(frame.as_of)]
    return frame.take(
        np.concatenate([rows[:: max(1, len(rows) // COMPARED_ROWS)] for rows in cutoffs])
    )


def _digest(values: pa.ChunkedArray, digest: Any) -> None:
    plain = values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values
    whole = pa.concat_arrays(plain.chunks) if plain.num_chunks else pa.array([], plain.type)
    sink = pa.BufferOutputStream()
    table = pa.table({"values": whole})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    digest.update(sink.getvalue())


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    order = [("churn_probability", "descending"), ("customer_id", "ascending")]
    pq.write_table(table.sort_by(order), sink, compression="zstd")
    return sink.getvalue()


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, sort_keys=True, default=str)
