"""Names of columns as people read them: `avg_txn_value` is 'Average transaction value'."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from regulars.insights.amounts import Unit, customer_value_unit, month_label, unit_of
from regulars.insights.release_reading import Reading

_WORDS = {
    "avg": "average", "txn": "transaction", "txns": "transactions", "pct": "%", "num": "number of",
    "qty": "quantity", "amt": "amount", "cust": "customer", "dob": "date of birth", "tel": "phone",
    "stddev": "standard deviation", "std": "standard", "prob": "probability", "cnt": "count",
    "min": "least", "max": "most",
}  # fmt: skip
_CAPITALS = frozenset(
    {"id", "rfm", "ltv", "clv", "roi", "auc", "roc", "pr", "f1", "aov", "kpi", "crm", "url", "csv"}
)
_NAMED = {
    "r_score": "R score", "f_score": "F score", "m_score": "M score", "rfm_score": "RFM score",
    "risk_category": "Risk", "risk_score": "Risk score (0 to 100)",
    "risk_percentile": "Risk percentile", "churn_probability": "Churn probability",
    "worth_contacting": "Contacting pays off", "past_value": "Past value",
    "value_if_stays": "Value if the customer stays", "value_basis": "Value rests on",
    "value_at_risk": "Value at risk", "mean_probability": "Mean churn probability",
    "is_counted": "Counts", "seconds": "Seconds", "as_of": "As of",
    "dim_category": "Categories", "fct_transactions": "Transactions",
    "fct_interactions": "Service contacts", "fct_touches": "Campaign touches",
    "fct_customer_rfm": "RFM of customers", "kpi_by_period": "Figures by month",
}  # fmt: skip
_AMOUNTS = frozenset(
    {
        "amount", "monetary", "lifetime_amount", "amount_per_order", "cost", "spend",
        "past_value", "discount",
    }
)  # fmt: skip
_CUSTOMER_VALUES = frozenset(
    {
        "predicted_value", "predicted_value_low", "predicted_value_high", "value_if_stays",
        "value_at_risk", "mean_value",
    }
)  # fmt: skip


class Units(NamedTuple):
    """The units of amounts and of customer values (`amounts.customer_value_unit`)."""

    amounts: Unit
    customer_values: Unit


def units_of(reading: Reading) -> Units:
    """The units of a release."""
    return Units(unit_of(reading), customer_value_unit(reading))


def unit_of_column(name: str, units: Units) -> Unit | None:
    """The unit of a column; None where it holds no amounts."""
    if name in _CUSTOMER_VALUES:
        return units.customer_values
    return units.amounts if name in _AMOUNTS else None


def heading(name: str, *, units: Units | None = None) -> str:
    """A column's name in words; amounts carry their unit where one is given."""
    words = _NAMED.get(name) or _spelled(name)
    unit = unit_of_column(name, units) if units is not None else None
    return words if unit is None else f"{words} ({unit.name})"


def attribute_heading(reading: Reading, name: str) -> str:
    """What people read of an attribute: its label in the project file, or its name in words."""
    return reading.project.attribute_labels.get(name) or heading(name)


def headings(names: Sequence[str], *, units: Units | None = None) -> list[str]:
    """Headings of a table's columns; where two would be alike, the names stay."""
    candidates = [heading(name, units=units) for name in names]
    return [
        words if candidates.count(words) == 1 else name
        for words, name in zip(candidates, names, strict=True)
    ]


def month_heading(month: date) -> str:
    """`Dec 2011`."""
    return f"{month_label(month)} {month.year}"


def _spelled(name: str) -> str:
    parts = [part for part in name.replace("-", "_").split("_") if part]
    spelled = [
        part.upper() if part.lower() in _CAPITALS else _WORDS.get(part.lower(), part)
        for part in parts
    ]
    text = " ".join(spelled) or name
    return text[:1].upper() + text[1:]
