"""The parts of a question, each read by itself, before they become an intent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from regulars.insights.asking.bounds import Bound, bounds_of
from regulars.insights.asking.choices import Choices, choices_of
from regulars.insights.asking.items import Item
from regulars.insights.asking.ranking import Ranking, ranking_of
from regulars.insights.asking.times import Times, times_of
from regulars.insights.semantic.intent import AskedMetric
from regulars.insights.semantic.layer import SemanticLayer


@dataclass
class Assembly:
    """What is known of a question so far; `used` are the places of items that mean something."""

    items: Sequence[Item]
    layer: SemanticLayer
    times: Times
    choices: Choices
    ranking: Ranking
    bounds: list[Bound]
    used: set[int] = field(default_factory=set)
    given: tuple[AskedMetric, ...] = ()  # those of the question before, in a follow-up

    @property
    def metric_places(self) -> list[int]:
        """Places of metrics that no bound uses."""
        bound = {place for each in self.bounds for place in each.places}
        return [
            at for at, item in enumerate(self.items) if item.kind == "metric" and at not in bound
        ]


def assembled(items: Sequence[Item], layer: SemanticLayer) -> Assembly:
    """Read the parts of a question."""
    content = [item for item in items if not item.is_passed_over]
    bounds = bounds_of(content, layer)
    of_bounds = {place for bound in bounds for place in bound.places}
    return Assembly(
        content,
        layer,
        times_of(content),
        choices_of(items, content, layer),
        ranking_of(content, taken=of_bounds),
        bounds,
    )
