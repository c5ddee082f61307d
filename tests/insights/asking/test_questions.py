"""Questions in words: what they mean, what they answer, and which have no answer."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.insights.asking.answers import Answer, Assistant
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.asking.suggestions import CATEGORIES
from regulars.insights.semantic.planning import Unanswerable


def rows(answer: Answer) -> list[tuple[Any, ...]]:
    return [tuple(row[column.key] for column in answer.columns) for row in answer.rows]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many customers do we have?", [(5,)]),
        ("how many customers are at high risk", [(2,)]),
        ("how many customers are at high or medium risk", [(3,)]),
        ("number of customers not at high risk", [(3,)]),
        ("how many customers in Oslo or Bergen", [(2,)]),
        ("how many customers are in neither", None),
        ("what's our customer count", [(5,)]),
        ("which Champions are at high risk", [("anna", 800.0), ("eve", 7.5)]),
        ("customers at high risk of churn", [("anna", 800.0), ("eve", 7.5)]),
        ("how many customers are not Lost", [(3,)]),
        ("customers and mean lifetime value by segment",
         [("Champions", 2, 153.5), ("Lost", 2, 45.0), (None, 1, None)]),
        ("orders by sales channel in May", [("Web", 1), (None, 2)]),
        ("orders over the last 60 days", [(4,)]),
        ("What are the sales in May?", [(200.0,)]),
        ("sales in may 2024", [(200.0,)]),
        ("sales since may", [(250.0,)]),
        ("sales last month", [(200.0,)]),
        ("sales in the last 60 days", [(250.0,)]),
        ("sales of Books in May", [(150.0,)]),
        ("orders in may", [(3,)]),
        ("average order value", [(pytest.approx(397 / 7),)]),
        ("how many customers bought in May?", [(2,)]),
        ("customers who have not bought in the last 90 days", [("dora", 150.0), ("eve", 7.5)]),
        ("how many customers have not bought in the last 90 days", [(2,)]),
        ("how many customers have a lifetime value of more than 100", [(1,)]),
        ("how many customers have a lifetime value between 7 and 40", [(2,)]),
        ("top 2 customers by lifetime value", [("anna", 300.0), ("ben", 50.0)]),
        ("top 2 customers by risk", [("anna", 0.8), ("eve", 0.75)]),
        ("sales by segment", [("Champions", 307.0), ("Lost", 90.0)]),
        ("which segment has the highest sales", [("Champions", 307.0), ("Lost", 90.0)]),
        ("which segment lost most sales in June compared to May",
         [("Champions", 50.0, 150.0, -100.0, pytest.approx(-2 / 3)), ("Lost", 0.0, 50.0, -50.0, -1.0)]),
        ("what share of customers is at high risk", [(2, 5, 0.4)]),
        ("what share of customers in Oslo is at high risk", [(1, 1, 1.0)]),
        ("sales in Oslo versus Bergen", [("Bergen", 40.0), ("Oslo", 300.0)]),
        ("segments with sales over 100", [("Champions", 307.0)]),
        ("value at risk by segment", [("Champions", 807.5), ("Lost", 200.0), (None, None)]),
        ("median lifetime value", [(45.0,)]),
        ("mean lifetime value of customers in Oslo", [(300.0,)]),
    ],
)  # fmt: skip
def test_a_question_has_its_answer(
    assistant: Assistant, question: str, expected: list[tuple[Any, ...]] | None
) -> None:
    if expected is None:
        with pytest.raises(NotUnderstood):
            assistant.ask(question)
        return
    assert rows(assistant.ask(question)) == expected


def test_sales_of_months_and_of_single_rows_are_the_same(assistant: Assistant) -> None:
    by_month = assistant.ask("sales since March")
    by_channel = assistant.ask("sales by sales channel since March")
    assert (by_month.table, by_channel.table) == ("monthly_customer_spending", "fct_transactions")
    assert sum(amount for _, amount in rows(by_channel)) == by_month.rows[0]["sales"] == 297


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("what is the weather", "unknown_word"),
        ("delete all customers", "unknown_word"),
        ("sales next month", "unknown_word"),
        ("profit by segment", "unknown_word"),
        ("sales by segmenta", "unknown_word"),
        ("how many customers will we have in 2030", "unknown_word"),
        ("write a poem about our customers", "unknown_word"),
        ("customers by name", "unknown_word"),
        ("how many customers are called Anna Berg", "unknown_word"),
        ("", "empty"),
        ("???", "empty"),
        ("the", "no_metric"),
        ("average sales", "ambiguous"),
        ("customers at risk", "ambiguous"),
        ("how many segments", "no_metric"),
        ("sales orders", "not_joined"),
        ("how many orders over 100", "unused"),
        ("sales of 100", "unused"),
        ("highest sales", "unused"),
        ("top 0 customers by lifetime value", "unused"),
        ("how have sales changed", "no_period"),
        ("high customers", "unused"),
    ],
)
def test_a_question_that_is_not_clear_has_no_answer(
    assistant: Assistant, question: str, kind: str
) -> None:
    with pytest.raises(NotUnderstood) as refused:
        assistant.ask(question)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("customers by month", "not_dated"),
        ("churn probability in May", "not_dated"),
        ("sales by category since February", "not_held"),
        ("sales in 2019", "not_held"),
        ("sales of Books by week in the last 200 days", "not_held"),
        ("sales today", "not_held"),
        ("satisfaction by category", "not_together"),
        ("new customers by city in May", "not_together"),
        ("sales and churn probability by segment", "not_together"),
        ("share of average order value by segment", "not_a_share"),
    ],
)
def test_what_the_release_does_not_hold_is_not_answered(
    assistant: Assistant, question: str, reason: str
) -> None:
    with pytest.raises(Unanswerable) as refused:
        assistant.ask(question)
    assert refused.value.reason == reason


def test_options_of_a_refusal_have_answers(assistant: Assistant) -> None:
    for question in ("customers at risk", "average sales", "what is the weather in Oslo"):
        with pytest.raises(NotUnderstood) as refused:
            assistant.ask(question)
        assert refused.value.options
        for option in refused.value.options:
            assert assistant.ask(option).rows


def test_a_misspelt_word_is_read_and_named(assistant: Assistant) -> None:
    answer = assistant.ask("how many custmers in Bergen")
    assert rows(answer) == [(1,)]
    assert answer.corrected == (("custmers", "customer"),)


def test_follow_ups_change_the_last_question(assistant: Assistant) -> None:
    last = assistant.ask("sales in May").intent
    by_segment = assistant.ask("and by segment?", last=last)
    assert rows(by_segment) == [("Champions", 150.0), ("Lost", 50.0)]
    in_june = assistant.ask("what about June?", last=by_segment.intent)
    assert rows(in_june) == [("Champions", 50.0)]
    only = assistant.ask("only Lost", last=by_segment.intent)
    assert rows(only) == [("Lost", 50.0)]
    orders = assistant.ask("and orders?", last=by_segment.intent)
    assert rows(orders) == [("Champions", 2), ("Lost", 1)]
    assert rows(assistant.ask("how many customers do we have", last=last)) == [(5,)]


def test_every_suggested_question_has_an_answer(assistant: Assistant) -> None:
    offered = assistant.suggested
    assert {suggestion.category for suggestion in offered} == set(CATEGORIES)
    for suggestion in offered:
        assert assistant.ask(suggestion.question).rows


def test_personal_data_are_no_words_of_the_vocabulary(assistant: Assistant) -> None:
    assert not any("berg" in words or "anna" in words for words in assistant.words.meanings)
    assert "name" not in assistant.questions.layer.dimensions
    assert "name" not in assistant.questions.layer.columns["customer_360_profile"]
