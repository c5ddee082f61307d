"""What learning must know of each input: its meaning, its reach, and what it is made from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regulars.core.calendar import window_days
from regulars.core.names import snake_case
from regulars.core.settings import ColumnMapping, Project
from regulars.features.catalogue import resolve_catalogue

_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_ACTIONABLE = frozenset({"discounts", "service", "campaigns"})


@dataclass(frozen=True)
class InputFacts:
    """Per input: its family, words, the days it looks back, and what it is made from.

    `outcome_lineage` is what the label is made from, in the same words as `lineage`, and
    `outcome_names` are the project's own columns that tell the outcome: never an input.
    """

    families: dict[str, str]
    words: dict[str, str]
    reach_days: dict[str, int]
    lineage: dict[str, tuple[str, ...]]
    outcome_lineage: tuple[str, ...]
    outcome_names: tuple[str, ...]
    actionable: frozenset[str] = _ACTIONABLE


def input_facts(project: Project) -> InputFacts:
    """What the catalogue and the mapping say about every input."""
    catalogue = resolve_catalogue(project)
    features = [feature for feature in catalogue.features if feature.kind is not None]
    customers = project.entities.get("customers")
    attributes = customers.attributes if customers else {}
    labels = attribute_labels(project)
    source = customers.source if customers else ""
    outcome_columns = _outcome_columns(project)
    return InputFacts(
        families={feature.name: feature.family for feature in features} | labels,
        words={feature.name: feature.description.rstrip(".") for feature in features}
        | {name: label[:1].upper() + label[1:] for name, label in labels.items()},
        reach_days={
            feature.name: window_days(feature.window, grain=project.grain)
            for feature in features
            if feature.window
        },
        lineage={
            feature.name: (f"{feature.entity or 'customers'} before the cutoff",)
            for feature in features
        }
        | {name: _made_from(attribute, source) for name, attribute in attributes.items()},
        outcome_lineage=outcome_columns,
        outcome_names=tuple(column.rsplit(".", 1)[-1] for column in outcome_columns),
    )


def attribute_labels(project: Project) -> dict[str, str]:
    """What people read of each customer attribute: its label, or its name in words."""
    customers = project.entities.get("customers")
    return {
        name: attribute.label or name.replace("_", " ")
        for name, attribute in (customers.attributes if customers else {}).items()
    }


def _outcome_columns(project: Project) -> tuple[str, ...]:
    """Raw columns that tell the outcome: the label and its reason, or when a member left."""
    columns: list[str] = []
    labels, customers = project.entities.get("labels"), project.entities.get("customers")
    for name in ("churned", "reason", "observed_at"):
        if labels is not None and name in labels.columns:
            columns += _made_from(labels.columns[name], labels.source)
    if customers is not None and "left_at" in customers.columns:
        columns += _made_from(customers.columns["left_at"], customers.source)
    return tuple(columns)


def _made_from(mapping: ColumnMapping, source: str) -> tuple[str, ...]:
    """The raw columns behind a mapped one, as source.column in snake case."""
    if mapping.column is not None:
        return (f"{source}.{snake_case(mapping.column)}",)
    if mapping.parts is not None:
        parts = (mapping.parts.year, mapping.parts.month, mapping.parts.day)
        return tuple(f"{source}.{snake_case(part)}" for part in parts if part)
    return tuple(f"{source}.{word}" for word in sorted(set(_WORD.findall(mapping.sql or ""))))
