"""Keys that two files spell differently: mappings that make them equal."""

from __future__ import annotations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Company
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.value_overlap import alike_sql
from regulars.ingest.sources.scans import identifier, quoted
from regulars.warehouse.protocol import Warehouse

_MOSTLY_PHONES = 0.8
_PHONE = "regexp_replace(regexp_replace({}, '[^0-9+]', '', 'g'), '^00', '+')"


def make_keys_equal(draft: Draft, warehouse: Warehouse, company: Company) -> None:
    """Write how the customer's key is read, where the tables do not write it alike."""
    mixed = bool(company.best.spelled) or any(
        _has_capitals(warehouse, company.tables[name], key)
        for name, key in company.best.keys.items()
        if name in company.tables and key.mails > 0.5
    )
    for entity, mapping in draft.get("entities").items():
        table = company.tables.get(mapping["source"])
        name = mapping["columns"].get("customer_id")
        column = table.columns.get(name) if table is not None and isinstance(name, str) else None
        if column is None:
            continue
        path = f"entities.{entity}.columns.customer_id"
        if mixed and column.mails > 0.5:
            draft.put(path, {"column": column.name, "case": "lower"}, "addresses in any case")
        elif column.phones > _MOSTLY_PHONES and _has_spellings(warehouse, table, column):
            sql = _PHONE.format(identifier(column.name))
            draft.put(path, {"sql": sql}, "telephone numbers, with and without blanks and signs")
        elif company.best.spelled and column.kind != "number":
            sql = alike_sql(identifier(column.name))
            because = "made equal to the other tables' keys: case, marks, letters before the number"
            draft.put(path, {"sql": sql}, because, probable=True)
        elif _is_whole_with_point(column):
            sql = f"regexp_replace({identifier(column.name)}, '[.]0+$', '')"
            draft.put(path, {"sql": sql}, f"written as {column.values[0][0]}: the number is whole")


def _has_spellings(warehouse: Warehouse, table: Table | None, key: Column) -> bool:
    """Whether telephone numbers are written in more than one way, in the rows looked at."""
    if table is None or not key.is_text:
        return False
    name = quoted(key.name)
    counted = f"select count(distinct {name}), count(distinct {_PHONE.format(name)})"
    written, dialled = warehouse.rows(f"{counted} from {table.relation}")[0]
    return int(dialled) < int(written)


def _has_capitals(warehouse: Warehouse, table: Table, key: Column) -> bool:
    """Whether some addresses are written with capitals: another file or row may have none."""
    name = f"cast({quoted(key.name)} as varchar)"
    counted = f"select count(*) from {table.relation} where {name} <> lower({name})"
    return int(warehouse.rows(counted)[0][0]) > 0


def _is_whole_with_point(column: Column) -> bool:
    is_number = column.is_text and column.kind == "number" and column.whole
    return is_number and any(value.endswith(".0") for value, _ in column.values[:10])
