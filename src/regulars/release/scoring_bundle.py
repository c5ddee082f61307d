"""The scoring bundle: all that scores of customers who are not in the release rest on.

Beside it lie the fitted estimator and, per feature that compares customers, their sorted values.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from regulars.core.calendar import Grain
from regulars.release.contract import ReleaseFile, ReleaseModel
from regulars.release.project_facts import ChurnKind
from regulars.release.value_report import ValueSource
from regulars.warehouse.compiled_models import CompiledModel

InputKind = Literal["number", "flag", "category"]
ColumnTypes = dict[str, str]


class ScoringCutoff(ReleaseModel):
    """The as-of date of the release's scores, and its outcome window [from, to)."""

    as_of: date
    outcome_from: date
    outcome_to: date
    role: str = "score"
    is_closed: bool = False


class LayerSchemas(ReleaseModel):
    """The schema of each layer that the compiled models read and make."""

    silver: str
    gold: str
    ops: str


class NumberBounds(ReleaseModel):
    """The bounds that the project caps a number at; None is open."""

    min: int | float | None = None
    max: int | float | None = None


class CustomerValueSource(ReleaseModel):
    """What the value of a posted customer is read from: no prediction is possible for one alone.

    `times` is what the column is multiplied by: 12 for the charge of a month.
    """

    source: ValueSource
    column: str | None = None
    times: int = 1


class ScoringBundle(ReleaseFile):
    """The models, tables and inputs that scoring needs.

    `staged_as` begins the names of the tables that posted rows stand for (`base_` in releases of
    an older version). `posted_columns` are the columns by entity that rows are handed in with,
    `empty_tables` those of entities that never are, `ops_tables` those of bookkeeping.
    `mapped_columns` says what the project maps, `caps` its bounds of numbers, both by entity.
    `feature_entities` tells which entity a feature is made from; `standings` are the features that
    compare customers.
    """

    file_name: ClassVar[str] = "scoring.json"

    estimator_id: str
    cutoff: ScoringCutoff
    grain: Grain
    timezone: str
    churn_kind: ChurnKind | None
    models: tuple[CompiledModel, ...]
    schemas: LayerSchemas
    staged_as: str = "base_"
    posted_columns: dict[str, ColumnTypes]
    empty_tables: dict[str, ColumnTypes]
    ops_tables: dict[str, ColumnTypes]
    mapped_columns: dict[str, tuple[str, ...]]
    caps: dict[str, dict[str, NumberBounds]]
    attributes: dict[str, str]
    inputs: dict[str, InputKind]
    feature_entities: dict[str, str | None]
    standings: tuple[str, ...]
    value: CustomerValueSource
