"""The churn question of a project in words, and what learning must know of each input."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regulars.core.names import snake_case
from regulars.core.settings import ChurnSettings, ColumnMapping, Project
from regulars.features.catalogue import resolve_catalogue

_DAYS = {"day": 1, "week": 7, "month": 30}
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
    features = [one for one in resolve_catalogue(project).features if one.kind is not None]
    customers = project.entities.get("customers")
    attributes = customers.attributes if customers else {}
    source = customers.source if customers else ""
    told = _outcome_columns(project)
    return InputFacts(
        families={one.name: one.family for one in features}
        | {name: name.replace("_", " ") for name in attributes},
        words={one.name: one.description.rstrip(".") for one in features}
        | {name: name.replace("_", " ").capitalize() for name in attributes},
        reach_days={one.name: one.window * _DAYS[project.grain] for one in features if one.window},
        lineage={one.name: (f"{one.entity or 'customers'} before the cutoff",) for one in features}
        | {name: _made_from(attribute, source) for name, attribute in attributes.items()},
        outcome_lineage=told,
        outcome_names=tuple(column.rsplit(".", 1)[-1] for column in told),
    )


def _outcome_columns(project: Project) -> tuple[str, ...]:
    """Raw columns that tell the outcome: the label and its reason, or when a member left."""
    found: list[str] = []
    labels, customers = project.entities.get("labels"), project.entities.get("customers")
    for name in ("churned", "reason", "observed_at"):
        if labels is not None and name in labels.columns:
            found += _made_from(labels.columns[name], labels.source)
    if customers is not None and "left_at" in customers.columns:
        found += _made_from(customers.columns["left_at"], customers.source)
    return tuple(found)


def _made_from(mapping: ColumnMapping, source: str) -> tuple[str, ...]:
    """The raw columns behind a mapped one, as source.column in snake case."""
    if mapping.column is not None:
        return (f"{source}.{snake_case(mapping.column)}",)
    if mapping.parts is not None:
        parts = (mapping.parts.year, mapping.parts.month, mapping.parts.day)
        return tuple(f"{source}.{snake_case(part)}" for part in parts if part)
    return tuple(f"{source}.{word}" for word in sorted(set(_WORD.findall(mapping.sql or ""))))


def label_sentence(project: Project) -> str:
    """What 'churned' means here, in one sentence that a manager can repeat."""
    churn = project.churn
    if churn is None:
        return "No churn is defined in the project file."
    window = f"the {_count(churn.horizon, project.grain)}"
    after = f" that begin {_count(churn.gap, project.grain)} after" if churn.gap else " from"
    if churn.kind == "contractual":
        return f"A member has churned when they leave within {window}{after} the cutoff."
    if churn.kind == "labelled":
        return "A customer has churned when the delivered label says so; the label has no date."
    who = _population(churn, project.grain)
    if churn.kind == "decline":
        share = f"{100 * churn.decline_below:.0f} % of their own earlier rate"
        return (
            f"A customer {who} has churned when they spend less than {share}, or nothing, in "
            f"{window}{after} the cutoff."
        )
    return f"A customer {who} has churned when they buy nothing in {window}{after} the cutoff."


def _population(churn: ChurnSettings, grain: str) -> str:
    if churn.activity_window is None:
        return "who ever bought"
    return f"who bought in the {_count(churn.activity_window, grain)} before the cutoff"


def _count(number: int, grain: str) -> str:
    return f"{number} {grain}{'s' if number != 1 else ''}"
