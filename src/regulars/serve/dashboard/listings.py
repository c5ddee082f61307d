"""Lists of customers: one row each, and a way to the customer's own page."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from regulars.insights.customer_profiles import Customer
from regulars.insights.masking import MASK
from regulars.serve.dashboard.links import go_to
from regulars.serve.dashboard.tables import listing
from regulars.serve.dashboard.view import View

_FIELDS = (
    "customer_id", "segment", "risk_category", "churn_probability", "customer_value", "priority",
    "recency", "frequency", "monetary", "worth_contacting",
)  # fmt: skip
_ATTRIBUTES_SHOWN = 4


def customer_listing(view: View, customers: Sequence[Customer], *, key: str) -> None:
    """A table of customers; a click on a row opens the customer's page."""
    chosen = listing(customer_table(customers), units=view.units, key=key, choose=True)
    if chosen is not None and customers[chosen].customer_id != MASK:
        go_to("customer", id=customers[chosen].customer_id)


def customer_table(customers: Sequence[Customer]) -> pa.Table:
    """What is known of customers; columns that nobody has a value in are left out."""
    columns = {name: [getattr(one, name) for one in customers] for name in _FIELDS}
    columns["why"] = [one.main_reason.words if one.main_reason else None for one in customers]
    for name in list(customers[0].attributes)[:_ATTRIBUTES_SHOWN] if customers else ():
        columns[name] = [_text(one.attributes[name]) for one in customers]
    return pa.table(
        {
            name: values
            for name, values in columns.items()
            if name == "customer_id" or any(value is not None for value in values)
        }
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
