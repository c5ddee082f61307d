"""No answer, and why: which words are not known, what several things mean, what could be asked."""

from __future__ import annotations

from typing import Literal

from regulars.core.errors import DataError

RefusalKind = Literal[
    "empty", "unknown_word", "ambiguous", "no_metric", "not_joined", "unused", "no_period",
    "not_available", "refused",
]  # fmt: skip


class NotUnderstood(DataError):
    """A question that is not answered; `options` are questions that would be."""

    def __init__(
        self,
        what: str,
        *,
        kind: RefusalKind,
        words: tuple[str, ...] = (),
        options: tuple[str, ...] = (),
    ) -> None:
        super().__init__(what, hint=_hint(options))
        self.kind = kind
        self.words = words
        self.options = options


def _hint(options: tuple[str, ...]) -> str | None:
    if not options:
        return None
    return "Ask for example:\n" + "\n".join(f"    {option}" for option in options)
