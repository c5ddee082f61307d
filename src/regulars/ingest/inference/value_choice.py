"""The customer value where there are no purchases: a charge of a month, or the value of a life."""

from __future__ import annotations

import re

from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table

# A charge that says its period, and one that does not. What is left on an account is no value.
_MONTHLY_NAME = re.compile(
    r"(?:monthly|per_?month)_?(?:charges?|fees?|revenue|spend|payment|premium|price|amount)"
    r"|(?:charges?|fees?|revenue|spend|payment|premium|price|amount)_?(?:monthly|per_?month)"
    r"|mrr(?:_amount)?|arpu"
)
_LIFETIME_NAME = re.compile(r"clv|ltv|(?:customer_)?lifetime_value")
_CHARGE_NAME = re.compile(
    r"(?:yearly_?|annual_?)?(?:charges?|fees?|premium|revenue|spend|payment|subscription)"
)


def set_value(draft: Draft, table: Table) -> None:
    """The customer value where there are no purchases: a charge known to be monthly, or a life's.

    A charge of an unknown period is asked for, and not counted until that is answered.
    """
    for pattern, period, why in (
        (_MONTHLY_NAME, "month", "no purchases here: a charge per month, by its name"),
        (_LIFETIME_NAME, "life", "no purchases here: the value of a life, by its name"),
    ):
        name = _numeric_attribute(draft, table, pattern)
        if name is not None:
            draft.put("value.attribute", name, why)
            draft.put("value.attribute_per", period)
            return
    name = _numeric_attribute(draft, table, _CHARGE_NAME)
    open_question = (
        "what a customer brings: without `value.attribute` (a monthly charge) and "
        "`value.attribute_per: month` no money is shown"
    )
    if name is not None:
        open_question = (
            f"whether '{name}' is a charge per month: if so, write `value: {{attribute: {name}, "
            "attribute_per: month}`; without it no money is shown"
        )
    draft.leave_open(open_question)


def _numeric_attribute(draft: Draft, table: Table, pattern: re.Pattern[str]) -> str | None:
    """The first attribute with numbers whose name fits; the outcome is none of them."""
    labels = draft.get("entities.labels.columns") or {}
    for name in draft.get("entities.customers.attributes") or {}:
        column = table.columns.get(name)
        is_number = column is not None and column.kind == "number"
        if is_number and name not in labels.values() and pattern.fullmatch(name):
            return str(name)
    return None
