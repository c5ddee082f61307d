"""Snowflake's SQL, as made in Python, and its names.

Names without quotes are stored there in capitals, and quoted ones as they are. So names that need
no quotes are written in capitals wherever they are quoted: then both ways mean the same column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.warehouse.dialect import Dialect

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
# Texts, quoted names, comments, and places of values.
_TOKEN = re.compile(r"""'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\?""", re.DOTALL)
_STORED = re.compile(r"[A-Z_][A-Z0-9_$]*")
_TYPES = {"timestamp": "timestamp_ntz", "timestamptz": "timestamp_tz"}


def stored_name(name: str) -> str:
    """A name as Snowflake stores it: in capitals where it needs no quotes."""
    return name.upper() if _PLAIN.fullmatch(name) else name


def name_of_stored(name: str) -> str:
    """The name that is stored so, in small letters where it needs no quotes."""
    return name.lower() if _STORED.fullmatch(name) else name


@dataclass(frozen=True)
class SnowflakeDialect(Dialect):
    """A backslash in a text stands for a special character there, unless it is doubled."""

    name: str = "snowflake"
    any_order: str = "order by 1"

    def quote(self, name: str) -> str:
        return super().quote(stored_name(name))

    def text(self, value: object) -> str:
        return super().text(str(value).replace("\\", "\\\\"))

    def days_added(self, expression: str, days: int) -> str:
        return f"dateadd('day', {days}, {expression})"

    def type(self, portable: str) -> str:
        return _TYPES.get(portable, portable)

    def stored(self, name: str) -> str:
        return stored_name(name)


SNOWFLAKE = SnowflakeDialect()


def bound(sql: str, parameters: Sequence[object] = ()) -> str:
    """The statement with its values in it, and with quoted names as Snowflake stores them."""
    values = iter(parameters)

    def fill(match: re.Match[str]) -> str:
        token = match.group()
        if token.startswith('"'):
            return SNOWFLAKE.quote(token[1:-1].replace('""', '"'))
        if token != "?" or not parameters:
            return token
        value = next(values)
        if value is None:
            return "null"
        if isinstance(value, bool | int | float):
            return str(value).lower()
        return SNOWFLAKE.text(value)

    return _TOKEN.sub(fill, sql)
