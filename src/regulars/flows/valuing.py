"""The step that values: what customers are worth over the next year, how long members stay."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.core.calendar import (
    DAYS_PER_MONTH,
    MONTHS_PER_YEAR,
    PERIODS_PER_QUARTER,
    PERIODS_PER_YEAR,
    WHOLE_DAYS_PER_YEAR,
    add_periods,
    date_of,
    day_number,
    periods_text,
    whole_periods_between,
)
from regulars.core.errors import NotEnoughData
from regulars.core.settings import Project
from regulars.core.step_results import Reason, StepResult
from regulars.features.tables import read_cutoffs
from regulars.flows.context import RunContext
from regulars.flows.lifetimes import Members, members_of, time_to_churn
from regulars.flows.spending_trees import SpendingTrees
from regulars.flows.worth import spend_column
from regulars.ml.clv.purchase_summary import Floats, Span
from regulars.ml.clv.spend_history import Codes, SpendHistory

VALUES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("horizon", pa.string()),
        ("unit", pa.string()),
        ("expected_orders", pa.float64()),
        ("predicted_value", pa.float64()),
        ("predicted_value_low", pa.float64()),
        ("predicted_value_high", pa.float64()),
        ("interval_level", pa.float64()),
        ("little_history", pa.bool_()),
        ("way", pa.string()),
    ]
)
_LEAST_TEST = {"day": 30, "week": 4, "month": 2}


def value_customers_of(context: RunContext) -> StepResult:
    """Write ml.customer_value and ml.time_to_churn."""
    as_of = max(one.as_of for one in read_cutoffs(context.warehouse))
    members = members_of(context, as_of=as_of)
    lives = time_to_churn(context, members, as_of=as_of)
    context.warehouse.replace_table("ml", "time_to_churn", lives.table)
    try:
        table, note = _values(context, members, as_of=as_of)
    except NotEnoughData as lack:
        table, note = VALUES.empty_table(), {"why_none": lack.what}
    context.warehouse.replace_table("ml", "customer_value", table)
    context.estimators.write_note("value", {**note, "time_to_churn": lives.note})
    if "why_none" in note:
        return StepResult(
            reason=Reason.NOT_ENOUGH_DATA,
            facts={"detail": note["why_none"], "lifetimes": lives.words},
        )
    return StepResult(
        counts={"customers": table.num_rows},
        facts={"horizon": note["horizon"], "method": note["way"], "lifetimes": lives.words},
    )


def _values(
    context: RunContext, members: Members | None, *, as_of: date
) -> tuple[pa.Table, dict[str, Any]]:
    project = context.project
    if project.value.attribute_per == "month" and members is not None:
        return _contract_values(context, members, as_of=as_of)
    if "transactions" not in project.entities:
        raise NotEnoughData("there are no transactions, and no monthly value is mapped")
    from regulars.ml.clv.predicted_values import value_customers

    names, ledger = _ledger(context)
    trees = SpendingTrees(context, ledger, names)
    found = value_customers(
        ledger,
        _window(project, as_of, PERIODS_PER_YEAR[project.grain]),
        _test_window(project, ledger, trees, as_of),
        discount_rate_per_year=project.value.discount_rate_per_year,
        further={
            **_contracts(project, members, ledger=ledger, names=names),
            "boosted trees": trees,
        },
    )
    ids = names.take(pa.array(found.codes))
    there = np.ones(len(ids), np.bool_) if members is None else members.present(ids.to_pylist())
    table = _table(
        context,
        ids,
        as_of,
        {
            "expected_orders": found.orders,
            "predicted_value": found.value,
            "predicted_value_low": found.low,
            "predicted_value_high": found.high,
        },
        little=found.little_history,
        way=found.way,
        level=found.level,
    ).filter(pa.array(there))
    return table, {**found.to_json(), **_said_beside(context)}


def _said_beside(context: RunContext) -> dict[str, Any]:
    project = context.project
    return {
        "horizon": _horizon_words(project),
        "unit": project.amount_unit or project.currency,
        "discount_rate_per_year": project.value.discount_rate_per_year,
        "net_of_refunds": True,
        "priority_from": project.value.source,
        "spend_column": spend_column(project),
    }


def _horizon_words(project: Project) -> str:
    return periods_text(PERIODS_PER_YEAR[project.grain], grain=project.grain)


def _window(project: Project, start: date, periods: int) -> Any:
    from regulars.ml.clv.predicted_values import Window

    end = add_periods(start, periods, grain=project.grain)
    return Window(day_number(start), day_number(end), Span(periods, project.grain))


def _test_window(project: Project, ledger: SpendHistory, trees: SpendingTrees, as_of: date) -> Any:
    """The last stretch as long as the horizon, or half of a shorter history; None of too short.

    It begins at a cutoff where one is near, for features are known at cutoffs only.
    """
    grain = project.grain
    first = date_of(ledger.first_day)
    reach = whole_periods_between(first, as_of, grain=grain)
    periods = PERIODS_PER_YEAR[grain]
    if reach - periods < PERIODS_PER_QUARTER[grain]:
        periods = reach // 2
    if periods < _LEAST_TEST[grain]:
        return None
    start = day_number(add_periods(as_of, -periods, grain=grain))
    near = trees.start_near(start, within=31)
    return _window(project, date_of(near), periods)


def _contracts(
    project: Project, members: Members | None, *, ledger: SpendHistory, names: pa.Array
) -> dict[str, Any]:
    """For members: own net spend per month of the last year x the months they will stay."""
    if members is None or project.churn is None or project.churn.kind != "contractual":
        return {}
    from regulars.ml.clv.contract import contract_value

    def way(codes: Codes, start: int, end: int) -> Floats | None:
        known = members.at(start)
        if known is None:
            return None
        ids = names.take(pa.array(codes)).to_pylist()
        age, there = known.ages(ids, at=start)
        year = max(start - WHOLE_DAYS_PER_YEAR, known.first_day)
        spent = ledger.before(start).spent(codes, start=year, end=start)
        watched = np.clip(age, 30.0, max(start - year, 30)) / DAYS_PER_MONTH
        found = contract_value(
            np.maximum(spent, 0.0) / watched,
            np.where(there, age, 0.0),
            curve=known.curve,
            horizon=Span(end - start, "day"),
            discount_rate_per_year=project.value.discount_rate_per_year,
        )
        return np.where(there, found.value, 0.0)

    return {"contract": way}


def _contract_values(
    context: RunContext, members: Members, *, as_of: date
) -> tuple[pa.Table, dict[str, Any]]:
    """A monthly value x the months that a member of this age will stay within the horizon."""
    from regulars.ml.clv.contract import contract_value

    project = context.project
    known = members.at(day_number(as_of))
    if known is None:
        raise NotEnoughData("nobody's lifetime is known")
    monthly = members.monthly_value()
    there = known.there & np.isfinite(monthly)
    found = contract_value(
        monthly[there],
        known.age[there],
        curve=known.curve,
        horizon=Span(MONTHS_PER_YEAR, "month"),
        discount_rate_per_year=project.value.discount_rate_per_year,
    )
    nothing = np.full(int(there.sum()), np.nan)
    table = _table(
        context,
        known.ids.filter(pa.array(there)),
        as_of,
        {
            "expected_orders": nothing,
            "predicted_value": found.value,
            "predicted_value_low": nothing,
            "predicted_value_high": nothing,
        },
        little=known.age[there] < 90,
        way="contract",
        level=None,
    )
    note = {
        **_said_beside(context),
        "horizon": "12 months",
        "way": "contract",
        "tested": f"Monthly {project.value.attribute} x the months that members of this age stay; "
        "what is paid later is not in the data, so the money could not be tested.",
        "customers": table.num_rows,
        "total": float(found.value.sum()),
        "accuracy": {},
    }
    return table, note


def _table(
    context: RunContext,
    ids: pa.Array,
    as_of: date,
    figures: dict[str, Floats],
    *,
    little: np.ndarray,
    way: str,
    level: float | None,
) -> pa.Table:
    rows = len(ids)
    project = context.project
    columns = {
        "customer_id": ids,
        "as_of": pa.array([as_of] * rows, pa.date32()).cast(pa.timestamp("us")),
        "horizon": pa.array([_horizon_words(project)] * rows, pa.string()),
        "unit": pa.array([project.amount_unit or project.currency] * rows, pa.string()),
        **{name: pa.array(values, from_pandas=True) for name, values in figures.items()},
        "interval_level": pa.array([level] * rows, pa.float64()),
        "little_history": pa.array(little),
        "way": pa.array([way] * rows, pa.string()),
    }
    made = pa.table([columns[name] for name in VALUES.names], names=VALUES.names)
    return made.cast(VALUES).sort_by("customer_id")


def _ledger(context: RunContext) -> tuple[pa.Array, SpendHistory]:
    """Customer ids by code, and their rows before the as-of date of the run."""
    warehouse = context.warehouse
    rows = warehouse.arrow(
        "select customer_id, period, known_period, cast(amount as double precision) as amount, "
        "cast(refunded as double precision) as refunded "
        f"from {warehouse.relation('gold', 'fct_customer_periods')} as periods "
        f"cross join {warehouse.relation('ops', 'run_context')} as run_context "
        "where (amount > 0 or refunded > 0) and period < cast(run_context.as_of as date) "
        "and known_period < cast(run_context.as_of as date) "
        "order by customer_id, period, known_period"
    ).combine_chunks()
    if not rows.num_rows:
        raise NotEnoughData("nobody has bought anything")
    named = rows["customer_id"].combine_chunks().dictionary_encode()
    codes = np.asarray(named.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    return named.dictionary, SpendHistory(
        code=codes,
        day=_days(rows["period"]),
        known=_days(rows["known_period"]),
        sold=np.asarray(rows["amount"].to_numpy(), dtype=np.float64),
        refunded=np.asarray(rows["refunded"].to_numpy(), dtype=np.float64),
    )


def _days(values: pa.ChunkedArray) -> Codes:
    return np.asarray(values.cast(pa.date32()).cast(pa.int32()).to_numpy(), dtype=np.int64)
