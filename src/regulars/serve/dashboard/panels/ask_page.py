"""Questions in words: a conversation about the release, with questions to click."""

from __future__ import annotations

import streamlit as st

from regulars.core.spreadsheets import csv_text
from regulars.insights.asking.answers import Answer, Assistant
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.semantic.planning import Unanswerable
from regulars.serve.dashboard.tables import card_table
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import plainly

_TURNS = "turns of the conversation"
_ASSISTANT = "the assistant of a release"
_SHOWN = 5


def draw(view: View) -> None:
    """A box for a question, the last five turns, and questions that have an answer."""
    assistant = _assistant(view)
    turns: list[tuple[str, Answer | str]] = st.session_state.setdefault(_TURNS, [])
    with st.form("question", clear_on_submit=True):
        question = st.text_input("Question", max_chars=500)
        is_follow_up = st.checkbox("Follow up on the last answer")
        if st.form_submit_button("Answer") and question.strip():
            turns.append((question, _answered(assistant, turns, question, follow=is_follow_up)))
    _suggest(assistant, turns)
    for number, (text, answer) in enumerate(reversed(turns[-_SHOWN:])):
        st.subheader(plainly(text), anchor=False)
        if isinstance(answer, str):
            st.warning(plainly(answer))
        else:
            _show(answer, key=f"turn-{number}")


def _assistant(view: View) -> Assistant:
    """The assistant of the release, made once a session; a new release ends the conversation."""
    known = st.session_state.get(_ASSISTANT)
    if known is None or known[0] != view.release_id:
        known = (view.release_id, Assistant(view.reading))
        st.session_state[_ASSISTANT] = known
        st.session_state[_TURNS] = []
    assistant: Assistant = known[1]
    return assistant


def _answered(
    assistant: Assistant, turns: list[tuple[str, Answer | str]], question: str, *, follow: bool
) -> Answer | str:
    last = next((answer for _, answer in reversed(turns) if isinstance(answer, Answer)), None)
    try:
        return assistant.ask(question, last=last.intent if last and follow else None)
    except (NotUnderstood, Unanswerable) as refusal:
        return str(refusal)


def _suggest(assistant: Assistant, turns: list[tuple[str, Answer | str]]) -> None:
    """Four questions of each category, to click."""
    categories = list(dict.fromkeys(each.category for each in assistant.suggested))
    if not categories:
        return
    for tab, category in zip(st.tabs(categories), categories, strict=True):
        with tab:
            for each in assistant.suggested:
                if each.category == category and st.button(each.question, key=each.question):
                    answer = _answered(assistant, turns, each.question, follow=False)
                    turns.append((each.question, answer))


def _show(answer: Answer, *, key: str) -> None:
    """The sentence, the table or chart, how it was computed, and the table as a file."""
    st.markdown(f"**{plainly(answer.sentence)}**")
    if len(answer.rows) > 1:
        card_table([dict(zip(answer.headings, cells, strict=True)) for cells in answer.cells[:50]])
    with st.expander("How it was computed"):
        for label, definition in answer.definitions:
            st.caption(plainly(f"{label}: {definition}"))
        st.caption(plainly(f"Time: {answer.period}. Release {answer.release_id}."))
        st.code(answer.sql, language="sql")
    st.download_button("Download the table", _csv(answer), "answer.csv", "text/csv", key=key)


def _csv(answer: Answer) -> str:
    return csv_text(answer.values.rename_columns(answer.headings))
