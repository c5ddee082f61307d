"""Figures beside what they must reach, as text and as a section of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WRITER = "python scripts/accuracy_figures.py --write docs/accuracy.md"
NOTE = f"<!-- Written by `{WRITER}`; do not edit. -->"
HEADING = re.compile(r"^## (?P<name>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Figure:
    """A number with its bounds, or a fact (`value` true or false); without either it is shown."""

    what: str
    value: float | bool
    at_least: float | None = None
    at_most: float | None = None
    alarm: float | None = None
    digits: int = 4
    must: str = ""

    @property
    def met(self) -> bool | None:
        """Whether it is what it must be; None where nothing is asked of it."""
        if isinstance(self.value, bool):
            return self.value
        if self.at_least is None and self.at_most is None and self.alarm is None:
            return None
        if self.alarm is not None and self.value >= self.alarm:
            return False
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def found(self) -> str:
        """The value as text."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return f"{self.value:.{self.digits}f}"

    @property
    def asked(self) -> str:
        """What it must be, as text."""
        if self.must:
            return self.must
        parts = [f">= {self.at_least:g}"] if self.at_least is not None else []
        parts += [f"<= {self.at_most:g}"] if self.at_most is not None else []
        parts += [f"below {self.alarm:g}, where a leak is suspected"] if self.alarm else []
        return ", ".join(parts)

    def row(self) -> str:
        """A line of a Markdown table."""
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        return f"| {self.what} | {self.found} | {self.asked} | {met} |"


@dataclass(frozen=True)
class Section:
    """Figures of one data set, and what else should be known of them."""

    name: str
    words: str
    figures: Sequence[Figure]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """The section with its heading."""
        rows = [figure.row() for figure in self.figures]
        head = [f"## {self.name}", "", self.words, ""]
        table = ["| figure | found | must be | met |", "| --- | --- | --- | --- |", *rows, ""]
        return "\n".join([*head, *table, *[f"- {note}" for note in self.notes]]).rstrip() + "\n"

    def missed(self) -> list[str]:
        """What is not what it must be."""
        return [one.what for one in self.figures if one.met is False]


def page(intro: str, sections: Mapping[str, str]) -> str:
    """The whole page, sections in this order."""
    return "\n".join([NOTE, "", "# Accuracy", "", intro, "", *sections.values()]).rstrip() + "\n"


def sections_of(text: str) -> dict[str, str]:
    """The sections of a page by name, each with its heading."""
    starts = list(HEADING.finditer(text))
    ends = [*[one.start() for one in starts[1:]], len(text)]
    return {
        one["name"]: text[one.start() : end].rstrip() + "\n"
        for one, end in zip(starts, ends, strict=True)
    }
