"""How DuckDB reads a number in text: what the macro read_number does, as a floating-point number.

Used where text is judged before it is cleaned. `tests/ingest/test_number_formats.py` holds both to
the same rows.
"""

from __future__ import annotations

from regulars.ingest.sources.scans import literal

# A currency as people write it at an amount.
CURRENCY = (
    r"(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₹₽₩₴₪₫₺฿₱₦]|[kK][rR][.]?|zł|Kč|Ft|lei|TL|R[ps][.]?|RM|"
    r"руб[.]?|р[.]|грн[.]?|лв[.]?|원|元|円)"
)
# Spaces that never break a line stand between thousands; a minus sign may be a letter of its own.
SIGNS, PLAIN_SIGNS = "\u00a0\u2007\u2009\u202f\u2212", "    -"
_AMOUNT = r"[0-9 .,'’+-]+"


def plain_signs(text: str) -> str:
    """A text with plain spaces and a plain minus, as SQL."""
    return f"translate({text}, {literal(SIGNS)}, {literal(PLAIN_SIGNS)})"


def number_sql(text: str, *, decimal: str = ".") -> str:
    """A trimmed text as a double; null where it is no number."""
    text = plain_signs(text)
    bare = f"regexp_replace({text}, {literal(CURRENCY)}, '', 'g')"
    negative = f"regexp_replace({_digits(bare, decimal)}, '^[+-]?(.*)-$', '-\\1')"
    in_brackets = literal(f"^(?:{CURRENCY} ?|[^A-Za-z]*)[(].*[)]( ?{CURRENCY})?$")
    with_currency = literal(f"^[+-]? ?{CURRENCY}? ?{_AMOUNT}( ?{CURRENCY})?$")
    return (
        f"case when regexp_matches({text}, {literal(f'-( ?{CURRENCY})?$')}) "
        f"then try_cast({negative} as double) "
        f"when regexp_matches({text}, {in_brackets}) "
        f"then -1 * try_cast({_digits(bare, decimal)} as double) "
        f"when not regexp_matches({text}, '[A-DF-Za-df-z]') "
        f"then try_cast({_digits(text, decimal)} as double) "
        f"when regexp_matches({text}, {with_currency}) "
        f"then try_cast({_digits(bare, decimal)} as double) end"
    )


def _digits(text: str, decimal: str) -> str:
    digits = f"regexp_replace({text}, {literal(f'[^0-9eE{decimal}+-]')}, '', 'g')"
    return f"replace({digits}, {literal(decimal)}, '.')" if decimal != "." else digits
