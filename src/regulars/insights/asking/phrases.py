"""Words that are no names: what asks, divides, ranks, compares, denies and joins."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources

from regulars.core.shipped_yaml import load_shipped
from regulars.insights.asking.tokens import words_of


class Role(StrEnum):
    """What a phrase does in a question."""

    GROUP = "group"
    WHICH = "which"
    WHO = "who"
    COUNT = "count"
    LIST = "list"
    TOP = "top"
    BOTTOM = "bottom"
    BEST = "best"
    WORST = "worst"
    VERSUS = "versus"
    THAN_BEFORE = "than_before"
    SAME_LAST_YEAR = "same_last_year"
    COMPARE = "compare"
    NOT = "not"
    OVER = "over"
    FROM = "from"
    UNDER = "under"
    UP_TO = "up_to"
    OR_MORE = "or_more"
    OR_LESS = "or_less"
    BETWEEN = "between"
    TREND = "trend"
    GRAIN = "grain"
    SHARE = "share"
    AGGREGATE = "aggregate"
    RISE = "rise"
    FALL = "fall"
    CHANGE = "change"
    AND = "and"
    COPULA = "copula"
    FOLLOW = "follow"
    STOP = "stop"


@cache
def phrases() -> dict[tuple[str, ...], tuple[tuple[Role, str], ...]]:
    """Roles by phrase, each with what it is about: a grain or an aggregate."""
    text = resources.files("regulars.insights.asking").joinpath("phrases.yaml")
    roles: dict[tuple[str, ...], tuple[tuple[Role, str], ...]] = {}
    for name, entry in load_shipped(text.read_text("utf-8")).items():
        listed = entry.items() if isinstance(entry, dict) else [("", entry)]
        for about, words_list in listed:
            for phrase in words_list:
                words, role = words_of(str(phrase)), (Role(name), about)
                roles[words] = (*roles.get(words, ()), role)
    return roles
