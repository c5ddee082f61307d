"""The list of steps: what each needs, what it makes, what would make it stale, and how it runs.

Orchestrators wrap this list; there is no logic anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from regulars.core.errors import SettingsError
from regulars.core.fingerprints import code_fingerprint, fingerprint
from regulars.core.names import nearest
from regulars.core.settings import Project
from regulars.core.step_results import StepResult
from regulars.flows import checking, learning, lessons, publishing, transforming, valuing
from regulars.flows.context import RunContext


def _nothing(_context: RunContext) -> None:
    return None


@dataclass(frozen=True)
class Step:
    """One step. `inputs` are what it reads besides the steps it needs, as JSON-like values.

    A step that `fingerprints_output` tells what it made from what it made before: the steps that
    need it run again only when that differs. `always_run_reason` is set where a step runs every
    time.
    """

    name: str
    meaning: str
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    rooms: tuple[str, ...]
    inputs: Callable[[RunContext], Any]
    run: Callable[[RunContext], StepResult]
    fingerprints_output: bool = False
    always_run_reason: Callable[[RunContext], str | None] = _nothing


STEPS: tuple[Step, ...] = (
    Step(
        "land", "new rows of every source, as delivered", (), ("bronze", "ops.batches"),
        ("ingest", "warehouse"), transforming.deliveries, transforming.land_sources,
        fingerprints_output=True, always_run_reason=transforming.always_run_reason,
    ),
    Step(
        "clean", "typed, cleaned, canonical rows; what cannot be used, with its reason",
        ("land",), ("silver", "gold.dim_customer", "gold.fct_*"),
        ("transform", "ingest", "warehouse", "features/catalogue.yaml"),
        transforming.mapping_settings, transforming.clean,
    ),
    Step(
        "check", "tests of the tables, and whether the data is good enough", ("clean",),
        ("ops.checks", "ops.column_profile", "ops.layer_counts"),
        ("transform", "ingest/quality"), checking.check_settings, checking.check,
    ),
    Step(
        "features", "features and outcomes at every cutoff", ("clean",),
        ("ops.cutoffs", "gold.customer_features", "gold.churn_labels"),
        ("transform", "features"), transforming.feature_settings, transforming.build_features,
    ),
    Step(
        "segment", "RFM scores and named segments", ("features",),
        ("gold.fct_customer_rfm", "gold.customer_segments"),
        ("transform", "segments"), transforming.segment_settings, transforming.segment,
    ),
    Step(
        "train", "the churn estimator, tested later in time", ("features",), ("estimators",),
        ("ml", "features"), lessons.churn_settings, learning.train_churn,
    ),
    Step(
        "value", "what customers are worth, and how long members stay", ("features",),
        ("ml.customer_value", "ml.time_to_churn"),
        ("ml", "features"), valuing.value_inputs, valuing.value_customers_of,
    ),
    Step(
        "score", "a probability, priority and reasons per customer", ("segment", "train", "value"),
        ("ml.churn_predictions", "serving"),
        ("ml", "transform", "features"), learning.value_settings, learning.score_customers,
    ),
    Step(
        "stage", "the release: serving tables as Parquet", ("check", "score"), ("release",),
        ("flows", "warehouse", "release"), publishing.release_settings, publishing.stage,
    ),
    Step(
        "report", "the report of this release", ("stage",), ("report.html",),
        ("serve/reports", "charts", "insights", "release"), _nothing, publishing.write_report,
    ),
    Step(
        "publish", "the pointer to the current release", ("report",), ("releases/CURRENT",),
        (), _nothing, publishing.publish,
    ),
)  # fmt: skip

NAMES = tuple(step.name for step in STEPS)


def chosen_steps(only: list[str] | None, *, resume_from: str | None) -> list[Step]:
    """The steps asked for, in the order of the list. Raises SettingsError for an unknown name."""
    for name in [*(only or []), *([resume_from] if resume_from else [])]:
        if name not in NAMES:
            near = nearest(name, NAMES)
            raise SettingsError(
                f"there is no step '{name}'" + (f"; did you mean '{near}'?" if near else ""),
                hint=f"The steps are: {' > '.join(NAMES)}.",
            )
    first = NAMES.index(resume_from) if resume_from else 0
    return [step for step in STEPS[first:] if not only or step.name in only]


def step_fingerprints(context: RunContext) -> dict[str, str]:
    """What every step would be made from now: inputs, settings, code and as-of date.

    Of a step that tells what it made, that counts, and not what it was made from.
    """
    found: dict[str, str] = {}
    telling = {step.name for step in STEPS if step.fingerprints_output}
    for step in STEPS:
        needs = [found[need] for need in step.needs if need not in telling]
        found[step.name] = fingerprint_of(step, needs, context)
    return found


def fingerprint_of(step: Step, needs: list[str], context: RunContext) -> str:
    """What a step would be made from now, given the fingerprints of the steps it needs."""
    rooms = [code_fingerprint(room) for room in step.rooms]
    return fingerprint(step.name, needs, rooms, step.inputs(context))


def settings_of(project: Project, *names: str) -> dict[str, Any]:
    """These top-level settings as plain values."""
    return project.model_dump(mode="json", include=set(names))
