"""Templates of the report, filled in: numbers as people read them, data never as markup."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from regulars.charts.theme import DARK, LIGHT, css_variables
from regulars.insights import amounts
from regulars.insights.exploration.categories import category_words


def rendered(template: str, words: Mapping[str, Any]) -> str:
    """A template, filled in; what comes from data is escaped in pages."""
    return _environment().get_template(template).render(**words)


@cache
def style() -> str:
    """The style sheet of the page."""
    source, _, _ = PackageLoader("regulars.serve.reports").get_source(_environment(), "report.css")
    for name, theme in (("light", LIGHT), ("dark", DARK)):
        source = source.replace(f"/* {name} chart colours */", css_variables(theme))
    return source


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("regulars.serve.reports"),
        autoescape=lambda name: name is None or not name.endswith(".txt.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "category": category_words,
        "cell": amounts.cell,
        "costs": amounts.costs_words,
        "count": amounts.count,
        "day_words": amounts.day_words,
        "decimal": amounts.decimal,
        "megabytes": _megabytes,
        "month_words": amounts.month_words,
        "percent": amounts.percent,
        "plain": amounts.plain,
        "points": _points,
        "sentence": _sentence,
        "several": amounts.several,
        "signed": _signed,
        "signed_percent": _signed_percent,
    }
    return environment


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _points(points: float) -> str:
    return f"{points:+.0f}".replace("-", "−")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"


def _signed(number: float, places: int = 2) -> str:
    return f"{number:+.{places}f}".replace("-", "\N{MINUS SIGN}")


def _signed_percent(share: float) -> str:
    return f"{100 * share:+.0f} %".replace("-", "\N{MINUS SIGN}")
