"""The rules that name segments, as the transform reads them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from regulars.core.settings import Project


def segment_variables(project: Project) -> dict[str, Any]:
    """The segments variable: frequency measure, recency bands, ordered rules, and the rest."""
    rules = _rule_sets()[project.segments.rules]
    return {
        "frequency": project.segments.frequency,
        "recency_bands": project.segments.recency_bands,
        "otherwise": rules["otherwise"],
        "rules": [{"name": rule["name"], "when": _condition(rule)} for rule in rules["rules"]],
    }


def segment_order(project: Project) -> list[str]:
    """Segment names from the most to the least valuable, for tables and charts."""
    return list(_rule_sets()[project.segments.rules]["value_order"])


@cache
def _rule_sets() -> dict[str, Any]:
    text = resources.files("regulars.segments").joinpath("rules.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def _condition(rule: dict[str, str]) -> str:
    if "codes" in rule:
        codes = ", ".join(f"'{code}'" for code in rule["codes"].split())
        return f"rfm_score in ({codes})"
    return rule["when"]
