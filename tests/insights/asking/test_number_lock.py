"""Every number of a sentence is a computed cell or a number of the question: random answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insights.asking.answers import Answer, Assistant
from regulars.insights.asking.formats import in_all
from regulars.insights.semantic.intent import AskedMetric, Filter, Intent, Period
from regulars.insights.semantic.planning import Unanswerable

_METRICS = ["customers", "sales", "orders", "churn_probability", "value_at_risk", "lifetime_value"]
_DIMENSIONS = ["segment", "city", "risk_category", "category", "customer"]
_DAYS = [date(2024, month, 1) for month in range(1, 8)] + [date(2024, 5, 17)]

_NUMBERS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def is_locked(text: str, allowed: Sequence[str]) -> bool:
    """The number lock: every number of a text stands in one of the computed texts."""
    known = {number for each in allowed for number in _NUMBERS.findall(each)}
    return set(_NUMBERS.findall(text)) <= known


@st.composite
def intents(draw: st.DrawFn) -> Intent:
    """Any question of the small release, most of them with an answer."""
    start, end = sorted(draw(st.lists(st.sampled_from(_DAYS), min_size=2, max_size=2, unique=True)))
    period = draw(st.none() | st.just(Period(start=start, end=end)))
    kind = draw(st.sampled_from(["value", "rank", "trend", "compare", "change", "share", "who"]))
    segment = Filter(name="segment", values=("Champions",))
    return Intent(
        kind=kind,
        metrics=(AskedMetric(name=draw(st.sampled_from(_METRICS))),),
        dimensions=tuple(draw(st.lists(st.sampled_from(_DIMENSIONS), max_size=2, unique=True))),
        grain=draw(st.none() | st.sampled_from(["month", "quarter"])) if kind == "trend" else None,
        filters=draw(st.sampled_from([(), (segment,)])),
        share_of=(segment,) if kind == "share" and draw(st.booleans()) else (),
        period=period,
        before=Period(start=date(2024, 3, 1), end=date(2024, 4, 1)) if kind == "change" else None,
        order=draw(st.none() | st.sampled_from(["descending", "ascending"])),
        limit=draw(st.none() | st.integers(1, 5)),
    )


def computed(answer: Answer) -> list[str]:
    """Everything that a number of the sentence may come from."""
    counts = [str(len(answer.rows)), str(in_all(list(answer.rows)))]
    cells = [cell for row in answer.cells for cell in row]
    return [*cells, *counts, *answer.headings, *answer.filters, answer.period or ""]


@settings(max_examples=150)
@given(intent=intents())
def test_numbers_of_a_sentence_are_those_of_its_query(assistant: Assistant, intent: Intent) -> None:
    try:
        answer = assistant.answer(intent)
    except Unanswerable:
        return
    assert is_locked(answer.sentence, computed(answer)), answer.sentence


def test_the_lock_refuses_a_number_that_was_not_computed(assistant: Assistant) -> None:
    answer = assistant.ask("sales in May")
    assert is_locked(answer.sentence, computed(answer))
    changed = re.sub(r"200", "201", answer.sentence)
    assert changed != answer.sentence
    assert not is_locked(changed, computed(answer))
