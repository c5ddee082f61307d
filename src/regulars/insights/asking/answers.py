"""An answer: a sentence, a table, what was computed, of which rows and time, and how to see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import pyarrow as pa

from regulars.insights.asking.formats import Column, columns_of
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.asking.sentences import filter_lines, period_words, sentence
from regulars.insights.asking.suggestions import Suggestion, by_category, fitting
from regulars.insights.asking.understanding import Understood, understand
from regulars.insights.asking.vocabulary import Vocabulary, vocabulary
from regulars.insights.release_reading import Reading
from regulars.insights.semantic.executing import Questions, Result
from regulars.insights.semantic.intent import Intent
from regulars.insights.semantic.planning import Unanswerable

Chart = Literal["line", "bar", "number", "table"]
_BARS_AT_MOST = 40


@dataclass(frozen=True)
class Answer:
    """The answer to a question; `rows` are the values, `columns` how people read them."""

    question: str
    sentence: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    intent: Intent
    sql: str
    definitions: tuple[tuple[str, str], ...]
    period: str | None
    filters: tuple[str, ...]
    chart: Chart
    release_id: str
    as_of: str
    table: str
    corrected: tuple[tuple[str, str], ...] = field(default=())

    @property
    def headings(self) -> list[str]:
        """Headings of the table."""
        return [column.heading for column in self.columns]

    @property
    def values(self) -> pa.Table:
        """The table as values, its columns under their keys."""
        return pa.table(
            {column.key: [row.get(column.key) for row in self.rows] for column in self.columns}
        )

    @property
    def cells(self) -> list[list[str]]:
        """The table as people read it."""
        return [[column.words(row.get(column.key)) for column in self.columns] for row in self.rows]


class Assistant:
    """Answers questions about one release; the layer and the words are made once."""

    def __init__(self, reading: Reading, *, seconds: float = 20.0) -> None:
        self.questions = Questions(reading, seconds=seconds)

    @cached_property
    def words(self) -> Vocabulary:
        """The closed vocabulary of the release."""
        return vocabulary(self.questions.layer)

    @cached_property
    def suggested(self) -> tuple[Suggestion, ...]:
        """Questions to offer, up to four of each category, each has an answer."""
        able = [each for each in fitting(self.questions.layer) if self._has_answer(each.question)]
        return by_category(able)

    def understand(self, question: str, *, last: Intent | None = None) -> Understood:
        """The intent of a question. Raises NotUnderstood."""
        layer = self.questions.layer
        try:
            return understand(question, layer, self.words, last=last)
        except NotUnderstood:
            # only who has no answer waits for the questions that would have one
            offered = [each.question for each in self.suggested]
            return understand(question, layer, self.words, last=last, offered=offered)

    def _has_answer(self, question: str) -> bool:
        layer = self.questions.layer
        try:
            self.questions.plan(understand(question, layer, self.words).intent)
        except (NotUnderstood, Unanswerable):
            return False
        return True

    def ask(self, question: str, *, last: Intent | None = None) -> Answer:
        """Answer a question in words. Raises NotUnderstood or Unanswerable."""
        understood = self.understand(question, last=last)
        return self.answer(understood.intent, question, corrected=understood.corrected)

    def answer(
        self, intent: Intent, question: str = "", *, corrected: tuple[tuple[str, str], ...] = ()
    ) -> Answer:
        """Compute the answer to an intent, whoever made it."""
        result = self.questions.run(intent)
        columns = columns_of(result.plan, self.questions.reading)
        rows = result.rows
        metrics = dict.fromkeys(
            (metric.label, metric.metric.definition) for metric in result.plan.metrics
        )
        return Answer(
            question=question,
            sentence=sentence(result.plan, columns, rows),
            columns=columns,
            rows=tuple(rows),
            intent=intent,
            sql=result.sql,
            definitions=tuple(metrics),
            period=period_words(result.plan),
            filters=filter_lines(result.plan),
            chart=_chart(result),
            release_id=self.questions.layer.release_id,
            as_of=self.questions.layer.as_of.isoformat(),
            table=result.plan.table.reads,
            corrected=corrected,
        )


def _chart(result: Result) -> Chart:
    """By the shape of the result: over time a line, groups bars, a single row numbers."""
    intent = result.plan.intent
    if intent.grain and len(result.plan.dimensions) == 0:
        return "line"
    if result.table.num_rows == 1:
        return "number"
    if len(result.plan.dimensions) == 1 and 1 < result.table.num_rows <= _BARS_AT_MOST:
        return "bar"
    return "table"
