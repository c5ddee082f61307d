"""The churn problem of a project: definition, meaning of the inputs, cost of a contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from regulars.core.settings import Project
from regulars.features.churn_definition import ChurnDefinition, ChurnKind
from regulars.features.frames import Frame
from regulars.features.input_facts import input_facts
from regulars.ml.churn.money import Money, money_of
from regulars.ml.estimators.rebalanced import Balance
from regulars.ml.leakage import LeakageWaiver
from regulars.release.contact_costs import ContactCosts

Parameters = Mapping[str, Mapping[str, float | int]]


@dataclass(frozen=True)
class Search:
    """How many settings are tried, and for how many seconds at most, over all estimators."""

    trials: int
    seconds: float


@dataclass(frozen=True)
class ChurnProblem:
    """Everything training needs to know besides the rows.

    `definition` says what the outcome is. Names ending in `_input` are columns of the frame, or
    None where the business has no such thing:
    `recency_input` days since the last purchase, `frequency_input` purchase days after the first,
    `age_input` days since the first purchase, `tenure_input` time since joining (any unit),
    `value_input` the customer value (for money and priority, never a second outcome).

    `reach` gives the days an input looks back (absent: any history will do) and `history_from` the
    first day of the history: together they keep windows longer than the history out of learning.
    `lineage` gives the sources of each input, `outcome_lineage` those of the label,
    `outcome_names` the project's own label and reason columns, `looks_ahead` the inputs that
    changed when later rows were deleted, with a reason (None: nobody looked). `group_of` and
    `words_for` give an input's meaning and its description; `actionable` names the groups a company
    can act on.

    `further` are estimators tried besides the standard ones, `balance` how classes are balanced
    inside folds, `search` how long better parameters are looked for, and `parameters` (estimator ->
    name -> value) those that were found before.
    """

    definition: ChurnDefinition
    recency_input: str | None = None
    frequency_input: str | None = None
    age_input: str | None = None
    tenure_input: str | None = None
    value_input: str | None = None
    history_from: date | None = None
    reach: Mapping[str, int] = field(default_factory=dict)
    lineage: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outcome_lineage: tuple[str, ...] = ()
    outcome_names: tuple[str, ...] = ()
    looks_ahead: Mapping[str, str] | None = None
    group_of: Mapping[str, str] = field(default_factory=dict)
    words_for: Mapping[str, str] = field(default_factory=dict)
    actionable: frozenset[str] = frozenset()
    accept: tuple[LeakageWaiver, ...] = ()
    suspect_above: float = 0.95
    money: Money | None = None
    further: tuple[str, ...] = ()
    balance: Balance | None = None
    search: Search | None = None
    parameters: Parameters = field(default_factory=dict)
    seed: int = 0

    @property
    def kind(self) -> ChurnKind:
        """The kind of churn."""
        return self.definition.kind

    @property
    def horizon_days(self) -> int | None:
        """Length of the outcome window in days; None for labels without a window."""
        return self.definition.horizon_days

    @property
    def dated(self) -> bool:
        """True where outcomes have a date, so that a test later in time is possible."""
        return self.kind != "labelled"

    @property
    def has_rhythm(self) -> bool:
        """True where BG/NBD can speak: purchases with frequency, recency and age, and a horizon."""
        # Decline has purchases too, but BG/NBD knows nothing of amounts.
        named = (self.recency_input, self.frequency_input, self.age_input, self.horizon_days)
        return self.kind == "silence" and all(each is not None for each in named)


def churn_problem(
    project: Project,
    *,
    frame: Frame,
    history_from: date | None,
    values: np.ndarray | None,
    looks_ahead: Mapping[str, str] | None = None,
    parameters: Parameters | None = None,
) -> ChurnProblem:
    """The problem of a project; `values` (n,) are the customers' values, row by row of the frame.

    `looks_ahead` are inputs that change when later rows are deleted (None: nobody looked),
    `parameters` those that an earlier search found. Raises ValueError without churn settings.
    """
    churn, definition = project.churn, ChurnDefinition.of(project)
    if churn is None or definition is None:
        raise ValueError("the project defines no churn")
    # Features of purchases come together: where one is there, all three are.
    facts = input_facts(project)
    has_rhythm = "recency_days" in frame.kinds
    return ChurnProblem(
        definition=definition,
        recency_input="recency_days" if has_rhythm else None,
        frequency_input="repeat_days" if has_rhythm else None,
        age_input="first_sale_days" if has_rhythm else None,
        tenure_input="tenure_days" if "tenure_days" in frame.kinds else None,
        history_from=history_from,
        reach=facts.reach_days,
        lineage=facts.lineage,
        outcome_lineage=facts.outcome_lineage,
        outcome_names=facts.outcome_names,
        looks_ahead=looks_ahead,
        group_of=facts.families,
        words_for=facts.words,
        actionable=facts.actionable,
        # A waiver is part of the problem, so that it travels with the estimator it let through.
        accept=tuple(
            LeakageWaiver(waiver.column, waiver.by, waiver.why) for waiver in project.leakage.accept
        ),
        suspect_above=churn.suspect_above,
        further=tuple(churn.estimators),
        balance=churn.balance,
        search=Search(churn.search.trials, churn.search.seconds) if churn.search else None,
        parameters=parameters or {},
        # The value of a kept customer as of today; prices of two years ago pay for no contact.
        money=money_of(ContactCosts.of(project.contacts), _newest(frame, values)),
    )


def _newest(frame: Frame, values: np.ndarray | None) -> np.ndarray | None:
    """Values at the newest cutoff: costs are weighed against the customer value of today."""
    if values is None or not len(frame):
        return None
    return np.asarray(values[frame.as_of == frame.as_of.max()])
