"""State of the first version, read as today's: its records knew a churn definition by its sentence.

Only here are sentences of that version compared. They are rendered as that version rendered them,
whatever today's wording is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from regulars.core.calendar import Grain
from regulars.features.churn_definition import ChurnDefinition

_REPLACED = frozenset({"kind", "label", "horizon_days"})
_ROLLED_BACK, _SAME_ORIGIN = "rolled back from ", "made from the same data, code and settings"


def migrated_index(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The index of format 1 in format 2: typed definitions and causes instead of sentences."""
    return {
        "format": 2,
        "champion": stored["champion"],
        "estimators": [_migrated_record(record) for record in stored["estimators"]],
        "promotions": [_migrated_promotion(promotion) for promotion in stored["promotions"]],
    }


def migrated_scorings(
    stored: Sequence[Mapping[str, Any]], keys: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Scorings with the key of their definition; `keys` maps estimators to theirs.

    An estimator only ever scored under the definition that it was trained for.
    """
    return [
        {name: value for name, value in scoring.items() if name != "label"}
        | {"definition_key": keys.get(scoring["estimator_id"], "")}
        if "label" in scoring
        else dict(scoring)
        for scoring in stored
    ]


def migrated_estimator(estimator: Any, definition: ChurnDefinition | None) -> Any:
    """An estimator whose problem has a definition; those of the first version had a sentence."""
    problem = getattr(estimator, "problem", None)
    if problem is None or "definition" in vars(problem):
        return estimator
    known = {name: value for name, value in vars(problem).items() if name not in _REPLACED}
    return replace(estimator, problem=type(problem)(definition=definition, **known))


def recovered_definition(label: str, churn: Mapping[str, Any]) -> ChurnDefinition | None:
    """The definition behind a sentence of the first version; `churn` are the settings beside it.

    The settings lack the grain alone, so the grain is the one whose sentence is the stored one.
    None where no grain gives the sentence: such an estimator serves no definition.
    """
    for grain in get_args(Grain):
        if churn and _first_sentence(churn, grain) == label:
            return ChurnDefinition.from_settings(churn, grain=grain)
    return None


def _migrated_record(record: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in record.items() if name not in _REPLACED}
    settings = record.get("settings") or {}
    definition = recovered_definition(record["label"], settings.get("churn") or {})
    return kept | {
        "definition": definition and definition.to_json(),
        "checks": [_migrated_check(check) for check in record.get("checks") or ()],
    }


def _migrated_check(check: Mapping[str, Any]) -> dict[str, Any]:
    return {"finding" if name == "found" else name: value for name, value in check.items()}


def _migrated_promotion(promotion: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in promotion.items() if name != "by_hand"}
    cause = "passed_gates"
    if promotion["why"].startswith(_ROLLED_BACK):
        cause = "rolled_back"
    elif promotion.get("by_hand"):
        cause = "by_hand"
    elif promotion["why"] == _SAME_ORIGIN:
        cause = "same_origin"
    return kept | {"cause": cause}


def _first_sentence(churn: Mapping[str, Any], grain: str) -> str:
    """The sentence of a definition, to the letter of the first version."""
    window = f"the {_first_count(churn['horizon'], grain)}"
    after = f" that begin {_first_count(churn['gap'], grain)} after" if churn["gap"] else " from"
    if churn["kind"] == "contractual":
        return f"A member has churned when they leave within {window}{after} the cutoff."
    if churn["kind"] == "labelled":
        return "A customer has churned when the delivered label says so; the label has no date."
    who = "who ever bought"
    if churn["activity_window"] is not None:
        active = _first_count(churn["activity_window"], grain)
        who = f"who bought in the {active} before the cutoff"
    if churn["kind"] == "decline":
        share = f"{100 * churn['decline_below']:.0f} % of their own earlier rate"
        return (
            f"A customer {who} has churned when they spend less than {share}, or nothing, in "
            f"{window}{after} the cutoff."
        )
    return f"A customer {who} has churned when they buy nothing in {window}{after} the cutoff."


def _first_count(number: int, grain: str) -> str:
    return f"{number} {grain}{'s' if number != 1 else ''}"
