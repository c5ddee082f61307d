"""Read the columns of a recognised table as its preset says: times, amounts, flags."""

from __future__ import annotations

from typing import Any

from regulars.ingest.inference.clocks import joined_mapping
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.preset_files import PresetColumn
from regulars.ingest.inference.preset_tables import landed_column, names_in_sql
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import identifier, literal

# ISO 4217: currencies whose minor unit is not a hundredth.
_NO_MINOR_UNIT = ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"]
_NO_MINOR_UNIT += ["RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"]
_THOUSANDTHS = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
_PER_SECOND = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000}


def is_there(table: Table, column: PresetColumn) -> bool:
    """Whether the table has a column that this one is read from."""
    landed = [landed_column(table, name) for name in column.needed_names]
    return any(there is not None for there in landed) if landed else True


def raw_column(value: Any) -> Any:
    """The raw column of a mapping; None where it is an expression."""
    return value.get("column") if isinstance(value, dict) else value


def put_column(draft: Draft, table: Table, path: str, spec: PresetColumn) -> None:
    """Map one column: as its values are written, unless the preset says how."""
    column = landed_column(table, spec.column) if spec.column else None
    stated = spec.model_dump(include={"true", "values", "type"}, exclude_defaults=True)
    if column is None:
        mapping = {"sql": names_in_sql(spec.sql or "", table, draft)}
        draft.put(path, mapping | _formats(spec) | stated)
        return
    if spec.epoch is not None and column.kind != "date":
        draft.put(path, {"sql": _since_1970(draft, table, column, spec.epoch)}, "a time in UTC")
        return
    clock = landed_column(table, spec.time) if spec.time else None
    if clock is not None:
        names = identifier(column.name), identifier(clock.name)
        draft.put(path, joined_mapping(column, clock, names, days=spec.format), _because(column))
        return
    if spec.minor_units:
        draft.put(path, {"sql": _in_units(draft, table, column)}, "amounts are in minor units")
        return
    draft.map_column(path, column)
    more = ({} if column.kind == "date" else _formats(spec)) | stated
    if more:
        value = draft.get(path)
        draft.put(path, (value if isinstance(value, dict) else {"column": value}) | more)


def _formats(spec: PresetColumn) -> dict[str, Any]:
    formats = list(spec.format)
    return {"format": formats[0] if len(formats) == 1 else formats} if formats else {}


def _because(column: Column) -> str:
    return column.dates.because if column.dates is not None else ""


def _since_1970(draft: Draft, table: Table, column: Column, unit: str) -> str:
    """A count since 1970 as a time; whole days apart, so that no engine's interval overflows."""
    # A number of ours has 14 digits before the decimal point; microseconds have 16.
    draft.put(f"sources.{table.name}.types.{column.name}", "integer")
    name, second = identifier(column.name), _PER_SECOND[unit]
    day = 86_400 * second
    return (
        f"timestamp '1970-01-01 00:00:00' + cast(floor({name} / {day}) as integer) * interval '1' "
        f"day + cast(floor(mod({name}, {day}) / {second}) as integer) * interval '1' second"
    )


def _in_units(draft: Draft, table: Table, column: Column) -> str:
    """An amount in minor units as one in units, by the currency of the row."""
    number = identifier(draft.use_in_sql(table, column))
    spec = table.preset.columns.get("currency") if table.preset else None
    currency = landed_column(table, spec.column) if spec and spec.column else None
    if currency is None:
        return f"{number} * 0.01"
    code = f"upper(trim({identifier(currency.name)}))"
    return (
        f"{number} * case when {code} in ({listed(_NO_MINOR_UNIT)}) then 1 "
        f"when {code} in ({listed(_THOUSANDTHS)}) then 0.001 else 0.01 end"
    )


def listed(texts: list[str]) -> str:
    """Texts as an SQL list."""
    return ", ".join(map(literal, texts))


def amount_sql(draft: Draft, table: Table, spec: PresetColumn) -> str:
    """An amount as SQL, in units."""
    if spec.sql is not None:
        return names_in_sql(spec.sql, table, draft)
    column = landed_column(table, spec.column or "")
    assert column is not None
    if spec.minor_units:
        return _in_units(draft, table, column)
    return identifier(draft.use_in_sql(table, column))
