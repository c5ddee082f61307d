"""The rules that name segments, as the transform reads them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from regulars.core.calendar import PERIODS_PER_QUARTER, PERIODS_PER_YEAR
from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.core.shipped_yaml import load_shipped
from regulars.features.catalogue import Catalogue, resolve_catalogue
from regulars.features.expressions import suffix_of, words_in

_SCORES = frozenset({"r_score", "f_score", "m_score", "rfm_score", "purchase_rhythm", "is_new"})


def segment_variables(project: Project) -> dict[str, Any]:
    """The segments variable: frequency measure, recency bands, ordered rules, campaigns, the rest.

    `activity_window` is the number of periods without a purchase after which a customer is no
    longer active: that of the churn definition, else a year.

    `features` are the columns of customer_features that the rules look at; `quarter` is the
    suffix of the window of about 90 days, None where the project has no such window. Raises
    SettingsError where rules need features that the project does not have.
    """
    chosen = _rule_sets()[project.segments.rules]
    catalogue = resolve_catalogue(project)
    quarter = suffix_of(PERIODS_PER_QUARTER[project.grain], project.grain)
    rules = [{"name": rule["name"], "when": _condition(rule, quarter)} for rule in chosen["rules"]]
    return {
        "frequency": project.segments.frequency,
        "recency_bands": project.segments.recency_bands,
        "activity_window": _activity_window(project),
        "of": chosen["of"],
        "otherwise": chosen["otherwise"],
        "rules": rules,
        "campaigns": chosen["campaigns"],
        "without_purchases": _without_purchases(project),
        "features": _features_of(rules, catalogue, project) if chosen["of"] == "features" else [],
        "quarter": quarter if f"amount_before_{quarter}" in catalogue.inputs else None,
    }


def segment_order(project: Project) -> list[str]:
    """Segment names from the most to the least valuable, for tables and charts."""
    return list(_rule_sets()[project.segments.rules]["value_order"])


def rules_need_features(project: Project) -> bool:
    """Whether the rules look at features, which exist at the run's cutoffs only."""
    return bool(_rule_sets()[project.segments.rules]["of"] == "features")


@cache
def _rule_sets() -> dict[str, Any]:
    text = resources.files("regulars.segments").joinpath("rules.yaml").read_text("utf-8")
    loaded: dict[str, Any] = load_shipped(text)
    return loaded


def _without_purchases(project: Project) -> str | None:
    name = project.segments.without_purchases
    known = segment_order(project)
    if name is not None and name not in known:
        raise SettingsError(
            f"segments.without_purchases: '{name}' is not a segment of these rules",
            where=str(project.file),
            hint=f"There are: {', '.join(known)}.",
        )
    return name


def _activity_window(project: Project) -> int:
    window = project.churn.activity_window if project.churn is not None else None
    return window or PERIODS_PER_YEAR[project.grain]


def _condition(rule: dict[str, str], quarter: str) -> str:
    when = rule["when"].replace("{quarter}", quarter)
    if "codes" not in rule:
        return when
    codes = ", ".join(f"'{code}'" for code in rule["codes"].split())
    return f"rfm_score in ({codes}) and {when}"


def _features_of(rules: list[dict[str, str]], catalogue: Catalogue, project: Project) -> list[str]:
    used = sorted(set().union(*(words_in(rule["when"]) for rule in rules)) - _SCORES)
    missing = [name for name in used if name not in catalogue.inputs]
    if missing:
        raise SettingsError(
            f"segments.rules: '{project.segments.rules}' needs the feature '{missing[0]}'",
            where=str(project.file),
            hint="Name categories under features.category_groups (travel, necessities) and keep "
            "the windows of about 90 and 180 days.",
        )
    return used
