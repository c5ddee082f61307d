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
            "numbers": [asdict(summary) for summary in found.numbers],
            "categories": [
                asdict(summary) | {"mode": summary.mode} for summary in found.categories
            ],
            "histograms": [asdict(histogram) for histogram in found.histograms],
        },
        "correlation_analysis": _correlations(found),
        "segmentation_analysis": {
            "now": [asdict(segment) for segment in found.segments],
            "outcome_by_segment_then": [asdict(outcome) for outcome in found.segment_outcomes],
            "outcome_by_category": {
                category.name: [asdict(level) for level in category.levels]
                for category in found.telling_categories
            },
        },
        "statistical_tests": _tests(found),
        "time_series": {
            "months": [asdict(month) for month in found.months],
            "outcomes": [asdict(outcome) for outcome in found.outcomes],
        },
    }
    plain: dict[str, Any] = _plain(whole)
    return plain


def _correlations(exploration: Exploration) -> dict[str, Any]:
    correlations = exploration.correlations
    return {
        "threshold": STRONG,
        "numbers": correlations.numbers,
        "pairs": correlations.pairs,
        "strong_pairs": len(correlations.strong),
        "strong": _pairs(correlations.strong),
        "groups": correlations.groups,
        "with_outcome": _pairs(correlations.with_outcome),
        "mean": correlations.mean,
        "most": correlations.most,
        "heatmap": {"numbers": correlations.shown, "r": correlations.matrix},
    }


def _pairs(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    return [asdict(pair) for pair in pairs]


def _tests(exploration: Exploration) -> dict[str, Any]:
    significance = exploration.significance
    return {
        "level": LEVEL,
        "correction": "Benjamini-Hochberg",
        "tested": len(significance.tests),
        "significant": len(significance.significant),
        "chi_square": _made(significance.tests, "chi-square"),
        "t_tests": _made(significance.tests, "Welch t"),
        "left_out": significance.left_out,
    }


def _made(tests: Sequence[Comparison], kind: str) -> list[dict[str, Any]]:
    return [
        asdict(test) | {"significant": test.is_significant} for test in tests if test.test == kind
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value.isoformat() if isinstance(value, date) else value
