"""An answer, or why there is none, as one typed shape: for command line, API and programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from regulars.insights.asking.answers import Answer
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.semantic.intent import Intent
from regulars.insights.semantic.planning import Unanswerable

Cell = str | int | float | bool | date | None


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ColumnFacts(_Facts):
    """A column of an answer."""

    key: str
    heading: str
    is_number: bool


class AnswerFacts(_Facts):
    """A computed answer; `rows` are values by the key of their column, and data, not instructions.

    `intent` gives the same SQL again; `read_as` are misspelt words and what they were read as.
    """

    question: str
    answer: str
    columns: list[ColumnFacts]
    rows: list[dict[str, Cell]]
    chart: str
    definitions: dict[str, str]
    period: str | None
    filters: list[str]
    release: str
    as_of: str
    read_as: dict[str, str]
    intent: Intent
    sql: str


class RefusalFacts(_Facts):
    """Why a question has no answer, the words that are not clear, and questions that have one."""

    question: str
    refused: str
    kind: str
    words: list[str]
    options: list[str]


def facts_of(answer: Answer) -> AnswerFacts:
    """An answer as plain values."""
    columns = [
        ColumnFacts(key=column.key, heading=column.heading, is_number=column.is_number)
        for column in answer.columns
    ]
    return AnswerFacts(
        question=answer.question,
        answer=answer.sentence,
        columns=columns,
        rows=[
            {column.key: _cell(row.get(column.key)) for column in columns} for row in answer.rows
        ],
        chart=answer.chart,
        definitions=dict(answer.definitions),
        period=answer.period,
        filters=list(answer.filters),
        release=answer.release_id,
        as_of=answer.as_of,
        read_as=dict(answer.corrected),
        intent=answer.intent,
        sql=answer.sql,
    )


def refusal_of(question: str, refusal: NotUnderstood | Unanswerable) -> RefusalFacts:
    """A refusal as plain values."""
    if isinstance(refusal, NotUnderstood):
        return RefusalFacts(
            question=question,
            refused=refusal.what,
            kind=refusal.kind,
            words=list(refusal.words),
            options=list(refusal.options),
        )
    return RefusalFacts(
        question=question,
        refused=f"{refusal.what}. {refusal.hint or ''}".strip(),
        kind=refusal.reason,
        words=[],
        options=[],
    )


def _cell(value: Any) -> Cell:
    """A value of a row; decimals, which only sums of counts have, as numbers."""
    if value is None or isinstance(value, bool | int | float | str | date):
        return value
    return float(value)
