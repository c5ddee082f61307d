"""Claims become items: of what a phrase may mean, the one meaning that the question allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from regulars.insights.asking.claims import Claim, Covered
from regulars.insights.asking.phrases import Role
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.asking.vocabulary import Meaning
from regulars.insights.semantic.layer import SemanticLayer

ItemKind = Literal["metric", "dimension", "value", "period", "number", "filter", "role"]
_MOVES = (Role.FALL, Role.RISE, Role.CHANGE)


@dataclass(frozen=True)
class Item:
    """A claim with one meaning."""

    kind: ItemKind
    claim: Claim
    name: str = ""
    value: str | bool | None = None

    def has(self, *roles: Role) -> bool:
        """Whether it is a word that does one of these."""
        return self.kind == "role" and any(self.claim.has(role) for role in roles)

    @property
    def is_passed_over(self) -> bool:
        """A word that only holds the others together."""
        return self.has(Role.STOP, Role.COPULA) and not self.has(*_CONTENT)


_CONTENT = tuple(role for role in Role if role not in (Role.STOP, Role.COPULA, Role.LIST))


def items_of(question: Covered, layer: SemanticLayer) -> list[Item]:
    """The items of a question. Raises NotUnderstood where a phrase may mean several things."""
    claims = question.claims
    kinds = [_kind(claims, at) for at in range(len(claims))]
    return [_settled(question, at, kind=kind, layer=layer) for at, kind in enumerate(kinds)]


def _kind(claims: Sequence[Claim], at: int) -> ItemKind:
    """What kind of item a claim is; its meaning may still be open."""
    claim = claims[at]
    if claim.period is not None:
        return "period"
    if claim.number is not None:
        return "number"
    if claim.filter is not None:
        return "filter"
    if claim.meanings and not (claim.roles and _is_move(claims, at)):
        kinds = {meaning.kind for meaning in claim.meanings}
        if len(kinds) > 1:
            return _of_kinds(claims, at)
        return claim.meanings[0].kind  # type: ignore[return-value]
    return "role"


def _is_move(claims: Sequence[Claim], at: int) -> bool:
    """`lost most revenue`: a verb, although a segment may be called Lost."""
    if not any(claims[at].has(role) for role in _MOVES) or _is_written_as_value(claims, at):
        return False
    after = next((claim for claim in claims[at + 1 :] if not claim.has(Role.STOP)), None)
    if after is None:  # at the end it is a verb only where a figure has been named
        return any(claim.of("metric") for claim in claims[:at])
    return bool(after.of("metric")) or after.has(Role.TOP) or after.period is not None


def _is_written_as_value(claims: Sequence[Claim], at: int) -> bool:
    """`Champions and Lost`: joined to other values, denied, or with the capital of the value."""
    values = [str(meaning.value) for meaning in claims[at].of("value")]
    if at and claims[at].words in values and claims[at].words[:1].isupper():
        return True
    before = claims[at - 1] if at else None
    return bool(values) and before is not None and (before.has(Role.NOT) or before.has(Role.VERSUS))


def _of_kinds(claims: Sequence[Claim], at: int) -> ItemKind:
    """`risk level`, a metric and a dimension: what stands before it tells."""
    before = claims[at - 1] if at else None
    if before is not None and before.has(Role.GROUP) and claims[at].of("dimension"):
        is_order = claims[at].of("metric") and _ranks_customers(claims[:at])
        return "metric" if is_order else "dimension"
    if before is not None and before.has(Role.WHICH) and claims[at].of("dimension"):
        return "dimension"
    return "metric" if claims[at].of("metric") else "value"


def _ranks_customers(claims: Sequence[Claim]) -> bool:
    """`top 5 customers (by risk)`: customers are what is in order, not groups of them."""
    orders = (Role.TOP, Role.BOTTOM, Role.BEST, Role.WORST)
    return any(
        any(meaning.name == "customers" for meaning in claim.of("metric"))
        and (claims[at].number is not None or any(claims[at].has(role) for role in orders))
        for at, claim in enumerate(claims[1:])
    )


def _settled(question: Covered, at: int, *, kind: ItemKind, layer: SemanticLayer) -> Item:
    claim = question.claims[at]
    if _is_most_at_risk(question.claims, at, layer):
        return Item("metric", claim, "churn_probability")
    if kind not in ("metric", "dimension", "value"):
        return Item(kind, claim)
    meanings = list(claim.of(kind))
    claims = question.claims
    has_period = any(each.period or each.has(Role.TREND) for each in claims)
    if kind == "metric":
        meanings = [each for each in meanings if has_period or not each.in_period] or meanings
    if len(meanings) > 1:
        meanings = _beside_its_name(question.claims, at, meanings) or meanings
    if claim.words.casefold() == "at risk" and len(meanings) > 1:
        raise _at_risk(question, claim, meanings)
    if len(meanings) > 1 and kind != "metric":
        meanings = _in_reach(question.claims, meanings, layer) or meanings
    if kind == "metric" and not has_period and _may_be_value(question.claims, at, layer):
        raise _ambiguous(question, claim, list(claim.meanings), layer)
    if len(meanings) > 1 and kind != "metric":
        meanings = [each for each in meanings if each.name == "segment"] or meanings
    if len(meanings) > 1:
        raise _ambiguous(question, claim, meanings, layer)
    return Item(kind, claim, meanings[0].name, meanings[0].value)


def _may_be_value(claims: Sequence[Claim], at: int, layer: SemanticLayer) -> bool:
    """Whether a name of a metric may as well be a value: one that other metrics are known by."""
    itself = claims[at].of("metric")[0].name
    every = [claim.of("metric")[0].name for claim in claims if claim.of("metric")]
    other_metrics = [name for name in every if name != itself] or ["customers"]
    return any(
        layer.metrics[name].forms.keys() & layer.dimensions[value.name].aliases.keys()
        for value in claims[at].of("value")
        for name in other_metrics
    )


def _is_most_at_risk(claims: Sequence[Claim], at: int, layer: SemanticLayer) -> bool:
    """`most at risk` ranks by the churn probability; `at risk` alone is a value."""
    before = claims[at - 1] if at else None
    is_at_risk = any(
        meaning.name == "risk_category" and meaning.value == "High"
        for meaning in claims[at].meanings
    )
    return (
        is_at_risk
        and claims[at].words.casefold() == "at risk"
        and before is not None
        and before.has(Role.TOP)
        and "churn_probability" in layer.metrics
    )


def _beside_its_name(claims: Sequence[Claim], at: int, meanings: list[Meaning]) -> list[Meaning]:
    """`channel Online`: the name of a dimension beside a value says of which one it is."""
    beside = {
        meaning.name
        for place in (at - 2, at - 1, at + 1, at + 2)
        if 0 <= place < len(claims)
        for meaning in claims[place].of("dimension")
    }
    return [meaning for meaning in meanings if meaning.name in beside]


def _in_reach(
    claims: Sequence[Claim], meanings: list[Meaning], layer: SemanticLayer
) -> list[Meaning]:
    """Dimensions that the metrics of the question are known by."""
    metrics = [
        layer.metrics[claim.of("metric")[0].name]
        for claim in claims
        if len(claim.of("metric")) == 1
    ]
    specific = [metric for metric in metrics if metric.name != "customers"] or metrics
    return [
        meaning
        for meaning in meanings
        if all(
            metric.forms.keys() & layer.dimensions[meaning.name].aliases.keys()
            for metric in specific
        )
    ]


def _ambiguous(
    question: Covered, claim: Claim, meanings: list[Meaning], layer: SemanticLayer
) -> NotUnderstood:
    labels = []
    for meaning in meanings:
        if meaning.kind == "metric":
            label = layer.metrics[meaning.name].label
            first = layer.available.first_month
            labels.append(f"{label} since {first:%Y-%m}" if claim.of("value") and first else label)
        else:
            label = layer.dimensions[meaning.name].label
            labels.append(label if meaning.kind == "dimension" else f"{label} {meaning.value}")
    options = tuple(_replaced(question.text, claim.words, label) for label in labels)
    return NotUnderstood(
        f"'{claim.words}' may mean {' or '.join(labels)}",
        kind="ambiguous",
        words=(claim.words,),
        options=options,
    )


def _at_risk(question: Covered, claim: Claim, meanings: list[Meaning]) -> NotUnderstood:
    options = ["at high risk", "at high or medium risk"]
    options += [f"in the segment {each.value}" for each in meanings if each.name == "segment"]
    return NotUnderstood(
        f"'{claim.words}' may mean {' or '.join(options)}",
        kind="ambiguous",
        words=(claim.words,),
        options=tuple(_replaced(question.text, claim.words, option) for option in options),
    )


def _replaced(text: str, words: str, label: str) -> str:
    at = text.casefold().find(words.casefold())
    return label if at < 0 else f"{text[:at]}{label}{text[at + len(words) :]}"
