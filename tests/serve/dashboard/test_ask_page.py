"""The page of questions: answers, follow-ups, questions to click, and refusals without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("streamlit")

from streamlit.testing.v1 import AppTest

from tests.questioned_release import QuestionedRelease


def one_page(folder: str) -> None:
    from pathlib import Path

    from regulars.serve.dashboard.app import draw_one

    draw_one("ask", Path(folder))


@pytest.fixture
def page(tmp_path: Path) -> AppTest:
    folder = QuestionedRelease().project(tmp_path / "shop")
    opened = AppTest.from_function(one_page, args=(str(folder),), default_timeout=60).run()
    assert not opened.exception
    return opened


def ask(page: AppTest, question: str, *, follow: bool = False) -> AppTest:
    page.text_input[0].input(question)
    if follow:
        page.checkbox[0].check()
    page.button[0].click().run()
    assert not page.exception
    return page


def test_a_question_and_its_follow_up_are_answered(page: AppTest) -> None:
    ask(page, "sales in May")
    assert any("200.00" in each.value for each in page.markdown)
    assert "select" in page.code[0].value
    ask(page, "and by segment?", follow=True)
    assert any("150.00" in each.value for each in page.markdown)


def test_what_is_not_clear_is_said_with_options(page: AppTest) -> None:
    ask(page, "what is our profit")
    assert "profit" in page.warning[0].value


def test_a_suggested_question_is_answered_by_a_click(page: AppTest) -> None:
    button = next(each for each in page.button if each.label.endswith("?"))
    button.click().run()
    assert not page.exception
    assert page.code
