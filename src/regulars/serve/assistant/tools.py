"""What a program may call: each tool reads the current release, and its cells are data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from regulars.core.errors import RegularsError
from regulars.core.settings import Project
from regulars.insights.asking.answers import Assistant
from regulars.insights.asking.facts import facts_of, refusal_of
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.customer_profiles import customer
from regulars.insights.release_reading import read_current
from regulars.insights.score_explanation import explain
from regulars.insights.segment_figures import segments
from regulars.insights.semantic.intent import AskedMetric, Intent, Period
from regulars.insights.semantic.planning import Unanswerable

_FOUND_AT_MOST = 20
Plain = dict[str, Any]


class Tools:
    """The tools over one project; a new release is read when it was published."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._assistant: Assistant | None = None

    @property
    def every(self) -> tuple[Callable[..., Plain], ...]:
        """All tools, by their names."""
        return (
            self.list_metrics, self.describe_metric, self.search_values, self.query,
            self.compare_periods, self.ask, self.customer, self.explain_score, self.segments,
            self.verified_questions,
        )  # fmt: skip

    def list_metrics(self) -> Plain:
        """List metrics and dimensions of the release, with units and what the values mean."""
        layer = self._current().questions.layer
        return {
            "release": layer.release_id,
            "as_of": layer.as_of.isoformat(),
            "metrics": [
                {"name": metric.name, "label": metric.label, "unit": metric.unit}
                for metric in layer.metrics.values()
            ],
            "dimensions": [
                {"name": each.name, "label": each.label, "kind": each.kind}
                for each in layer.dimensions.values()
            ],
        }

    def describe_metric(self, name: str) -> Plain:
        """Describe a metric: its definition, the direction that is good, and its dimensions."""
        layer = self._current().questions.layer
        metric = layer.metrics.get(name)
        if metric is None:
            return {"refused": f"there is no metric '{name}'", "metrics": sorted(layer.metrics)}
        return {
            "name": metric.name,
            "label": metric.label,
            "unit": metric.unit,
            "definition": metric.definition,
            "good": metric.good,
            "words": list(metric.words),
            "dimensions": [
                each.name
                for each in layer.dimensions.values()
                if metric.forms.keys() & each.aliases.keys() & layer.tables.keys()
            ],
        }

    def search_values(self, text: str) -> Plain:
        """Find values of dimensions that contain a text, such as a city or a segment."""
        wanted = text.casefold()
        values = [
            {"dimension": each.name, "value": value}
            for each in self._current().questions.layer.dimensions.values()
            for value in each.values
            if wanted in value.casefold()
        ]
        return {"data": values[:_FOUND_AT_MOST], "in_all": len(values)}

    def query(self, intent: Intent) -> Plain:
        """Compute an intent: metrics, dimensions, filters, a period, an order and a limit."""
        return self._answered(lambda assistant: assistant.answer(intent))

    def compare_periods(
        self, metric: str, *, period: Period, before: Period, dimension: str | None = None
    ) -> Plain:
        """Compare a metric in two periods, each from a first day up to, and without, a last one."""
        return self._answered(
            lambda assistant: assistant.answer(
                Intent(
                    kind="change",
                    metrics=(AskedMetric(name=metric),),
                    dimensions=(dimension,) if dimension else (),
                    period=period,
                    before=before,
                )
            )
        )

    def ask(self, question: str, last: Intent | None = None) -> Plain:
        """Answer a question in words; `last` is the intent of the answer that it follows up."""
        return self._answered(lambda assistant: assistant.ask(question, last=last), question)

    def customer(self, customer_id: str) -> Plain:
        """Show a customer: segment, risk, value and attributes; personal data are masked."""
        return self._read(lambda: asdict(customer(self._reading(), customer_id)))

    def explain_score(self, customer_id: str) -> Plain:
        """Explain the churn score of a customer: reasons, uncertainty and unusual values."""
        return self._read(lambda: asdict(explain(self._reading(), customer_id)))

    def segments(self) -> Plain:
        """List the segments with size, value, recency, frequency and risk."""
        return self._read(
            lambda: {"segments": [asdict(each) for each in segments(self._reading())]}
        )

    def verified_questions(self) -> Plain:
        """List questions in words that this release answers, by category."""
        return {"questions": [asdict(each) for each in self._current().suggested]}

    def _reading(self) -> Any:
        return self._current().questions.reading

    def _current(self) -> Assistant:
        reading = read_current(self._project)
        known = self._assistant
        if known is None or known.questions.reading.folder != reading.folder:
            known = Assistant(reading)
            self._assistant = known
        return known

    def _answered(self, compute: Callable[[Assistant], Any], question: str = "") -> Plain:
        try:
            return facts_of(compute(self._current())).model_dump(mode="json")
        except (NotUnderstood, Unanswerable) as refusal:
            return refusal_of(question, refusal).model_dump(mode="json")
        except RegularsError as error:
            return {"refused": str(error)}

    def _read(self, compute: Callable[[], Plain]) -> Plain:
        try:
            return {"data": compute()}
        except RegularsError as error:
            return {"refused": str(error)}
