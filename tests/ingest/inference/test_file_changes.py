"""Answers to open questions in a project file that people have edited."""

from __future__ import annotations

import pytest
import yaml

from regulars.core.errors import SettingsError
from regulars.ingest.inference.file_changes import open_questions, with_answer, with_settings

TEXT = """\
# Guessed from the files.

version: 1
project: shop   # our shop
# A run refuses this file.
questions:
  - key: currency
    ask: which currency?
    answers:
      - {say: euros, set: {currency: EUR}}
      - {say: francs, set: {currency: CHF, entities.transactions.columns.amount.decimal: ","}}
  # of the shop assistants
  - {key: refunds, ask: "are refunds negative?", answers: [{say: "yes"}, {say: "no", set: {
      entities.transactions.reject: [{when: a < 0, because: b}], entities.transactions.caps: null}}]}

# the commonest country
currency: EUR

sources:
    sales: {path: sales.csv}   # by night
entities:
  transactions:
    source: sales
    columns:
      customer_id: who
      occurred_at: day
      # a guess: the name does not say
      amount: total
      # the shop
      channel: shop
    caps: {amount: {max: 5}}

# could not decide: nothing
"""


def test_an_answer_sets_its_settings_and_keeps_every_other_line() -> None:
    answered = with_answer(TEXT, "currency", 2)
    assert [question.key for question in open_questions(answered)] == ["refunds"]
    settings = yaml.safe_load(answered)
    assert settings["currency"] == "CHF"
    amount = settings["entities"]["transactions"]["columns"]["amount"]
    assert amount == {"column": "total", "decimal": ","}
    gone = set(TEXT.splitlines()) - set(answered.splitlines())
    assert gone == {
        "  - key: currency",
        "    ask: which currency?",
        "      - {say: euros, set: {currency: EUR}}",
        '      - {say: francs, set: {currency: CHF, entities.transactions.columns.amount.decimal: ","}}',
        "    answers:",
        "# the commonest country",
        "currency: EUR",
        "      # a guess: the name does not say",
        "      amount: total",
    }
    assert "# answered: francs\ncurrency: CHF" in answered


def test_the_last_answer_takes_the_list_of_questions_away_and_null_removes_a_setting() -> None:
    answered = with_answer(with_answer(TEXT, "refunds", 2), "currency", 1)
    settings = yaml.safe_load(answered)
    assert "questions" not in settings
    transactions = settings["entities"]["transactions"]
    assert transactions["reject"] == [{"when": "a < 0", "because": "b"}]
    assert "caps" not in transactions
    kept = ("project: shop   # our shop", "    sales: {path: sales.csv}   # by night",
            "      # the shop", "# could not decide: nothing")  # fmt: skip
    assert all(line in answered.splitlines() for line in kept)
    assert "A run refuses this file" not in answered


def test_settings_appear_in_the_indentation_of_the_file() -> None:
    changed = with_settings(TEXT, {"sources.people.path": "people.csv", "churn.kind": "silence"})
    assert "    people:\n" in changed
    settings = yaml.safe_load(changed)
    assert settings["sources"] == {"sales": {"path": "sales.csv"}, "people": {"path": "people.csv"}}
    assert settings["churn"] == {"kind": "silence"}


@pytest.mark.parametrize(
    ("key", "number", "words"),
    [("curency", 1, "did you mean 'currency'"), ("currency", 3, "1 euros; 2 francs")],
)
def test_an_answer_to_nothing_says_what_there_is(key: str, number: int, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        with_answer(TEXT, key, number)


def test_a_file_that_cannot_be_changed_safely_says_what_to_write() -> None:
    with pytest.raises(SettingsError, match=r"Write them yourself: churn\.kind: silence"):
        with_settings("{version: 1, project: shop}\n", {"churn.kind": "silence"})


def test_a_list_gets_entries_and_loses_them_again() -> None:
    one, two = {"when": "a < 0", "because": "b"}, {"when": "c", "because": "d"}
    at = "entities.transactions.reject"
    more = with_settings(with_settings(TEXT, {f"{at}+": [one]}), {f"{at}+": [two]})
    assert yaml.safe_load(more)["entities"]["transactions"]["reject"] == [one, two]
    fewer = with_settings(more, {f"{at}-": [one]})
    assert yaml.safe_load(fewer)["entities"]["transactions"]["reject"] == [two]
    none = with_settings(fewer, {f"{at}-": [two]})
    assert "reject" not in yaml.safe_load(none)["entities"]["transactions"]
