"""Advice on the churn definition of a project, within a run and outside of one."""

from __future__ import annotations

from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.features.as_of import find_reach
from regulars.features.churn_advice import AdviceQuestion, advise_churn, read_evidence
from regulars.flows.context import RunContext
from regulars.flows.session import Clock, view
from regulars.release.advice_report import ChurnAdvice
from regulars.warehouse.opening import warehouse_exists


def advise(context: RunContext) -> ChurnAdvice:
    """Look at the cleaned tables of a project. Nothing is written."""
    project, warehouse = context.project, context.warehouse
    as_of = find_reach(project, warehouse, as_of=context.as_of).as_of
    question = AdviceQuestion.of(project)
    return advise_churn(question, read_evidence(warehouse, question, as_of=as_of), as_of=as_of)


def advise_project(project: Project, *, clock: Clock) -> ChurnAdvice:
    """Look at a project from outside of a run. Raises SettingsError before the first one."""
    no_tables = SettingsError(
        "there are no cleaned tables yet",
        where=str(project.root),
        hint="`regulars run --steps land,clean` makes them.",
    )
    if not warehouse_exists(project):
        raise no_tables
    with view(project, clock) as context:
        if not context.warehouse.columns("gold", "fct_customer_periods"):
            raise no_tables
        return advise(context)
