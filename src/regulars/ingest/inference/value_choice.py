"""The customer value where there are no purchases: a charge of a month, or the value of a life."""

from __future__ import annotations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import ranked

AT = "entities.customers.attributes"


def set_value(draft: Draft, table: Table) -> None:
    """The customer value where there are no purchases: a charge known to be monthly, or a life's.

    A charge of a year is divided. One of an unknown period is said, and not counted.
    """
    for role, period, why in (
        ("monthly_charge", "month", "no purchases here: a charge per month, by its name"),
        ("yearly_charge", "year", "no purchases here: a charge per year, by its name"),
        ("lifetime_value", "life", "no purchases here: the value of a life, by its name"),
    ):
        charge = _numeric_attribute(draft, table, role)
        if charge is not None:
            _put(draft, table, charge, period=period, why=why)
            return
    charge = _numeric_attribute(draft, table, "plain_charge")
    open_question = (
        "what a customer brings: without `value.attribute` (a monthly charge) and "
        "`value.attribute_per: month` no money is shown"
    )
    if charge is not None:
        open_question = (
            f"whether '{charge[0]}' is a charge per month: if so, write `value: "
            f"{{attribute: {charge[0]}, attribute_per: month}}`; without it no money is shown"
        )
    draft.leave_open(open_question)


def _put(draft: Draft, table: Table, charge: tuple[str, Column], *, period: str, why: str) -> None:
    name, column = charge
    if period == "year":
        name, yearly = f"{name}_per_month", name
        sql = f"{draft.use_in_sql(table, column)} / 12.0"
        draft.put(
            f"{AT}.{name}",
            {"sql": sql, "type": "number", "feature": False},
            f"a twelfth of {yearly}",
        )
    draft.put("value.attribute", name, why)
    draft.put("value.attribute_per", "life" if period == "life" else "month")


def _numeric_attribute(draft: Draft, table: Table, role: str) -> tuple[str, Column] | None:
    """The attribute with numbers whose column fits a role best."""
    attributes = draft.get(AT) or {}
    names = {
        mapping.get("column") if isinstance(mapping, dict) else mapping: name
        for name, mapping in attributes.items()
    }
    for column in ranked(table.of_kind("number"), role):
        if column.name in names:
            return names[column.name], column
    return None
