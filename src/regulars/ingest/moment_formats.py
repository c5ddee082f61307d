"""How DuckDB reads a moment in the formats of a project file: what the macro read_timestamp does.

Used where text is judged before it is cleaned. `tests/ingest/test_moment_formats.py` holds both to
the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from regulars.ingest.sources.scans import literal

COUNTED = {"epoch": 1, "epoch_ms": 1_000, "epoch_us": 1_000_000}
LAST_SECOND = 4_102_444_800  # 2100-01-01
LAST_SHEET_DAY = 73_415  # 2100-12-31 in days since 1899-12-30
# How a time with an offset ends.
_OFFSET = r"[T ][0-9:.]+ ?(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$"
_NAMED_OFFSET = "(Z|UTC|GMT)$"


def moment_sql(text: str, formats: Sequence[str], *, timezone: str = "UTC") -> str:
    """A trimmed text as a timestamp in a time zone; null where no format fits."""
    zone = literal(timezone)
    if not formats:
        with_offset = f"try_cast({_plain_offset(text)} as timestamptz) at time zone {zone}"
        return (
            f"case when regexp_matches({text}, {literal(_OFFSET)}) then {with_offset} "
            f"else try_cast({text} as timestamp) end"
        )
    return f"coalesce({', '.join(_in_format(text, form, zone=zone) for form in formats)})"


def _in_format(text: str, form: str, *, zone: str) -> str:
    count = f"try_cast({text} as double)"
    if form in COUNTED:
        unit = COUNTED[form]
        return (
            f"case when {count} between 0 and {LAST_SECOND * unit} then make_timestamp(cast(round("
            f"{count} * {1_000_000 // unit}) as bigint)) at time zone 'UTC' at time zone {zone} end"
        )
    if form == "excel":
        return (
            f"case when {count} between 1 and {LAST_SHEET_DAY} then "
            f"timestamp '1899-12-30' + to_seconds(round({count} * 86400)) end"
        )
    if "%q" in form:
        month = _strptime(text, form.replace("%q", "%m"), zone=zone)
        return (
            f"case when month({month}) <= 4 then "
            f"{month} + to_months(cast(2 * (month({month}) - 1) as integer)) end"
        )
    if "%b" in form or "%B" in form:
        numbered = re.sub("^%[aA][^%]*", "", form).replace("%b", "%m").replace("%B", "%m")
        by_number = _strptime(_with_month_number(text, form), numbered, zone=zone)
        return f"coalesce({_strptime(text, form, zone=zone)}, {by_number})"
    return _strptime(text, form, zone=zone)


def _strptime(text: str, form: str, *, zone: str) -> str:
    if "%z" not in form:
        return f"try_strptime({text}, {literal(form)})"
    numbered = f"regexp_replace({text}, {literal(_NAMED_OFFSET)}, '+00')"
    return f"try_strptime({numbered}, {literal(form)}) at time zone {zone}"


def _plain_offset(text: str) -> str:
    """An offset as DuckDB reads it: no space before it, +00 for Z, seconds before it."""
    numbered = f"regexp_replace({text}, ' ?{_NAMED_OFFSET}', '+00')"
    close = f"regexp_replace({numbered}, ' ([+-][0-9:]+)$', '\\1')"
    return f"regexp_replace({close}, '([T ][0-9]{{1,2}}:[0-9]{{1,2}})([+-])', '\\1:00\\2')"


def _with_month_number(text: str, form: str) -> str:
    if re.match("%[aA]", form):
        text = f"regexp_replace({text}, '^[^0-9 ,]+[^0-9\\p{{L}}]*', '')"
    name = f"regexp_extract({text}, '\\p{{L}}{{3,}}')"
    return f"replace({text}, {name}, map_extract_value({_months()}, strip_accents(lower({name}))))"


@cache
def _months() -> str:
    """A map of the plain names of months, in every known language, to their numbers."""
    from regulars.ingest.inference.words import month_names

    numbers = month_names()
    names, values = map(literal, numbers), (literal(str(number)) for number in numbers.values())
    return f"map([{', '.join(names)}], [{', '.join(values)}])"
