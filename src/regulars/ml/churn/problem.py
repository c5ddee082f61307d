"""The question: who counts as churned, by when, and what the inputs mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from regulars.features.churn_definition import ChurnDefinition, ChurnKind
from regulars.ml.churn.money import Money
from regulars.ml.estimators.rebalanced import Balance
from regulars.ml.leakage import Acceptance

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
    `value_input` what a customer is worth (for money and priority, never a second outcome).

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
    accept: tuple[Acceptance, ...] = ()
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
        named = (self.recency_input, self.frequency_input, self.age_input, self.horizon_days)
        return self.kind == "silence" and all(each is not None for each in named)
