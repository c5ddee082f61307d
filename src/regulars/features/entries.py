"""The feature catalogue as its file states it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from regulars.core.settings import Project
from regulars.core.settings.sources import Strings
from regulars.features.frames import InputKind

Aggregate = Literal["sum", "min", "max"]
Combine = Literal["sum", "min", "max", "bit_or"]
ValueList = Literal[
    "categories", "channels", "payments", "interaction_kinds", "interaction_channels",
    "touch_channels", "category_groups",
]  # fmt: skip


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MeasureEntry(_Entry):
    """A measure as the catalogue states it."""

    name: str
    entity: str
    type: str
    meaning: str
    sql: str = ""
    bits: str | None = None
    empty: int | None = None
    combine: Combine = "sum"
    for_each: ValueList | None = None
    needs_column: str | None = None
    needs_values: str | None = None


class Parts(_Entry):
    """Equal parts of the customers of one as-of date, from the smallest value to the largest."""

    of: str
    count: int
    names: list[str] = []


class Favourite(_Entry):
    """The value whose column, <prefix>_<value>_ever, is largest; of equals the first by name."""

    prefix: str
    values: ValueList


class FeatureEntry(_Entry):
    """A feature as the catalogue states it; exactly one way to compute it is given."""

    name: str
    family: str
    type: str
    meaning: str
    windows: Literal["all", "ever", "doubled"] | None = None
    measure: str | None = None
    aggregate: Aggregate = "sum"
    ratio: list[str] | None = None
    deviation: list[str] | None = None
    geometric: list[str] | None = None
    change: str | None = None
    momentum: str | None = None
    before: str | None = None
    days_since: str | None = None
    tenure: bool = False
    share_below: str | None = None
    parts: Parts | None = None
    favourite: Favourite | None = None
    variety: Favourite | None = None
    score: dict[str, float] | None = None
    sql: str | None = None
    for_each: ValueList | None = None
    needs: str | None = None
    needs_column: Strings = []
    needs_values: str | None = None
    grain: list[str] = []
    kind: InputKind = "number"
    feature: bool = True
    null_rule: str = ""

    @property
    def entity(self) -> str | None:
        """The entity that the feature is made from, where it needs one."""
        if self.needs is not None:
            return self.needs
        return entity_of(self.measure) if self.measure else None


class CatalogueFile(_Entry):
    """The whole catalogue file."""

    windows: dict[str, list[int]]
    measures: list[MeasureEntry]
    features: list[FeatureEntry] = Field(min_length=1)


@cache
def catalogue_file() -> CatalogueFile:
    """The catalogue that is shipped."""
    text = resources.files("regulars.features").joinpath("catalogue.yaml").read_text("utf-8")
    return CatalogueFile.model_validate(yaml.safe_load(text))


def entity_of(measure: str) -> str:
    """The entity of a measure, also of one made for a value (`lines_in_food`)."""
    fitting = [
        one
        for one in catalogue_file().measures
        if measure == one.name or (one.for_each and measure.startswith(f"{one.name}_"))
    ]
    return max(fitting, key=lambda one: len(one.name)).entity


def values_of(for_each: str, project: Project) -> dict[str, list[str]]:
    """Values that get columns of their own, each with the raw values that it stands for."""
    listed = getattr(project.features, for_each)
    if isinstance(listed, dict):
        return {str(name): [str(one) for one in members] for name, members in listed.items()}
    return {str(value): [str(value)] for value in listed}


def is_possible(entry: FeatureEntry, project: Project) -> bool:
    """Whether the project has the entity, one of the columns, the values and the grain it needs."""
    if entry.entity is not None and entry.entity not in project.entities:
        return False
    if entry.needs_column and not any(is_mapped(one, project) for one in entry.needs_column):
        return False
    if entry.needs_values is not None and not values_of_any(entry.needs_values, project):
        return False
    return not entry.grain or project.grain in entry.grain


def values_of_any(name: str, project: Project) -> list[str]:
    """The values of a list of the project file that a feature needs as a whole."""
    return list(getattr(project.features, name))


def is_mapped(name: str, project: Project) -> bool:
    """Whether `entity.column` is mapped; a bare column is one of transactions."""
    entity, _, column = name.rpartition(".")
    mapping = {str(key): one for key, one in project.entities.items()}.get(entity or "transactions")
    return mapping is not None and column in mapping.columns
