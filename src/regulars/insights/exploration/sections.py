"""The exploration as plain values, in the sections that a file or a program reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from regulars.insights.exploration.answer import Exploration
from regulars.insights.exploration.correlations import STRONG, Pair
from regulars.insights.exploration.significance import LEVEL, Comparison

DIGITS = 9
SECTIONS = (
    "data_overview",
    "target_analysis",
    "feature_analysis",
    "correlation_analysis",
    "segmentation_analysis",
    "statistical_tests",
    "time_series",
)


def sections(found: Exploration) -> dict[str, Any]:
    """The sections by name; fractions have DIGITS significant digits, dates are text."""
    whole = {
        "explored": {
            "as_of": found.seen.as_of,
            "customers": found.seen.customers,
            "of_customers": found.seen.of_customers,
            "is_sample": found.seen.is_sample,
        },
        "data_overview": asdict(found.overview),
        "target_analysis": asdict(found.target),
        "feature_analysis": {
            "numbers": [asdict(one) for one in found.numbers],
            "categories": [asdict(one) | {"mode": one.mode} for one in found.categories],
            "histograms": [asdict(one) for one in found.histograms],
        },
        "correlation_analysis": _correlations(found),
        "segmentation_analysis": {
            "now": [asdict(one) for one in found.segments],
            "outcome_by_segment_then": [asdict(one) for one in found.segment_outcomes],
            "outcome_by_category": {
                one.name: [asdict(level) for level in one.levels]
                for one in found.telling_categories
            },
        },
        "statistical_tests": _tests(found),
        "time_series": {
            "months": [asdict(one) for one in found.months],
            "outcomes": [asdict(one) for one in found.outcomes],
        },
    }
    plain: dict[str, Any] = _plain(whole)
    return plain


def _correlations(found: Exploration) -> dict[str, Any]:
    seen = found.correlations
    return {
        "threshold": STRONG,
        "numbers": seen.numbers,
        "pairs": seen.pairs,
        "strong_pairs": len(seen.strong),
        "strong": _pairs(seen.strong),
        "groups": seen.groups,
        "with_outcome": _pairs(seen.with_outcome),
        "mean": seen.mean,
        "most": seen.most,
        "heatmap": {"numbers": seen.shown, "r": seen.matrix},
    }


def _pairs(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    return [asdict(one) for one in pairs]


def _tests(found: Exploration) -> dict[str, Any]:
    made = found.significance
    return {
        "level": LEVEL,
        "correction": "Benjamini-Hochberg",
        "tested": len(made.tests),
        "significant": len(made.significant),
        "chi_square": _made(made.tests, "chi-square"),
        "t_tests": _made(made.tests, "Welch t"),
        "left_out": made.left_out,
    }


def _made(tests: Sequence[Comparison], kind: str) -> list[dict[str, Any]]:
    return [asdict(one) | {"significant": one.is_significant} for one in tests if one.test == kind]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value.isoformat() if isinstance(value, date) else value
