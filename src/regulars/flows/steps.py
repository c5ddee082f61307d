"""The list of steps: what each needs, what it makes, what would make it stale, and how it runs.

Orchestrators wrap this list; there is no logic anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from regulars.core.errors import SettingsError
from regulars.core.fingerprints import fingerprint
from regulars.core.names import nearest
from regulars.core.settings.staleness_groups import CLEAN_SETTINGS, settings_in
from regulars.core.settings.staleness_groups import SettingsGroup as Group
from regulars.core.step_results import StepResult
from regulars.flows.context import RunContext
from regulars.flows.step_code import kept_step_code
from regulars.flows.step_inputs import check_inputs, deliveries, remote_sources
from regulars.flows.step_models import CLEANED, FEATURES, SEGMENTS, SERVING


def _function(module: str, name: str) -> Callable[[RunContext], StepResult]:
    """What a step runs; its module is imported when it runs, so that skipping it costs nothing."""

    def run(context: RunContext) -> StepResult:
        result: StepResult = getattr(import_module(run.__module__), name)(context)
        return result

    run.__module__, run.__name__ = f"regulars.flows.{module}", name
    return run


def _no_inputs(_context: RunContext, _fingerprints: Mapping[str, str]) -> None:
    return None


def _asked_as_of(context: RunContext, _fingerprints: Mapping[str, str]) -> Any:
    return context.as_of


def _never(_context: RunContext) -> None:
    return None


@dataclass(frozen=True)
class Step:
    """One step.

    It is stale when one of these changed: a setting in `settings`, its `inputs` besides the steps
    it needs, the code of the module of `run` with all that this imports, the SQL of `models`, or
    a step that it needs. Of a step that `fingerprints_output` only another output counts.
    `always_run_reason` is set where a step must run every time to know whether anything is new.
    A quick run calls `defer` in place of `run`, where a step has one.
    """

    name: str
    meaning: str
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    run: Callable[[RunContext], StepResult]
    settings: tuple[Group, ...] = ()
    models: tuple[str, ...] = ()
    inputs: Callable[[RunContext, Mapping[str, str]], Any] = _no_inputs
    fingerprints_output: bool = False
    always_run_reason: Callable[[RunContext], str | None] = _never
    defer: Callable[[RunContext], StepResult] | None = None


STEPS: tuple[Step, ...] = (
    Step(
        "land", "new rows of every source, as delivered", (), ("bronze", "ops.batches"),
        _function("step_land", "land_sources"), (Group.DELIVERIES, Group.PLACE), inputs=deliveries,
        fingerprints_output=True, always_run_reason=remote_sources,
    ),
    Step(
        "clean", "typed, cleaned, canonical rows; what cannot be used, with its reason",
        ("land",), ("silver", "gold.dim_customer", "gold.fct_*"),
        _function("step_clean", "clean"), CLEAN_SETTINGS, CLEANED,
    ),
    Step(
        "check", "tests of the tables, and whether the data is good enough", ("clean",),
        ("ops.checks", "ops.column_profile", "ops.layer_counts"),
        _function("step_check", "check"), (Group.CHECKS,), CLEANED, check_inputs,
    ),
    Step(
        "features", "features and outcomes at every cutoff", ("clean",),
        ("ops.cutoffs", "gold.customer_features", "gold.churn_labels"),
        _function("step_features", "build_features"),
        (Group.PERIODS, Group.COLUMNS, Group.WINDOWS, Group.AS_OF, Group.OUTCOMES),
        FEATURES, _asked_as_of,
    ),
    Step(
        "segment", "RFM scores and named segments", ("features",),
        ("gold.fct_customer_rfm", "gold.customer_segments"),
        _function("step_segment", "segment"), (Group.SEGMENTS,), SEGMENTS,
    ),
    Step(
        "train", "the churn estimator, tested later in time", ("features",), ("estimators",),
        _function("step_train", "train_churn"),
        (Group.OUTCOMES, Group.LIFETIMES, Group.LEARNING, Group.CONTACTS, Group.LEAKAGE,
         Group.VALUE),
        defer=_function("step_train", "defer_training"),
    ),
    Step(
        "value", "customer values, and how long members stay", ("features",),
        ("ml.customer_value", "ml.time_to_churn"),
        _function("step_value", "value_customers"),
        (Group.VALUE, Group.LIFETIMES, Group.OUTCOMES, Group.PERIODS, Group.UNITS),
        defer=_function("step_value", "defer_values"),
    ),
    Step(
        "score", "a probability, priority and reasons per customer", ("segment", "train", "value"),
        ("ml.churn_predictions", "serving"),
        _function("step_score", "score_customers"),
        (Group.VALUE, Group.OUTCOMES, Group.CONTACTS), SERVING,
    ),
    Step(
        "stage", "the release: serving tables as Parquet", ("check", "score"), ("release",),
        _function("publishing", "stage"), (Group.RELEASE, Group.UNITS),
    ),
    Step(
        "report", "the report of this release", ("stage",), ("report.html",),
        _function("step_report", "write_report"),
    ),
    Step(
        "publish", "the pointer to the current release", ("report",), ("releases/CURRENT",),
        _function("step_publish", "publish"),
    ),
)  # fmt: skip

NAMES = tuple(step.name for step in STEPS)
STEP_NAMED: Mapping[str, Step] = {step.name: step for step in STEPS}


def chosen_steps(only: Iterable[str] | None, *, resume_from: str | None) -> tuple[str, ...]:
    """The steps asked for, in the order of the list. Raises SettingsError for an unknown name."""
    for name in [*(only or ()), *([resume_from] if resume_from else [])]:
        if name not in NAMES:
            near = nearest(name, NAMES)
            raise SettingsError(
                f"there is no step '{name}'" + (f"; did you mean '{near}'?" if near else ""),
                hint=f"The steps are: {' > '.join(NAMES)}.",
            )
    first = NAMES.index(resume_from) if resume_from else 0
    return tuple(name for name in NAMES[first:] if not only or name in only)


def step_fingerprints(context: RunContext) -> dict[str, str]:
    """What every step would be made from now: settings, inputs, code, and the steps it needs.

    Of a step that fingerprints its output, that counts, and not what it was made from.
    """
    code = kept_step_code(
        context.project.state, [(step.run.__module__, step.models) for step in STEPS]
    )
    fingerprints: dict[str, str] = {}
    for step in STEPS:
        needs = [
            fingerprints[need] for need in step.needs if not STEP_NAMED[need].fingerprints_output
        ]
        fingerprints[step.name] = fingerprint(
            step.name,
            needs,
            code[step.run.__module__],
            settings_in(context.project, step.settings),
            step.inputs(context, fingerprints),
        )
    return fingerprints
