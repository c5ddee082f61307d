"""How long customers have been there, where a column says it instead of a date of joining."""

from __future__ import annotations

from regulars.core.calendar import Grain
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import ranked
from regulars.ingest.inference.vocabulary import concepts

MIN_DIFFERENT = 8  # with fewer, it is the term of a contract and not the age of a customer
LONGEST_MONTHS, LONGEST_YEARS = 200, 60


def set_tenure(draft: Draft, table: Table) -> None:
    """Let survival rest on a column with the customer's age, for a label without dates.

    Years become an attribute in months. A column whose unit neither its name nor its size tells is
    left alone: survival in a wrong unit is worse than none.
    """
    columns = draft.get("entities.customers.columns") or {}
    if draft.get("churn.kind") != "labelled" or "joined_at" in columns:
        return
    at = "entities.customers.attributes"
    names = {_raw(mapping): name for name, mapping in (draft.get(at) or {}).items()}
    for column in ranked(table.columns.values(), "tenure"):
        unit = _unit(column)
        if column.name not in names or unit is None:
            continue
        name = names[column.name]
        why, is_said = unit[1], unit[2]
        if unit[0] == "year":
            name = f"{name}_in_months"
            sql = f"{draft.use_in_sql(table, column)} * 12"
            draft.put(f"{at}.{name}", {"sql": sql, "type": "number", "feature": False})
        draft.put("churn.tenure_attribute", name, why, probable=not is_said)
        draft.put("churn.tenure_unit", _GRAINS[unit[0]])
        return


_GRAINS: dict[str, Grain] = {"day": "day", "week": "week", "month": "month", "year": "month"}


def _unit(column: Column) -> tuple[str, str, bool] | None:
    """The unit of a tenure, why, and whether the name says it; None where nothing tells."""
    if column.kind != "number" or column.distinct < MIN_DIFFERENT or (column.low or 0) < 0:
        return None
    words, high = concepts(column.name) | set(column.name.split("_")), column.high or 0
    for unit, unit_words in _SAID.items():
        if words & unit_words:
            return unit, f"how long customers have been there, in {unit}s by its name", True
    if high <= 12:
        return None
    if high <= LONGEST_MONTHS:
        return "month", f"how long customers have been there; months, as it ends at {high:g}", False
    return "day", f"how long customers have been there; days, as it ends at {high:g}", False


_SAID = {
    "day": {"days", "day", "tage", "jours"},
    "week": {"week", "weeks"},
    "month": {"month", "months", "monate", "mois"},
    "year": {"year", "years", "jahre", "ans"},
}


def _raw(mapping: object) -> object:
    return mapping.get("column") if isinstance(mapping, dict) else mapping
