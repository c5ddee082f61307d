"""The whole exploration, asked once: terminal, JSON, figures and report cannot disagree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from regulars.insights.activity import Month, activity
from regulars.insights.exploration.categories import CategorySummary, category_summaries
from regulars.insights.exploration.correlations import Correlations, correlations
from regulars.insights.exploration.explored_customers import TABLE, Explored, explored
from regulars.insights.exploration.inputs_overview import DataOverview, data_overview
from regulars.insights.exploration.numbers import (
    Histogram,
    NumberSummary,
    histogram,
    number_summaries,
)
from regulars.insights.exploration.outcomes import (
    OutcomeAt,
    SegmentOutcome,
    TargetAnalysis,
    outcomes_over_time,
    segment_outcomes,
    target_analysis,
)
from regulars.insights.exploration.significance import Significance, significance
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import Segment, segments

SHOWN = 12


@dataclass(frozen=True)
class Exploration:
    """Every answer about one release. `histograms` are of the numbers that tell most."""

    seen: Explored
    overview: DataOverview
    target: TargetAnalysis
    numbers: tuple[NumberSummary, ...]
    histograms: tuple[Histogram, ...]
    categories: tuple[CategorySummary, ...]
    correlations: Correlations
    segments: tuple[Segment, ...]
    segment_outcomes: tuple[SegmentOutcome, ...]
    significance: Significance
    months: tuple[Month, ...]
    outcomes: tuple[OutcomeAt, ...]

    @property
    def telling_categories(self) -> tuple[CategorySummary, ...]:
        """Categories in which churn differs by more than chance, the strongest first."""
        return _chosen(self.categories, self._telling("chi-square"))

    @property
    def telling_numbers(self) -> tuple[NumberSummary, ...]:
        """Numbers that differ by more than chance, one of each strongly correlated group."""
        group_of = {name: group for group in self.correlations.groups for name in group}
        names: list[str] = []
        for name in self._telling("Welch t"):
            if not any(other in group_of.get(name, ()) for other in names):
                names.append(name)
        return _chosen(self.numbers, names)

    def _telling(self, test: str) -> list[str]:
        comparisons = [
            comparison for comparison in self.significance.significant if comparison.test == test
        ]
        return [
            comparison.name
            for comparison in sorted(
                comparisons, key=lambda comparison: (-abs(comparison.effect), comparison.name)
            )
        ]


def explore(reading: Reading) -> Exploration:
    """Ask everything of one release. Raises ReleaseError where it holds nothing to explore."""
    population = explored(reading)
    numbers = number_summaries(reading, population)
    categories = category_summaries(reading, population)
    tests = significance(numbers, categories) if population.churned is not None else None
    exploration = Exploration(
        seen=population,
        overview=data_overview(reading, population, numbers=numbers, categories=categories),
        target=target_analysis(reading, population),
        numbers=numbers,
        histograms=(),
        categories=categories,
        correlations=correlations(reading, population),
        segments=segments(reading),
        segment_outcomes=segment_outcomes(reading),
        significance=tests or Significance((), {}),
        months=activity(reading),
        outcomes=outcomes_over_time(reading),
    )
    shown = (exploration.telling_numbers or _varied(numbers))[:SHOWN]
    charts = [histogram(reading, summary) for summary in shown]
    return replace(exploration, histograms=tuple(chart for chart in charts if chart is not None))


def can_explore(reading: Reading) -> bool:
    """Whether the release holds customers to explore."""
    return reading.has(TABLE)


def _varied(numbers: tuple[NumberSummary, ...]) -> tuple[NumberSummary, ...]:
    """Where no outcome is known: numbers with many different values come first."""
    return tuple(sorted(numbers, key=lambda summary: (-summary.distinct, summary.name)))


def _chosen(summaries: tuple[Any, ...], names: list[str]) -> tuple[Any, ...]:
    by_name = {summary.name: summary for summary in summaries}
    return tuple(by_name[name] for name in names)
