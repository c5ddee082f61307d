"""The champion: which estimator may score today's customers, promoted and rolled back by people."""

from __future__ import annotations

from datetime import date

from regulars.core.errors import DataError, SettingsError
from regulars.core.settings import Project
from regulars.features.churn_definition import ChurnDefinition, definition_sentence
from regulars.features.reading import input_kinds
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.estimator_index import EstimatorRecord, Index
from regulars.ml.registry import Registry


def fitting_champion(project: Project, index: Index, *, score_date: date) -> EstimatorRecord | None:
    """The champion where it has today's churn definition and inputs that there are; else None.

    One that learned after `score_date` knows the future, and is no champion at that date.
    """
    champion, definition = index.champion_record, ChurnDefinition.of(project)
    if champion is None or definition is None or champion.definition_key != definition.key:
        return None
    if champion.as_of > str(score_date):
        return None
    kinds = input_kinds(project)
    has_inputs = all(kinds.get(name) == kind for name, kind in champion.features.items())
    return champion if has_inputs else None


def load_champion(registry: Registry, champion: EstimatorRecord | None) -> TrainedChurn | None:
    """The fitted estimator; None without one, or where another version cannot read it any more."""
    if champion is None:
        return None
    try:
        trained: TrainedChurn = registry.load(champion.estimator_id)
    except DataError:
        return None
    return trained


def check_definition(project: Project, record: EstimatorRecord) -> None:
    """Raise SettingsError where an estimator was trained for another churn definition."""
    definition = ChurnDefinition.of(project)
    if definition is not None and record.definition_key == definition.key:
        return
    trained_for = definition_sentence(record.definition) if record.definition else "not known"
    raise SettingsError(
        f"{record.estimator_id} was trained for another churn definition: {trained_for}",
        where=str(project.file),
        hint="Only an estimator of today's churn definition can score today's customers.",
    )
