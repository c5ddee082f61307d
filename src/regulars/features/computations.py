"""The ways to compute a feature: one class each, distinguished by the key that the catalogue gives.

A computation gives the macro's operation and its arguments; {w} is the suffix of the window.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar, Literal, NamedTuple, Self, get_args

from pydantic import BaseModel, ConfigDict, Field

from regulars.core.settings import Project
from regulars.features.expressions import quoted, suffix_of, value_columns, values_of, words_in

Aggregate = Literal["sum", "min", "max"]
ValueList = Literal[
    "categories", "channels", "payments", "interaction_kinds", "interaction_channels",
    "touch_channels", "category_groups",
]  # fmt: skip

_NULL_RATIO = "null where the denominator is 0"


class Operation(NamedTuple):
    """The name of a macro's operation and its arguments, which are SQL over other features."""

    op: str
    args: tuple[str, ...] = ()


class Entry(BaseModel):
    """Base of what the catalogue file holds: frozen, and nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Computation(Entry, ABC):
    """Base of all computations."""

    is_first: ClassVar[bool] = False  # computed from measures and dates, before all others

    @property
    def null_rule(self) -> str:
        """When the result is null, unless the catalogue says more."""
        return ""

    @abstractmethod
    def operation(self, project: Project, *, window: int | None) -> Operation:
        """What computes the feature over a window in periods (None: ever, or no window)."""

    def for_value(self, slug: str) -> Self:
        """The same for one of several values, which `slug` stands for in names."""
        del slug
        return self

    def uses(self, operation: Operation) -> set[str]:
        """The names of the features that an operation of this computation is made from."""
        return words_in(" ".join(operation.args))


class _Macro(_Computation):
    """Base of what a dbt macro of the same name carries out, whatever the window."""

    by: str
    of: str | tuple[str, ...]

    @property
    def args(self) -> tuple[str, ...]:
        """The arguments of the macro."""
        return (self.of,) if isinstance(self.of, str) else self.of

    def operation(self, project: Project, *, window: int | None) -> Operation:
        del project, window
        return Operation(self.by, self.args)


class MeasureAggregate(_Computation):
    """A measure over the periods of the window."""

    by: Literal["measure"] = "measure"
    of: str
    aggregate: Aggregate = "sum"
    is_first: ClassVar[bool] = True

    @property
    def null_rule(self) -> str:
        return "0 without any" if self.aggregate == "sum" else "null without any"

    def operation(self, project: Project, *, window: int | None) -> Operation:
        del project, window
        return Operation("aggregate")

    def for_value(self, slug: str) -> Self:
        return self.model_copy(update={"of": f"{self.of}_{slug}"})


class DaysSince(_Macro):
    """Days from the latest (last_...) or earliest (first_...) such day to the as-of date."""

    by: Literal["days_since"] = "days_since"
    of: str
    is_first: ClassVar[bool] = True


class Tenure(_Computation):
    """Days since the customer joined, or was first seen."""

    by: Literal["tenure"] = "tenure"
    of: Literal[True]
    is_first: ClassVar[bool] = True

    def operation(self, project: Project, *, window: int | None) -> Operation:
        del project, window
        return Operation(self.by)


class Ratio(_Macro):
    """The first over the second."""

    by: Literal["ratio"] = "ratio"
    of: tuple[str, str]

    @property
    def null_rule(self) -> str:
        return _NULL_RATIO

    def for_value(self, slug: str) -> Self:
        parts = tuple(part.replace("{value}", slug) for part in self.of)
        return self.model_copy(update={"of": parts})


class Geometric(_Macro):
    """Geometric mean from a sum of logs and a count."""

    by: Literal["geometric"] = "geometric"
    of: tuple[str, str]

    @property
    def null_rule(self) -> str:
        return _NULL_RATIO


class Deviation(_Macro):
    """Standard deviation from a sum, a sum of squares and a count."""

    by: Literal["deviation"] = "deviation"
    of: tuple[str, str, str]


class ShareBelow(_Macro):
    """Share of the customers of the same as-of date with a smaller value."""

    by: Literal["share_below"] = "share_below"
    of: str


class Parts(_Macro):
    """Equal parts of the customers of one as-of date, from the smallest value to the largest."""

    by: Literal["parts"] = "parts"
    of: str
    count: int
    names: tuple[str, ...] = ()

    @property
    def args(self) -> tuple[str, ...]:
        return (self.of, str(self.count), *self.names)

    def uses(self, operation: Operation) -> set[str]:
        return words_in(operation.args[0])


class _PlainSql(_Computation):
    """Base of what is an expression over other features."""

    def operation(self, project: Project, *, window: int | None) -> Operation:
        return Operation("sql", (self.sql(project, window=window),))

    @abstractmethod
    def sql(self, project: Project, *, window: int | None) -> str:
        """The expression over other features."""


class Expression(_PlainSql):
    """An expression as it stands in the catalogue or the project file."""

    by: Literal["sql"] = "sql"
    of: str

    def sql(self, project: Project, *, window: int | None) -> str:
        del project, window
        return self.of


class _OverValues(_PlainSql):
    """Base of what looks at the columns <prefix>_<value>_ever of a list of values."""

    prefix: str
    values: ValueList

    def _columns(self, project: Project) -> dict[str, str]:
        """The columns, by value in the order of the alphabet."""
        named = value_columns(self.prefix, list(values_of(self.values, project)))
        return {value: f"{named[value]}_ever" for value in sorted(named)}


class Favourite(_OverValues):
    """The value whose column is largest; of equals the first by name."""

    by: Literal["favourite"] = "favourite"

    def sql(self, project: Project, *, window: int | None) -> str:
        del window
        columns = self._columns(project)
        names = list(columns.values())
        largest = f"greatest({', '.join(names)})" if len(names) > 1 else names[0]
        cases = (f"when {name} = {largest} then {quoted(value)}" for value, name in columns.items())
        return f"case when {largest} = 0 then null {' '.join(cases)} end"


class Variety(_OverValues):
    """The number of values whose column is above zero."""

    by: Literal["variety"] = "variety"

    def sql(self, project: Project, *, window: int | None) -> str:
        del window
        names = self._columns(project).values()
        return " + ".join(f"case when {name} > 0 then 1 else 0 end" for name in names)


class WeightedScore(_PlainSql):
    """Weighted terms; what a project or a customer does not have adds nothing."""

    by: Literal["score"] = "score"
    of: dict[str, float]

    def sql(self, project: Project, *, window: int | None) -> str:
        del project, window
        terms = (f"coalesce({weight} * ({term}), 0)" for term, weight in self.of.items())
        return " + ".join(terms)

    def within(self, known: set[str]) -> WeightedScore | None:
        """The terms whose features are known; None where there are none."""
        terms = {term: weight for term, weight in self.of.items() if words_in(term) <= known}
        return self.model_copy(update={"of": terms}) if terms else None


class _AgainstBefore(_Computation):
    """Base of what sets a window against the one before it, by the window of double length."""

    of: str

    def _now_and_before(self, project: Project, window: int | None) -> tuple[str, str]:
        if window is None:
            raise ValueError(f"the catalogue gives no window to compare {self.of} with")
        now, both = (f"{self.of}_{suffix_of(w, project.grain)}" for w in (window, 2 * window))
        return now, f"({both} - {now})"


class Change(_AgainstBefore):
    """The window less the one before it."""

    by: Literal["change"] = "change"

    def operation(self, project: Project, *, window: int | None) -> Operation:
        now, before = self._now_and_before(project, window)
        return Operation("sql", (f"{now} - {before}",))


class Before(_AgainstBefore):
    """The window before this one."""

    by: Literal["before"] = "before"

    def operation(self, project: Project, *, window: int | None) -> Operation:
        return Operation("sql", (self._now_and_before(project, window)[1],))


class Momentum(_AgainstBefore):
    """The window over the one before it."""

    by: Literal["momentum"] = "momentum"

    @property
    def null_rule(self) -> str:
        return _NULL_RATIO

    def operation(self, project: Project, *, window: int | None) -> Operation:
        return Operation("ratio", self._now_and_before(project, window))


AnyComputation = (
    MeasureAggregate | DaysSince | Tenure | Ratio | Geometric | Deviation | ShareBelow | Parts
    | Expression | Favourite | Variety | WeightedScore | Change | Before | Momentum
)  # fmt: skip
Computation = Annotated[AnyComputation, Field(discriminator="by")]
KEYS = frozenset(str(kind.model_fields["by"].default) for kind in get_args(AnyComputation))
