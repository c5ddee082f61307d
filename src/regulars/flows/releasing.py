"""What a release says of its project, its churn score, its values and the advice on churn."""

from __future__ import annotations

import shutil
from pathlib import Path

from regulars.core.settings import Project
from regulars.features.catalogue import resolve_catalogue
from regulars.features.churn_definition import ChurnDefinition, definition_sentence
from regulars.features.customer_values import value_part_without_prediction
from regulars.flows.advising import advise
from regulars.flows.context import RunContext
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.lifecycle.backtests import stored_backtests
from regulars.ml.lifecycle.champion_scores import last_scoring
from regulars.ml.lifecycle.records import estimator_run, training_summaries
from regulars.release.churn_report import ChurnReport, TrainingReport
from regulars.release.contact_costs import ContactCosts
from regulars.release.project_facts import ChurnTerms, ProjectFacts, Waiver
from regulars.release.release_files import parse_content, write_file
from regulars.release.value_report import Horizon, ValueReport
from regulars.segments.segment_rules import segment_order

_COPIED = ("metrics.json", "predictions.parquet", "card.md", "card.html")


def write_reports(context: RunContext, folder: Path, *, fallback_sources: tuple[str, ...]) -> None:
    """Write project.json, value.json and advice.json into the folder of a release."""
    write_file(folder, project_facts(context, fallback_sources=fallback_sources))
    note = context.estimators.note("value") or {}
    write_file(folder, parse_content(ValueReport, note, where=folder))
    write_file(folder, advise(context))


def write_churn_files(context: RunContext, champion: EstimatorRecord, folder: Path) -> None:
    """Write churn.json, and copy the champion's files, into the folder of a release."""
    source = context.estimators.folder(champion.estimator_id)
    for name in _COPIED:
        shutil.copyfile(source / name, folder / name)
    report = churn_report(context, champion)
    write_file(folder, report)
    write_file(folder, estimator_run(champion))


def churn_report(context: RunContext, champion: EstimatorRecord) -> ChurnReport:
    """The report of the champion's training, and what has become of it since.

    `money` is about the customers scored now; `money_on_test` about those of the test.
    """
    registry = context.estimators
    report = registry.report_of(champion.estimator_id)
    scoring = last_scoring(registry)
    if scoring is not None and scoring.estimator_id != champion.estimator_id:
        scoring = None
    training = {name: getattr(report, name) for name in TrainingReport.model_fields}
    return ChurnReport(
        **{
            **training,
            "money": scoring.money if scoring else report.money,
            "estimator": estimator_run(champion),
            "money_on_test": report.money,
            "drift": scoring.drift if scoring else None,
            "backtests": tuple(stored_backtests(registry)),
            "trainings": training_summaries(registry.index),
        }
    )


def project_facts(context: RunContext, *, fallback_sources: tuple[str, ...]) -> ProjectFacts:
    """What the project says of itself, as far as readers of a release need it."""
    project = context.project
    churn = project.churn
    catalogue = resolve_catalogue(project)
    customers = project.entities.get("customers")
    part = value_part_without_prediction(project)
    column = None if part is None else part.column
    windows = {feature.name: feature.window for feature in catalogue.features}
    window = windows.get(column or "")
    return ProjectFacts(
        project=project.project,
        recipe=project.recipe,
        currency=project.currency,
        amount_unit=project.amount_unit or project.currency,
        timezone=project.timezone,
        grain=project.grain,
        label=definition_sentence(ChurnDefinition.of(project)),
        churn=None
        if churn is None
        else ChurnTerms(
            kind=churn.kind,
            horizon=churn.horizon,
            activity_window=churn.activity_window,
            tenure_attribute=churn.tenure_attribute,
        ),
        contacts=ContactCosts.of(project.contacts),
        segment_order=tuple(segment_order(project)),
        value_column=column,
        value_without_period=_value_without_period(project),
        value_window=None if window is None else Horizon(periods=window, unit=project.grain),
        attributes=tuple(customers.attributes) if customers else (),
        attribute_labels={
            name: attribute.label
            for name, attribute in (customers.attributes if customers else {}).items()
            if attribute.label
        },
        personal_data=tuple(project.personal_data),
        fallback_sources=fallback_sources,
        not_used=() if "transactions" in project.entities else tuple(project.not_used),
        waivers=tuple(Waiver(**waiver.model_dump()) for waiver in project.leakage.accept),
        features={entry.name: entry.description for entry in catalogue.features if entry.kind},
    )


def _value_without_period(project: Project) -> str | None:
    """The attribute named as value of which nobody says whether it is of a month or of a life."""
    return project.value.attribute if project.value.attribute_per is None else None
