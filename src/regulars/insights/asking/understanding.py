"""A question in words becomes an intent, or comes back with what is not clear about it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.insights.asking.assembly import intent_from
from regulars.insights.asking.claims import Covered, covered
from regulars.insights.asking.follow_ups import patched
from regulars.insights.asking.items import items_of
from regulars.insights.asking.parts import assembled
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.asking.vocabulary import Vocabulary
from regulars.insights.semantic.intent import Intent
from regulars.insights.semantic.layer import SemanticLayer

_LENGTH_AT_MOST = 500


@dataclass(frozen=True)
class Understood:
    """An intent, and the words that were read as others."""

    intent: Intent
    corrected: tuple[tuple[str, str], ...] = ()


def understand(
    question: str,
    layer: SemanticLayer,
    vocabulary: Vocabulary,
    *,
    offered: Sequence[str] = (),
    last: Intent | None = None,
) -> Understood:
    """The intent of a question; `last` is what a follow-up changes.

    Raises NotUnderstood, with those of the `offered` questions that are most like it.
    """
    if len(question) > _LENGTH_AT_MOST:
        raise NotUnderstood("a question has 500 letters at most", kind="empty")
    cover = covered(question, vocabulary, as_of=layer.as_of)
    if not cover.claims and not cover.unknown:
        raise NotUnderstood("there is no question", kind="empty", options=tuple(offered[:3]))
    if cover.unknown:
        raise _unknown(cover, nearest_questions(question, offered))
    try:
        return Understood(_intent(cover, layer, last), cover.corrected)
    except NotUnderstood as refusal:
        if refusal.options:
            raise
        raise NotUnderstood(
            refusal.what,
            kind=refusal.kind,
            words=refusal.words,
            options=nearest_questions(question, offered),
        ) from None


def _intent(cover: Covered, layer: SemanticLayer, last: Intent | None) -> Intent:
    assembly = assembled(items_of(cover, layer), layer)
    if last is not None and (changed := patched(last, assembly)) is not None:
        return changed
    return intent_from(assembly)


def _unknown(cover: Covered, options: tuple[str, ...]) -> NotUnderstood:
    listed = ", ".join(f"'{word}'" for word in cover.unknown)
    plural = "words are" if len(cover.unknown) > 1 else "word is"
    return NotUnderstood(
        f"{listed}: the {plural} not known here",
        kind="unknown_word",
        words=cover.unknown,
        options=options,
    )


def nearest_questions(question: str, offered: Sequence[str], *, count: int = 3) -> tuple[str, ...]:
    """Questions that have an answer, the most like this one first."""
    near = difflib.get_close_matches(question, offered, n=count, cutoff=0.3)
    return tuple(near) or tuple(offered[:count])
