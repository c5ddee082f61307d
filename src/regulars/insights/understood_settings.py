"""What `regulars init` understood, in a few lines, from the settings that it writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from regulars.core.settings import Project
from regulars.features.churn_definition import ChurnDefinition, definition_sentence

Reasons = Mapping[str, str]
_AT = "entities.transactions.columns"
_FURTHER = {
    "interactions": "contacts",
    "touches": "campaigns",
    "labels": "who left",
    "categories": "categories",
    "identities": "identities",
}


def understood(project: Project, reasons: Reasons) -> list[tuple[str, str]]:
    """A label and a sentence for each thing that decides what company is published."""
    lines = [
        *_customers(project, reasons),
        *_purchases(project, reasons),
        ("time", _with(f"by {project.grain}, time zone {project.timezone}", reasons.get("grain"))),
        ("currency", _with(project.amount_unit or project.currency, reasons.get("currency"))),
        ("churn", _churn(project, reasons)),
    ]
    for entity, mapping in project.entities.items():
        if label := _FURTHER.get(entity):
            columns = ", ".join(_column(rules) for rules in mapping.columns.values())
            lines.append((label, f"{mapping.source}: {columns}"))
    if project.personal_data:
        lines.append(("masked", ", ".join(project.personal_data)))
    return lines


def _customers(project: Project, reasons: Reasons) -> Iterator[tuple[str, str]]:
    for entity in ("customers", "transactions"):
        mapping = project.entities.get(entity)
        if mapping is None:
            continue
        key = mapping.columns["customer_id"]
        because = reasons.get(f"entities.{entity}.columns.customer_id")
        yield "customers", _with(_who(key, mapping.source), because)
        if mapping.attributes:
            yield "attributes", ", ".join(mapping.attributes)
        return


def _who(key: Any, source: str | None) -> str:
    """Who a customer is; a key made of the place in the file is a row."""
    if key.sql is not None and "_row_number" in key.sql:
        return f"each row of {source}"
    if key.sql is not None:
        return f"one per key computed from the columns of {source}"
    return f"one per {_column(key)} of {source}"


def _purchases(project: Project, reasons: Reasons) -> Iterator[tuple[str, str]]:
    mapping = project.entities.get("transactions")
    if mapping is None:
        yield "purchases", "none: no table of dated purchases"
        return
    columns = mapping.columns
    which = f" where {mapping.where}" if mapping.where else ""
    rows = reasons.get(f"sources.{mapping.source}.path")
    yield "purchases", _with(f"each row of {mapping.source}{which}", rows)
    amount = columns.get("amount")
    yield "amount", _with(_column(amount) if amount else "–", reasons.get(f"{_AT}.amount"))
    when = reasons.get(f"{_AT}.occurred_at")
    yield "dated by", _with(_column(columns["occurred_at"]), when)
    if "kind" in columns:
        refunds = _with(_column(columns["kind"]), reasons.get(f"{_AT}.kind"))
    else:
        refunds = "rows with an amount below zero"
    yield "refunds", refunds
    if mapping.reject:
        rules = "; ".join(f"{rule.because}: {rule.when}" for rule in mapping.reject)
        yield "not counted", rules


def _churn(project: Project, reasons: Reasons) -> str:
    if project.churn is None:
        return "not defined: no segment, score or report says who left"
    sentence = definition_sentence(ChurnDefinition.of(project))
    return _with(sentence.rstrip("."), reasons.get("churn.horizon") or reasons.get("churn.kind"))


def _column(rules: Any) -> str:
    if rules.sql is not None:
        return str(rules.sql)
    if rules.column is not None:
        return f"'{rules.column}'"
    parts = rules.model_dump(exclude_defaults=True, exclude_none=True)
    return ", ".join(f"{name} {value}" for name, value in parts.items())


def _with(text: str, because: str | None) -> str:
    return f"{text} ({because})" if because else text
