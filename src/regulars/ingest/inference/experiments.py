"""Experiments: a column of arms that chance drew, beside outcomes; such a table is no company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import sqrt

from regulars.core.settings import Answer
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.label_words import is_named
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

MOST_ARMS = 6
MIN_ARM = 50  # rows of the smallest arm
MOST_ROWS = 200_000
MOST_VALUES = 50
MOST_ODD = 6.0  # standard deviations: an arm that another column predicts was not drawn by chance
MOST_EXPLAINED = 0.02  # of an arm, beside one called control: less is an accident of the draw
LEVEL = 1.96


@dataclass(frozen=True)
class Effect:
    """Means of an outcome in an arm and in the control arm, with the 95 % interval of the gap."""

    arm: str
    outcome: str
    control_mean: float
    arm_mean: float
    margin: float

    @property
    def difference(self) -> float:
        """What the arm did more than the control."""
        return self.arm_mean - self.control_mean


@dataclass(frozen=True)
class Experiment:
    """A table that holds an experiment: its arms with their rows, the control arm, its outcomes."""

    table: str
    column: str
    arms: dict[str, int]
    control: str
    outcomes: tuple[str, ...]
    effects: tuple[Effect, ...]


def find_experiment(warehouse: Warehouse, table: Table) -> Experiment | None:
    """The experiment that a table holds, or None.

    The arms have names of arms, or a control among them; an outcome stands beside them; and no
    other column foretells the arm, as it would in segments that somebody chose.
    """
    outcomes = [column for column in table.columns.values() if _is_outcome(column)]
    for column in table.columns.values():
        control = _control(column)
        other_outcomes = [other for other in outcomes if other is not column]
        if control is None or not other_outcomes:
            continue
        given = [c for c in table.columns.values() if c is not column and c not in other_outcomes]
        if _is_drawn_by_chance(warehouse, table, column, given):
            names = tuple(other.name for other in other_outcomes)
            effects = tuple(
                _effects(warehouse, table, column, control=control, outcomes=other_outcomes)
            )
            return Experiment(table.name, column.name, dict(column.values), control, names, effects)
    return None


def ask_experiment(draft: Draft, experiment: Experiment) -> None:
    """Say what the table shows; a run waits until somebody says that the rows are customers."""
    arms = ", ".join(f"{arm} ({rows:,})" for arm, rows in experiment.arms.items())
    effects = "; ".join(_in_words(effect) for effect in experiment.effects)
    ask = (
        f"{experiment.table} looks like an experiment: '{experiment.column}' splits the rows by "
        f"chance into {arms}, and {', '.join(experiment.outcomes)} came after. Against "
        f"{experiment.control}: {effects}. That answers what the campaign did; who leaves, and "
        "the customer value, it does not tell: `regulars init` needs their transactions too. "
        "Shall these rows be published as customers all the same?"
    )
    answer = "Publish them as customers, without churn; arm and outcomes are no attributes"
    draft.ask("experiment", ask, [Answer(say=answer)])


def _in_words(effect: Effect) -> str:
    """`Mens E-Mail visit 18.28 % instead of 10.62 % (+7.66 +- 0.67)`."""
    if (
        min(effect.control_mean, effect.arm_mean) >= 0
        and max(effect.control_mean, effect.arm_mean) <= 1
    ):
        before, now, gap, margin = (
            100 * value
            for value in (effect.control_mean, effect.arm_mean, effect.difference, effect.margin)
        )
        return (
            f"{effect.arm} {effect.outcome} {now:.2f} % instead of {before:.2f} % "
            f"({gap:+.2f} points, give or take {margin:.2f})"
        )
    return (
        f"{effect.arm} {effect.outcome} {effect.arm_mean:.3f} instead of "
        f"{effect.control_mean:.3f} ({effect.difference:+.3f}, give or take {effect.margin:.3f})"
    )


def _is_outcome(column: Column) -> bool:
    is_measured = column.kind == "flag" or (column.kind == "number" and column.distinct > 2)
    is_before = bool(concepts(column.name) & _BEFORE)
    return is_measured and not is_before and is_named(column.name, "response")


def _control(column: Column) -> str | None:
    """The arm that got nothing; None where the column's values or name are not those of arms."""
    rows = dict(column.values)
    if column.kind in ("date", "empty") or not 2 <= column.distinct <= MOST_ARMS:
        return None
    if min(rows.values()) < MIN_ARM or column.filled < 0.98 * column.rows:
        return None
    if not is_named(column.name, "arm"):
        return None
    named = [value for value in rows if is_named(value, "control")]
    if named:
        return named[0]
    if not is_named(column.name, "treatment"):
        is_even = max(rows.values()) < 1.25 * min(rows.values())
        return min(rows) if is_even and column.kind != "flag" else None
    return next((value for value in rows if value.lower() in _OFF), min(rows))


_BEFORE = {"last", "tenure"}  # what customers did in the last twelve months came before
_OFF = {"0", "0.0", "no", "n", "false", "f", "a"}


def _is_drawn_by_chance(
    warehouse: Warehouse, table: Table, arm: Column, given: list[Column]
) -> bool:
    """Whether no other column foretells the arm, by chi-square or by analysis of variance."""
    is_declared = any(is_named(value, "control") for value, _ in arm.values)
    usable = [c for c in given if c.filled > 0.5 * c.rows and not c.unique and c.distinct > 1]
    warehouse.execute(
        f"create or replace temp table _arms as select *, cast({quoted(arm.name)} as varchar) as "
        f"_arm from {table.relation} where {quoted(arm.name)} is not null "
        f"using sample {MOST_ROWS} rows (reservoir, 7)"
    )
    for column in usable:
        if column.kind == "number" and column.distinct > MOST_VALUES:
            oddness, explained = _oddness_of_means(warehouse, column)
        elif column.distinct <= MOST_VALUES:
            if column.distinct == arm.distinct and _names_the_arm(warehouse, column):
                continue
            oddness, explained = _oddness_of_counts(warehouse, column)
        else:
            continue
        if oddness > MOST_ODD and not (is_declared and explained <= MOST_EXPLAINED):
            return False
    return True


def _names_the_arm(warehouse: Warehouse, column: Column) -> bool:
    """Whether a column says the arm in other words, such as the page that an arm was shown."""
    share, values = warehouse.rows(
        f"select sum(most) / sum(n), count(distinct v) from (select _arm, max(n) as most, "
        f"sum(n) as n, arg_max(v, n) as v from (select _arm, {quoted(column.name)} as v, "
        "count(*) as n from _arms where v is not null group by 1, 2) group by 1)"
    )[0]
    return bool(share > 0.95 and values == column.distinct)


def _oddness_of_counts(warehouse: Warehouse, column: Column) -> tuple[float, float]:
    """How far chi-square lies above its mean, in standard deviations, and its share of the most."""
    rows = warehouse.rows(
        f"with cells as (select _arm, {quoted(column.name)} as v, count(*) as n from _arms "
        "where v is not null group by 1, 2), expected as (select a._arm, b.v, "
        "a.n * b.n / sum(a.n) over (partition by b.v) as e from "
        "(select _arm, sum(n) as n from cells group by 1) as a cross join "
        "(select v, sum(n) as n from cells group by 1) as b) "
        "select sum((coalesce(n, 0) - e) ** 2 / e), "
        "(count(distinct expected._arm) - 1) * (count(distinct expected.v) - 1), "
        "sum(n) * (least(count(distinct expected._arm), count(distinct expected.v)) - 1) "
        "from expected left join cells on cells._arm = expected._arm and cells.v = expected.v"
    )[0]
    freedom = int(rows[1] or 0)
    if not freedom:
        return 0.0, 0.0
    chi_square = float(rows[0])
    return (chi_square - freedom) / sqrt(2 * freedom), chi_square / float(rows[2])


def _oddness_of_means(warehouse: Warehouse, column: Column) -> tuple[float, float]:
    """How far the variance between arms is above chance, in standard deviations, and its share."""
    arms, rows, between, within = warehouse.rows(
        f"with x as (select _arm, try_cast({quoted(column.name)} as double) as v from _arms), "
        "means as (select _arm, count(v) as n, avg(v) as m, var_samp(v) as s from x group by 1), "
        "all_ as (select avg(v) as m from x) "
        "select count(*), sum(n), sum(n * (means.m - all_.m) ** 2), sum((n - 1) * s) "
        "from means cross join all_"
    )[0]
    if not within:
        return 0.0, 0.0
    freedom = int(arms) - 1
    chi_square = float(between) / (float(within) / max(int(rows) - int(arms), 1))
    explained = float(between) / (float(between) + float(within))
    return (chi_square - freedom) / sqrt(2 * freedom), explained


def _effects(
    warehouse: Warehouse, table: Table, arm: Column, *, control: str, outcomes: list[Column]
) -> Iterator[Effect]:
    means = {outcome.name: _means(warehouse, table, arm, outcome) for outcome in outcomes}
    for other, outcome in product([value for value, _ in arm.values if value != control], outcomes):
        base, spread, rows = means[outcome.name][control]
        mean, own_spread, own_rows = means[outcome.name][other]
        margin = LEVEL * sqrt(spread / max(rows, 1) + own_spread / max(own_rows, 1))
        yield Effect(other, outcome.name, base, mean, margin)


def _means(
    warehouse: Warehouse, table: Table, arm: Column, outcome: Column
) -> dict[str, tuple[float, float, int]]:
    """Mean, variance and rows of an outcome by arm."""
    text = f"lower(trim(cast({quoted(outcome.name)} as varchar)))"
    yes = ", ".join(map(literal, ("true", "t", "yes", "y")))
    no = ", ".join(map(literal, ("false", "f", "no", "n")))
    number = (
        f"case when {text} in ({yes}) then 1.0 when {text} in ({no}) then 0.0 "
        f"else try_cast({text} as double) end"
    )
    return {
        str(value): (float(mean or 0), float(variance or 0), int(rows))
        for value, mean, variance, rows in warehouse.rows(
            f"select trim(cast({quoted(arm.name)} as varchar)), avg({number}), "
            f"var_samp({number}), count({number}) from {table.relation} group by 1"
        )
    }
