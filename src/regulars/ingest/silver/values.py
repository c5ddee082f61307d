"""The SQL of one value: how it is read as its type, and what the rules of its column make of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from regulars.core.settings import ColumnMapping
from regulars.ingest.clean_entities import PORTABLE_TYPES, CleanColumn, CleanEntity, Origin
from regulars.ingest.silver.templated import Expression, Sql, case, macro, plain, string, strings
from regulars.warehouse.dialect import Dialect

_CASES = {"upper": "raised", "lower": "lowered", "title": "titled"}
_TYPED = frozenset({"number", "timestamp", "timestamptz", "flag"})
_FUNNEL = ("opened_at", "clicked_at", "converted_at")


def read_value(origin: Origin, kind: str) -> Expression:
    """A delivered value as a canonical type; null where it cannot be read."""
    sql, delivered_as, portable = Sql(origin.sql), origin.delivered_as, PORTABLE_TYPES[kind]
    if origin.parts is not None:
        year, month, day = origin.parts
        options = [] if day else ["none"]
        return macro("date_of_parts", *map(Sql, filter(None, (year, month, day))), options=options)
    if kind in ("text", "category"):
        # Keys that a file holds as floating point: 17850.0 is the customer 17850.
        name = "text_of_number" if delivered_as == "number" else "read_text"
        return macro(name, sql)
    if kind == "flag":
        texts = [origin.true, origin.false] if origin.false else [origin.true]
        if not any(texts):
            return sql if delivered_as == "flag" else macro("read_flag", sql)
        return macro("read_flag", sql, options=[strings(part) for part in texts])
    if kind in ("timestamp", "date"):
        return _read_moment(origin)
    if delivered_as != "text":
        name = "typed_number" if delivered_as == "number" else "try_cast"
        return macro(name, sql, options=[string(portable)])
    options = [f"decimal_mark={string(origin.decimal)}"] if origin.decimal != "." else []
    if portable != PORTABLE_TYPES["number"]:
        options.append(f"type={string(portable)}")
    return macro("read_number", sql, options=options)


def _read_moment(origin: Origin) -> Expression:
    sql = Sql(origin.sql)
    if origin.delivered_as == "timestamptz":
        return macro("local_timestamp", sql)
    if origin.delivered_as == "text" or origin.formats:
        options = [strings(origin.formats)] if origin.formats else []
        return macro("read_timestamp", sql, options=options)
    if origin.delivered_as == "timestamp":
        return macro("typed_moment", sql)
    return macro("try_cast", sql, options=[string("timestamp")])


def is_given(origin: Origin) -> str:
    """Whether the source holds something for a column, readable or not.

    Blank text is nothing. What is typed need not become text for that.
    """
    given = Sql(origin.parts[0] if origin.parts else origin.sql)
    if origin.parts is None and origin.delivered_as in _TYPED:
        return f"{given} is not null"
    return f"{macro('read_text', given)} is not null"


def changes_texts(column: CleanColumn) -> bool:
    """Whether a rule of the column changes texts."""
    rules = column.origin.rules if column.origin else None
    return bool(rules and (rules.values or rules.case))


def has_default(column: CleanColumn) -> bool:
    """Whether the column has a constant for what is not delivered."""
    rules = column.origin.rules if column.origin else None
    return bool(rules and rules.default is not None)


def identifier(column: CleanColumn, dialect: Dialect, ending: str = "") -> str:
    """The name of a column, or of one that goes with it, as SQL."""
    return dialect.quote(column.name + ending) if column.is_quoted else column.name + ending


def corrected_value(column: CleanColumn, dialect: Dialect) -> str:
    """What the rules make of a value of the CTE `typed`: one text for its variants, a constant.

    A value that cannot be read stays empty; it is named among the parse errors.
    """
    name = identifier(column, dialect)
    rules = column.origin.rules if column.origin else None
    value = _shaped(Sql(name), rules, dialect) if rules else plain(name)
    if rules is None or rules.default is None:
        return value
    constant = f"cast({_constant(rules.default, dialect)} as {dialect.type(column.portable_type)})"
    given = plain(identifier(column, dialect, "_is_given"))
    return case([(given, value)], otherwise=constant)


def _shaped(value: Sql, rules: ColumnMapping, dialect: Dialect) -> str:
    cased = str(macro(_CASES[rules.case], value) if rules.case else value)
    if not rules.values:
        return cased
    # A canonical text stands for itself, so that `others` never replaces it.
    texts = {text.casefold(): text for text in rules.values.values()}
    texts |= {delivered.casefold(): text for delivered, text in rules.values.items()}
    branches = [(f"{value} is null", "null")] + [
        (
            f"{macro('lowered', value)} = {plain(dialect.text(delivered))}",
            plain(dialect.text(text)),
        )
        for delivered, text in texts.items()
    ]
    fallback = cased if rules.others is None else plain(dialect.text(rules.others))
    return case(branches, otherwise=fallback)


def is_reshaped(column: CleanColumn, dialect: Dialect) -> str:
    """Whether a rule changes a text of the CTE `typed`."""
    assert column.origin is not None
    assert column.origin.rules is not None
    name = identifier(column, dialect)
    return f"{plain(name)} <> {_shaped(Sql(name), column.origin.rules, dialect)}"


def _constant(value: str | bool | float, dialect: Dialect) -> str:
    return plain(dialect.text(value)) if isinstance(value, str) else str(value).lower()


def number(value: float) -> str:
    """A bound as SQL; whole numbers read better in a reason: 18, not 18.0."""
    return str(int(value)) if value == int(value) else repr(value)


def settled_value(entity: CleanEntity, column: CleanColumn, dialect: Dialect) -> str:
    """A value as it goes into the tables: within its cap, a step of the funnel only in order."""
    name = column.uncapped or column.name
    name = dialect.quote(name) if column.is_quoted else name
    if entity.funnel == "correct" and column.name in funnel_steps(entity):
        return case([(funnel_holds(entity, column.name), name)])
    if column.cap is None:
        return name
    bounds = [(f"{name} < {bound}", bound) for bound in _written(column.cap.min)]
    bounds += [(f"{name} > {bound}", bound) for bound in _written(column.cap.max)]
    bounded = case(bounds, otherwise=name)
    return f"cast({bounded} as {dialect.type(column.portable_type)})"


def is_beyond_cap(column: CleanColumn, dialect: Dialect) -> str:
    """Whether the delivered value of a capped column lies beyond its bounds."""
    assert column.cap is not None
    name = identifier(column, dialect)
    beyond = [f"{name} < {bound}" for bound in _written(column.cap.min)]
    beyond += [f"{name} > {bound}" for bound in _written(column.cap.max)]
    return " or ".join(beyond)


def _written(bound: float | None) -> Iterator[str]:
    if bound is not None:
        yield repr(bound)


def funnel_steps(entity: CleanEntity) -> tuple[str, ...]:
    """Steps of the funnel that have one before them; a source need not know all of them."""
    return tuple(step for step in _FUNNEL if step in entity.mapped)[1:]


def funnel_holds(entity: CleanEntity, step: str) -> str:
    """That the steps before one happened no later than it."""
    steps = [mapped_step for mapped_step in _FUNNEL if mapped_step in entity.mapped]
    until = steps[: steps.index(step) + 1]
    return " and ".join(f"{a} <= {b}" for a, b in pairwise(until))
