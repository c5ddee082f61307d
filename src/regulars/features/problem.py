"""The churn question of a project in words, and what learning must know of each input."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.core.settings import ChurnSettings, Project
from regulars.features.catalogue import resolve_catalogue

_DAYS = {"day": 1, "week": 7, "month": 30}
_ACTIONABLE = frozenset({"discounts", "service", "campaigns"})


@dataclass(frozen=True)
class InputFacts:
    """Per input: its family, words, the days it looks back, and the sources it comes from."""

    families: dict[str, str]
    words: dict[str, str]
    reach_days: dict[str, int]
    lineage: dict[str, tuple[str, ...]]
    actionable: frozenset[str] = _ACTIONABLE


def input_facts(project: Project) -> InputFacts:
    """What the catalogue and the mapping say about every input."""
    features = [one for one in resolve_catalogue(project).features if one.kind is not None]
    customers = project.entities.get("customers")
    attributes = customers.attributes if customers else {}
    return InputFacts(
        families={one.name: one.family for one in features}
        | dict.fromkeys(attributes, "attributes"),
        words={one.name: one.description.rstrip(".") for one in features}
        | {name: name.replace("_", " ").capitalize() for name in attributes},
        reach_days={
            one.name: one.window * _DAYS[project.grain] for one in features if one.window
        },
        lineage={one.name: (one.entity or "customers",) for one in features}
        | {
            name: ("customers", attribute.column or attribute.sql or name)
            for name, attribute in attributes.items()
        },
    )


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
    return f"A customer {who} has churned when they buy nothing in {window}{after} the cutoff."


def _population(churn: ChurnSettings, grain: str) -> str:
    if churn.activity_window is None:
        return "who ever bought"
    return f"who bought in the {_count(churn.activity_window, grain)} before the cutoff"


def _count(number: int, grain: str) -> str:
    return f"{number} {grain}{'s' if number != 1 else ''}"
