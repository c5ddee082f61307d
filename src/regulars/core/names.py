"""Names: raw column names as the warehouse knows them, and the nearest known name."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from regulars.core.errors import SettingsError

# Words of SQL, on one engine or another, that cannot name a column unquoted.
_WORDS_OF_SQL = """
    all analyse analyze and anti any array as asc asof asymmetric at authorization between binary
    both by case cast check collate collation column columns concurrently constraint create cross
    current_date current_time current_timestamp current_user default deferrable delete desc describe
    distinct do drop else end except exists false fetch for foreign freeze from full generated glob
    grant group having ilike in initially inner insert intersect interval into is isnull join lambda
    lateral leading left like limit localtime localtimestamp map natural not notnull null offset on
    only or order outer overlaps pivot placing positional primary qualify references returning right
    row rows select semi session_user set show similar some start struct summarize symmetric table
    tablesample then to trailing true try_cast union unique unpack unpivot update user using values
    variadic verbose when where window with
"""
_RESERVED = frozenset(_WORDS_OF_SQL.split())


def printable(name: str) -> str:
    r"""A name of the file system as text; a byte that is not UTF-8 as `\xe9`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def snake_case(name: str) -> str:
    """`Loyalty Number` -> loyalty_number, `CustomerID` -> customer_id, `2nd mail` -> _2nd_mail."""
    plain = _without_accents(name.strip("\ufeff "))
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    snake = re.sub(r"[\W_]+", "_", spaced.lower()).strip("_") or "unnamed"
    return f"_{snake}" if snake[0].isdigit() else snake


def unique_names(names: Iterable[str]) -> list[str]:
    """Warehouse names of raw columns, in order.

    A word of SQL gets an underscore (`Order` -> order_), and a repeated name a number.
    """
    taken: set[str] = set()
    result = []
    for snake in map(snake_case, names):
        wanted = f"{snake}_" if snake in _RESERVED else snake
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted.rstrip('_')}_{number}"
        taken.add(name)
        result.append(name)
    return result


def resolve_column(name: str, bronze_columns: Iterable[str]) -> str:
    """The landed column that a project file means: by its landed name or its original one.

    Raises SettingsError, with the nearest name, where there is no such column.
    """
    known = list(bronze_columns)
    for candidate in (name, name.strip().lower(), snake_case(name), f"{snake_case(name)}_"):
        if candidate in known:
            return candidate
    raw = [column for column in known if not column.startswith("_")]
    near = nearest(snake_case(name), raw)
    raise SettingsError(
        f"there is no column '{name}'" + (f"; did you mean '{near}'?" if near else ""),
        hint=f"The columns are: {', '.join(raw) or 'none'}.",
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, if any is like it at all."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def _without_accents(text: str) -> str:
    """`Straße` -> Strasse, `Größe` -> Grosse; letters without a plain form stay as they are."""
    split = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(sign for sign in split if unicodedata.category(sign) != "Mn")
