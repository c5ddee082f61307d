"""Write every figure that a release has facts for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from regulars.insights.amounts import unit_of
from regulars.insights.churn_drivers import drivers
from regulars.insights.exploration.answer import Exploration
from regulars.insights.exploration.numbers import NumberSummary, histogram
from regulars.insights.reading import Reading
from regulars.serve.reports.figures.numbers import (
    correlation_heatmap,
    feature_distributions,
    feature_importance,
)
from regulars.serve.reports.figures.outcome import (
    churn_by_category,
    target_distribution,
    time_histogram,
)
from regulars.serve.reports.figures.parts import segment_analysis, time_series

_TIMES = ("recency_days", "tenure_days", "tenure")


def write_figures(reading: Reading, found: Exploration, *, folder: Path) -> tuple[Path, ...]:
    """Write the PNG files into a folder; the paths of those there were facts for.

    target_distribution, feature_distributions, correlation_heatmap, churn_by_category,
    segment_analysis, time_series, feature_importance, and a histogram of tenure or of recency.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unit = unit_of(reading)
    moved = drivers(reading) if reading.churn else ()
    made: dict[str, Callable[[Path], bool]] = {
        "target_distribution": lambda path: target_distribution(found, path),
        "feature_distributions": lambda path: feature_distributions(found, path),
        "correlation_heatmap": lambda path: correlation_heatmap(found, path),
        "churn_by_category": lambda path: churn_by_category(found, path),
        "segment_analysis": lambda path: segment_analysis(found, unit, path=path),
        "time_series": lambda path: time_series(found, unit, path=path),
        "feature_importance": lambda path: feature_importance(moved, path),
        **_time(reading, found),
    }
    paths = {folder / f"{name}.png": draw for name, draw in made.items()}
    return tuple(path for path, draw in paths.items() if draw(path))


def _time(reading: Reading, found: Exploration) -> Mapping[str, Callable[[Path], bool]]:
    """How long customers have been there, where that is mapped; else how long away."""
    one = time_number(reading, found)
    shown = histogram(reading, one) if one is not None else None
    if one is None or shown is None:
        return {}
    name = "recency" if one.name == "recency_days" else "tenure"
    return {f"{name}_histogram": lambda path: time_histogram(shown, path)}


def time_number(reading: Reading, found: Exploration) -> NumberSummary | None:
    """The number that says how long a customer has been there, or away."""
    mapped = (reading.about.get("churn") or {}).get("tenure_attribute")
    by_name = {one.name: one for one in found.numbers}
    return next((by_name[name] for name in (mapped, *_TIMES) if name in by_name), None)
