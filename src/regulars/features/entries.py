"""The feature catalogue as its file states it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import Field, model_validator

from regulars.core.settings import Project
from regulars.core.settings.sources import Strings
from regulars.core.shipped_yaml import load_shipped
from regulars.features.computations import (
    KEYS,
    Computation,
    Entry,
    MeasureAggregate,
    ValueList,
)
from regulars.features.frames import InputKind

Combine = Literal["sum", "min", "max", "bit_or"]


class MeasureEntry(Entry):
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


class FeatureEntry(Entry):
    """A feature as the catalogue states it; exactly one key says how to compute it.

    `entity` is the one that the feature is made from: that of its measure, unless `needs` names
    one; None where it needs none.
    """

    name: str
    family: str
    type: str
    meaning: str
    computation: Computation
    entity: str | None = None
    windows: Literal["all", "ever", "doubled"] | None = None
    for_each: ValueList | None = None
    needs_column: Strings = []
    needs_values: str | None = None
    grain: list[str] = []
    kind: InputKind = "number"
    feature: bool = True
    null_rule: str = ""

    @model_validator(mode="before")
    @classmethod
    def _one_computation(cls, stated: dict[str, Any]) -> dict[str, Any]:
        """`ratio: [a, b]` of the file is the computation {by: ratio, of: [a, b]}."""
        if "computation" in stated:
            return stated
        keys = KEYS & stated.keys()
        if len(keys) != 1:
            raise ValueError(f"the catalogue must say in one way how to compute {stated['name']}")
        (by,) = keys
        rest = {key: value for key, value in stated.items() if key not in keys | {"aggregate"}}
        value = stated[by]
        details = value if by in ("parts", "favourite", "variety") else {"of": value}
        aggregate = {"aggregate": stated["aggregate"]} if "aggregate" in stated else {}
        rest["entity"] = rest.pop("needs", None)
        return rest | {"computation": {"by": by, **details, **aggregate}}


class CatalogueFile(Entry):
    """The whole catalogue file; features of a measure get the measure's entity."""

    windows: dict[str, list[int]]
    measures: list[MeasureEntry]
    features: list[FeatureEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _entities_of_measures(self) -> CatalogueFile:
        entities = {measure.name: measure.entity for measure in self.measures}
        for position, feature in enumerate(self.features):
            computation = feature.computation
            if feature.entity is None and isinstance(computation, MeasureAggregate):
                entity = entities[computation.of]
                self.features[position] = feature.model_copy(update={"entity": entity})
        return self


@cache
def catalogue_file() -> CatalogueFile:
    """The catalogue that is shipped."""
    text = resources.files("regulars.features").joinpath("catalogue.yaml").read_text("utf-8")
    return CatalogueFile.model_validate(load_shipped(text))


def is_possible(entry: FeatureEntry, project: Project) -> bool:
    """Whether the project has the entity, one of the columns, the values and the grain it needs."""
    if entry.entity is not None and entry.entity not in project.entities:
        return False
    if entry.needs_column and not any(is_mapped(name, project) for name in entry.needs_column):
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
    mappings = {str(key): mapping for key, mapping in project.entities.items()}
    mapping = mappings.get(entity or "transactions")
    return mapping is not None and column in mapping.columns
