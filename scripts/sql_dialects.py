"""Whether the dbt project's SQL can leave its default engine: for Snowflake, Athena and Spark.

Two checks, and what they do not say:

- `foreign_functions` reads the sources. A function that a model, a macro outside of
  macros/cross_engine, or the feature catalogue calls must be one that means the same on all
  engines; everything else belongs behind a dispatched macro. SQL that a template builds out of
  pieces of text is not seen.
- `untranslatable` reads compiled models. DuckDB's SQL is translated to each dialect, and the
  translation must parse there and hold no function that the translator does not know. That shows
  that nothing in the model's shape is DuckDB's own. It does not show that the engine accepts it
  or gives the same result: that takes the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from sql_rules import Finding, SqlFile, read_macros, read_models

if TYPE_CHECKING:
    from sqlglot import exp

DIALECTS = ("snowflake", "athena", "spark")
# The same name and meaning on DuckDB, PostgreSQL, Snowflake, Athena (Trino) and Spark; greatest
# and least only where no argument is null.
PORTABLE = {
    "abs", "avg", "cast", "ceil", "coalesce", "count", "date_trunc", "dense_rank", "exp", "extract",
    "first_value", "floor", "greatest", "lag", "last_value", "lead", "least", "length", "ln",
    "lower", "lpad", "max", "min", "nullif", "percent_rank", "power", "rank", "regexp_replace",
    "replace", "round", "row_number", "sqrt", "sum", "trim", "upper",
    "decimal",
}  # fmt: skip
# Called by macros in macros/cross_engine, of which other engines have their own.
_DISPATCHED = {"hash"}
# What the feature catalogue calls; macros/cross_engine/engine_sql.sql puts it into engines' words.
_OWN = {"any_bits", "iso_weekday"}
_KEYWORDS = {
    "all", "and", "any", "as", "between", "by", "case", "distinct", "else", "exists", "filter",
    "from", "in", "is", "join", "not", "on", "or", "over", "select", "then", "union", "using",
    "values", "when", "where", "within",
}  # fmt: skip
_CALL = re.compile(r"(?<![.\w])([a-z_]\w*)\s*\(")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def foreign_functions(transform: Path, catalogue: Path) -> Iterator[Finding]:
    """Calls of functions that not every engine has, outside of macros/cross_engine."""
    for file in [*read_models(transform), *read_macros(transform).values()]:
        if "cross_engine" not in file.path.parts:
            yield from _calls(file)
    for line, text in enumerate(_catalogue_sql(catalogue), start=1):
        for name in _foreign(text):
            yield Finding(catalogue, line, f"{name}(): not every engine has it")


def _calls(file: SqlFile) -> Iterator[Finding]:
    plain = _TEMPLATE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), file.bare)
    for found in _CALL.finditer(plain):
        if _is_foreign(found[1]):
            line = plain.count("\n", 0, found.start()) + 1
            what = f"{found[1]}(): not every engine has it; put it into macros/cross_engine"
            yield Finding(file.path, line, what)


def _catalogue_sql(catalogue: Path) -> list[str]:
    """The SQL of every measure and feature."""
    content = yaml.safe_load(catalogue.read_text(encoding="utf-8"))
    entries = [*content["measures"], *content["features"]]
    return [re.sub(r"'[^']*'", "''", str(one.get("sql") or "")) for one in entries]


def _foreign(text: str) -> list[str]:
    return [name for name in _CALL.findall(text) if _is_foreign(name)]


def _is_foreign(name: str) -> bool:
    return name not in PORTABLE | _KEYWORDS | _OWN


def untranslatable(compiled: list[Path]) -> Iterator[Finding]:
    """Compiled DuckDB models that a dialect of `DIALECTS` cannot express."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    for path in compiled:
        try:
            model = sqlglot.parse_one(path.read_text(encoding="utf-8"), read="duckdb")
        except SqlglotError as error:
            yield Finding(path, 1, f"cannot be parsed: {str(error).splitlines()[0]}")
            continue
        if not isinstance(model, exp.Query):
            yield Finding(path, 1, "is no query")
            continue
        unknown = {one.name.lower() for one in model.find_all(exp.Anonymous)}
        for name in sorted(unknown - _DISPATCHED):
            yield Finding(path, 1, f"{name}() is no function that can be translated")
        for dialect in DIALECTS:
            yield from (Finding(path, 1, f"{dialect}: {one}") for one in _trouble(model, dialect))


def _trouble(model: exp.Query, dialect: str) -> Iterator[str]:
    import sqlglot
    from sqlglot import ErrorLevel
    from sqlglot.errors import SqlglotError

    try:
        translated = model.sql(dialect=dialect, unsupported_level=ErrorLevel.RAISE)
        sqlglot.parse_one(translated, read=dialect)
    except SqlglotError as error:
        yield str(error).splitlines()[0]
