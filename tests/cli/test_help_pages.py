"""The documentation is read and searched at the terminal."""

from __future__ import annotations

import pytest

from regulars.cli import help_pages
from regulars.cli.app import main


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["help", *words])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_a_page_is_read_by_its_name_in_one_word_or_several(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = help_pages.page_named("stored-files").text
    assert said(capsys, "stored", "files").strip() == text.strip()
    assert said(capsys, "--page", "Stored-Files").strip() == text.strip()


def test_a_verb_that_has_a_page_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "churn")
    assert "Usage: " in text
    assert "regulars help --page churn" in text
    assert "help --page" not in said(capsys, "run")


def test_every_page_is_listed_with_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    listed = said(capsys, "--pages")
    for page in help_pages.help_pages().values():
        assert page.title in listed


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("customer key", "tables-understood"),
        ("parquet reference", "stored-files"),
        ("restore backup", "trust"),
        ("value interval", "value"),
        ("leaks", "churn"),
    ],
)
def test_a_search_finds_the_page(words: str, page: str) -> None:
    assert page in [section.page for section in help_pages.find_sections(words)[:5]]


def test_lines_of_code_are_no_headings() -> None:
    page = help_pages.HelpPage("x", "X", "# X\n```\n# a comment\n```\n## Second\nwords\n")
    assert [heading for heading, _ in help_pages._sections(page)] == ["X", "X", "Second"]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--page", "sorces"], "did you mean 'sources'"),
        (["--find", "zeppelin zucchini"], "no page says"),
        (["nonsense"], "Pages: `regulars help --pages`"),
    ],
)
def test_what_is_not_there_names_the_next_step(
    words: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["help", *words])
    assert what in capsys.readouterr().err
