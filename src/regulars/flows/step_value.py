"""The step that values: what customers will spend over the next year, and how long members stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from regulars.core.calendar import day_number
from regulars.core.errors import NotEnoughData
from regulars.core.settings import Project
from regulars.core.step_results import Fact, Reason, StepResult
from regulars.features.customer_values import past_value_column
from regulars.features.frames import Frame
from regulars.features.input_facts import input_facts
from regulars.features.reading import read_attributes, read_everyone
from regulars.features.tables import read_cutoffs
from regulars.features.value_rows import MemberQuestion, read_members, read_spend
from regulars.flows.context import RunContext
from regulars.release.value_report import ValueReport
from regulars.warehouse.protocol import Warehouse

if TYPE_CHECKING:
    from regulars.ml.clv.valuation import Valuation, ValueQuestion
    from regulars.ml.survival.lifetimes import Memberships, TimeToChurn


def value_customers(context: RunContext) -> StepResult:
    """Write ml.customer_value and ml.time_to_churn, and the note that the release shows of both."""
    from regulars.ml.survival.lifetimes import time_to_churn

    project, warehouse = context.project, context.warehouse
    as_of = max(cutoff.as_of for cutoff in read_cutoffs(warehouse))
    memberships = _memberships(project, warehouse, as_of=as_of)
    lives = time_to_churn(memberships, as_of=as_of)
    lives = _with_concordance(lives, memberships, project, warehouse, as_of=as_of)
    valuation = _valuation(project, warehouse, memberships, as_of=as_of)
    valuation = _of_those_who_stay(valuation, warehouse)
    warehouse.replace_table("ml", "time_to_churn", lives.table)
    warehouse.replace_table("ml", "customer_value", valuation.table)
    report = valuation.report.model_copy(update={"lifetimes": lives.report})
    context.estimators.write_note("value", report.model_dump(mode="json"))
    facts: dict[str, Fact] = {
        "days_of_next_365": lives.report.expected_days_in_next_365,
        "no_lifetimes": lives.report.why_none,
        "horizon": None if report.horizon is None else report.horizon.words,
        "method": report.method,
    }
    return StepResult(
        reason=Reason.NOT_ENOUGH_DATA if report.why_none else None,
        counts={"customers": valuation.table.num_rows, "members": lives.report.members},
        facts={**facts, "detail": report.why_none} if report.why_none else facts,
    )


def defer_values(context: RunContext) -> StepResult:
    """Predict no value now: values of an earlier date would not be those of this release."""
    from regulars.ml.clv.valuation import CUSTOMER_VALUES
    from regulars.ml.survival.lifetimes import TIME_TO_CHURN

    warehouse = context.warehouse
    warehouse.replace_table("ml", "time_to_churn", TIME_TO_CHURN.empty_table())
    warehouse.replace_table("ml", "customer_value", CUSTOMER_VALUES.empty_table())
    report = ValueReport(**_basis(context.project))
    context.estimators.write_note("value", report.model_dump(mode="json"))
    return StepResult(reason=Reason.DEFERRED)


def _with_concordance(
    lives: TimeToChurn,
    memberships: Memberships | None,
    project: Project,
    warehouse: Warehouse,
    *,
    as_of: date,
) -> TimeToChurn:
    """The lifetimes with how well attributes order them, where that can be measured."""
    from regulars.ml.survival.judged_order import judged_order
    from regulars.ml.survival.lifetimes import lived_durations

    known = memberships.on(memberships.today) if memberships is not None else None
    if known is None:
        return lives
    frame = read_attributes(project, warehouse, as_of=as_of)
    if frame is None:
        return lives
    durations, rows = lived_durations(known.of(frame.keys["customer_id"]))
    report = lives.report.model_copy(
        update={"concordance": judged_order(frame.take(rows), durations)}
    )
    return replace(lives, report=report)


def _of_those_who_stay(valuation: Valuation, warehouse: Warehouse) -> Valuation:
    """Values of customers who have not left: what others would have spent is nobody's to keep."""
    left = warehouse.arrow(
        f"select customer_id from {warehouse.relation('gold', 'customers_who_left')}"
    )["customer_id"]
    stay = pc.invert(pc.is_in(valuation.table["customer_id"], value_set=left.combine_chunks()))
    table = valuation.table.filter(stay)
    if table.num_rows == valuation.table.num_rows:
        return valuation
    total = float(pc.sum(table["predicted_value"]).as_py() or 0.0)
    report = valuation.report.model_copy(update={"customers": table.num_rows, "total": total})
    return replace(valuation, table=table, report=report)


def _memberships(project: Project, warehouse: Warehouse, *, as_of: date) -> Memberships | None:
    from regulars.ml.survival.lifetimes import Memberships

    question = MemberQuestion.of(project)
    if question is None:
        return None
    members = read_members(warehouse, question, as_of=as_of)
    return Memberships(members, today=day_number(as_of), is_dated=question.is_dated)


def _valuation(
    project: Project, warehouse: Warehouse, memberships: Memberships | None, *, as_of: date
) -> Valuation:
    """By contract where a monthly value is mapped, else by spend; says why where by neither."""
    from regulars.ml.clv.valuation import Valuation, value_by_contract

    question = _question(project, as_of=as_of)
    try:
        if question.monthly_attribute is not None and memberships is not None:
            valuation = value_by_contract(question, memberships)
        elif "transactions" in project.entities:
            valuation = _valuation_by_spend(project, warehouse, memberships, question=question)
        else:
            raise NotEnoughData("there are no transactions, and no monthly value is mapped")
    except NotEnoughData as lack:
        return Valuation.none(lack.what)
    return Valuation(valuation.table, valuation.report.model_copy(update=_basis(project)))


def _basis(project: Project) -> dict[str, Any]:
    """What priorities rest on, whatever is predicted."""
    return {"priority_from": project.value.source, "spend_column": past_value_column(project)}


def _question(project: Project, *, as_of: date) -> ValueQuestion:
    from regulars.ml.clv.valuation import ValueQuestion

    value = project.value
    monthly = value.attribute if value.attribute_per == "month" else None
    return ValueQuestion(
        as_of=as_of,
        grain=project.grain,
        unit=project.currency if monthly else project.amount_unit or project.currency,
        discount_rate_per_year=value.discount_rate_per_year,
        has_contracts=project.churn is not None and project.churn.kind == "contractual",
        monthly_attribute=monthly,
        stays_within=_stays_within(project),
    )


def _stays_within(project: Project) -> int | None:
    """Periods within which a purchase shows that a customer did not churn; None: the horizon."""
    churn = project.churn
    if churn is None or churn.kind not in {"silence", "decline"}:
        return None
    return churn.gap + churn.horizon


def _valuation_by_spend(
    project: Project,
    warehouse: Warehouse,
    memberships: Memberships | None,
    *,
    question: ValueQuestion,
) -> Valuation:
    from regulars.ml.clv.boosted_spend import BoostedSpend
    from regulars.ml.clv.spend_history import SpendHistory
    from regulars.ml.clv.valuation import value_by_spend

    def read_frame(dates: Sequence[date]) -> Frame:
        return read_everyone(project, warehouse, as_of=dates)

    history = SpendHistory.from_table(read_spend(warehouse))
    boosted = BoostedSpend(
        history,
        cutoffs=[cutoff.as_of for cutoff in read_cutoffs(warehouse)],
        read_frame=read_frame,
        reach_days=input_facts(project).reach_days,
    )
    return value_by_spend(question, history, memberships=memberships, boosted=boosted)
