"""The guard of statements that people cause: one SELECT over known tables and columns, no more.

It reads the finished statement, whoever wrote it, and allows what is listed here. All else is
refused before an engine sees it: a second statement, another kind of statement, a function, a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from regulars.core.errors import DataError, MissingExtra

_LENGTH_AT_MOST = 100_000
_ALLOWED = (
    "Select", "With", "CTE", "From", "Join", "Table", "TableAlias", "Alias", "Column", "Identifier",
    "Literal", "Boolean", "Null", "Star", "Where", "Group", "Having", "Order", "Ordered", "Limit",
    "Window", "Case", "If", "Cast", "DataType", "DataTypeParam", "Distinct", "Paren", "Var",
    "And", "Or", "Not", "EQ", "NEQ", "GT", "GTE", "LT", "LTE", "In", "Is", "NullSafeEQ",
    "NullSafeNEQ", "Add", "Sub", "Mul", "Div", "Neg",
    "Count", "Sum", "Min", "Max", "Median", "Coalesce", "Nullif", "DateTrunc", "TimestampTrunc",
)  # fmt: skip


class RefusedStatement(DataError):
    """A statement that is not one SELECT over the tables and columns that may be read."""


def check_select(
    sql: str, columns: Mapping[str, frozenset[str]], *, dialect: str = "duckdb"
) -> None:
    """Raises RefusedStatement unless the statement only selects `columns`, given by table."""
    tree = _parsed(sql, dialect)
    allowed = _allowed_classes()
    for node in tree.walk():
        if type(node) not in allowed:
            raise RefusedStatement(f"a question never uses {type(node).__name__}: {_short(node)}")
    _check_stars(tree)
    aliases, named = _check_tables(tree, columns)
    _check_columns(tree, columns, aliases=aliases, named=named)


def _parsed(sql: str, dialect: str) -> Any:
    sqlglot = _sqlglot()
    if len(sql) > _LENGTH_AT_MOST or "\0" in sql:
        raise RefusedStatement("the statement is too long, or has a sign that no statement has")
    try:
        statements = sqlglot.parse(sql, read=dialect)
    except (sqlglot.errors.SqlglotError, RecursionError):
        raise RefusedStatement("the statement cannot be read as SQL") from None
    if len(statements) != 1 or not isinstance(statements[0], sqlglot.exp.Select):
        raise RefusedStatement("a question is one SELECT")
    return statements[0]


def _sqlglot() -> Any:
    try:
        import sqlglot
    except ImportError:
        raise MissingExtra("sqlglot", extra="ask") from None
    return sqlglot


@cache
def _allowed_classes() -> frozenset[type]:
    expressions = _sqlglot().exp
    return frozenset(getattr(expressions, name) for name in _ALLOWED)


def _check_stars(tree: Any) -> None:
    """A star is fine in `count(*)` only: elsewhere it means columns that nobody named."""
    expressions = _sqlglot().exp
    for star in tree.find_all(expressions.Star):
        if not isinstance(star.parent, expressions.Count):
            raise RefusedStatement("a question names its columns")


def _check_tables(
    tree: Any, columns: Mapping[str, frozenset[str]]
) -> tuple[dict[str, set[str]], set[str]]:
    """Tables by alias, and the names of common table expressions."""
    expressions = _sqlglot().exp
    named = {part.alias for part in tree.find_all(expressions.CTE)}
    if hidden := named & columns.keys():
        raise RefusedStatement(f"a part of the statement hides the table {min(hidden)}")
    if any(part.args.get("recursive") for part in tree.find_all(expressions.With)):
        raise RefusedStatement("a question does not recur")
    aliases: dict[str, set[str]] = defaultdict(set)
    for table in tree.find_all(expressions.Table):
        if table.args.get("db") or table.args.get("catalog"):
            raise RefusedStatement(f"a question names no schema: {_short(table)}")
        if not isinstance(table.this, expressions.Identifier):
            raise RefusedStatement(f"a question reads tables only: {_short(table)}")
        if table.name not in named and table.name not in columns:
            raise RefusedStatement(f"'{table.name}' is no table that questions read")
        aliases[table.alias_or_name].add(table.name)
    return dict(aliases), named


def _check_columns(
    tree: Any,
    columns: Mapping[str, frozenset[str]],
    *,
    aliases: Mapping[str, set[str]],
    named: set[str],
) -> None:
    expressions = _sqlglot().exp
    results = {part.alias for part in tree.find_all(expressions.Alias)}
    for column in tree.find_all(expressions.Column):
        if not isinstance(column.this, expressions.Identifier):
            continue  # the star of count(*), which is checked
        if not column.table:
            if column.name not in results:
                raise RefusedStatement(f"'{column.name}' does not say of which table it is")
            continue
        for table in aliases.get(column.table, {column.table}):
            known = results if table in named else columns.get(table, frozenset())
            if column.name not in known:
                raise RefusedStatement(f"'{column.table}.{column.name}' may not be read")


def _short(node: Any) -> str:
    text = str(node.sql())
    return text if len(text) <= 60 else f"{text[:57]}..."
