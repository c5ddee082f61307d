"""How DuckDB reads a number in text: what the macro read_number does, as a floating-point number.

Used where text is judged before it is cleaned. `tests/ingest/test_number_formats.py` holds both to
the same rows.
"""

from __future__ import annotations

from regulars.ingest.sources.scans import literal

# A currency as people write it at an amount.
CURRENCY = r"(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₹₽]|[kK][rR][.]?|zł|Kč|Ft|lei|TL|Rs[.]?|руб[.]?)"
_AMOUNT = r"[0-9 .,'’+-]+"


def number_sql(text: str, *, decimal: str = ".") -> str:
    """A trimmed text as a double; null where it is no number."""
    digits = _digits(text, decimal)
    negative = f"regexp_replace({digits}, '^[+-]?(.*)-$', '-\\1')"
    bare = f"regexp_replace({text}, {literal(CURRENCY)}, '', 'g')"
    with_currency = literal(f"^{CURRENCY}? ?{_AMOUNT}( ?{CURRENCY})?$")
    return (
        f"case when {text} like '%-' then try_cast({negative} as double) "
        f"when regexp_matches({text}, '^[^A-Za-z]*[(].*[)]$') "
        f"then -1 * try_cast({digits} as double) "
        f"when not regexp_matches({text}, '[A-DF-Za-df-z]') then try_cast({digits} as double) "
        f"when regexp_matches({text}, {with_currency}) "
        f"then try_cast({_digits(bare, decimal)} as double) end"
    )


def _digits(text: str, decimal: str) -> str:
    digits = f"regexp_replace({text}, {literal(f'[^0-9eE{decimal}+-]')}, '', 'g')"
    return f"replace({digits}, {literal(decimal)}, '.')" if decimal != "." else digits
