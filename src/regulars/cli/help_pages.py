"""The pages of the documentation, read and searched at the terminal: `regulars help sources`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.markdown import Markdown

from regulars.cli.console import answer_console, answer_table, print_table, say
from regulars.core.errors import SettingsError
from regulars.core.names import nearest

_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "docs", _PACKAGE.parents[1] / "docs")  # of a wheel; of a source tree
_WIDTH = 100  # longer lines are hard to read
_HEADING = re.compile(r"^#{1,4} +(.+)$")
_FENCE = re.compile(r"^\s*```")
_SHOWN = 20
_IN_HEADING, _IN_TEXT = 10, 3  # points of a word: a heading counts more, repetition no more


@dataclass(frozen=True)
class HelpPage:
    """A page of the documentation: its name, its title and its text in Markdown."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class FoundSection:
    """A section that holds all words of a search: its page, its heading, and its points."""

    page: str
    heading: str
    points: int


def help_pages() -> dict[str, HelpPage]:
    """All pages by name; empty where the documentation was not installed."""
    folder = next((each for each in _FOLDERS if (each / "getting-started.md").is_file()), None)
    pages = {} if folder is None else {path.stem: path for path in sorted(folder.glob("*.md"))}
    return {name: _page(name, path.read_text("utf-8")) for name, path in pages.items()}


def _page(name: str, text: str) -> HelpPage:
    title = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), name)
    return HelpPage(name, title.replace("`", ""), text)


def show_page(page: HelpPage) -> None:
    """Print a page: laid out, and in a pager, at a terminal; its Markdown where it is piped."""
    console = Console(highlight=False)
    if not console.is_terminal:
        typer.echo(page.text)
        return
    console.width = min(console.width, _WIDTH)
    with console.pager(styles=True):
        console.print(Markdown(page.text))


def list_pages() -> None:
    """Print the name and the title of every page."""
    table = answer_table(["page", "about"])
    table.rows.extend((page.name, page.title) for page in help_pages().values())
    console = answer_console()
    print_table(console, table)
    say(console, "Read one with `regulars help --page NAME`, search with `regulars help --find`.")


def find_sections(words: str) -> list[FoundSection]:
    """Sections that hold all of the words, or of their singulars; those about them first."""
    wanted = [word.removesuffix("s") for word in words.casefold().split()]
    sections = []
    for page in help_pages().values():
        for heading, text in _sections(page):
            points = [_points(word, heading.casefold(), text.casefold()) for word in wanted]
            if points and all(points):
                sections.append(FoundSection(page.name, heading, sum(points)))
    return sorted(sections, key=lambda section: (-section.points, section.page, section.heading))


def _points(word: str, heading: str, text: str) -> int:
    return _IN_HEADING * (word in heading) + min(text.count(word), _IN_TEXT)


def _sections(page: HelpPage) -> Iterator[tuple[str, str]]:
    """Headings with the text below them, until the next heading; lines of code are no headings."""
    heading, lines, is_code = page.title, list[str](), False
    for line in page.text.splitlines():
        is_code ^= bool(_FENCE.match(line))
        named = None if is_code else _HEADING.match(line)
        if named is None:
            lines.append(line)
            continue
        yield heading, "\n".join(lines)
        heading, lines = named[1].replace("`", ""), []
    yield heading, "\n".join(lines)


def show_sections(words: str) -> None:
    """Print the sections that a search found.

    Raises:
        SettingsError: Nothing was found.
    """
    sections = find_sections(words)
    if not sections:
        raise SettingsError(
            f"no page says '{words}'",
            hint="Search fewer words, or list the pages: `regulars help --pages`.",
        )
    table = answer_table(["page", "section"])
    table.rows.extend((section.page, section.heading) for section in sections[:_SHOWN])
    console = answer_console()
    print_table(console, table)
    if len(sections) > _SHOWN:
        say(console, f"and {len(sections) - _SHOWN} more sections; more words find fewer")
    say(console, f"Read one: `regulars help --page {sections[0].page}`.")


def page_named(name: str) -> HelpPage:
    """The page of this name.

    Raises:
        SettingsError: There is none.
    """
    pages = help_pages()
    page = pages.get(name.casefold().removesuffix(".md"))
    if page is not None:
        return page
    near = nearest(name, list(pages))
    raise SettingsError(
        f"there is no page '{name}'" + (f"; did you mean '{near}'?" if near else ""),
        hint="List the pages: `regulars help --pages`.",
    )
