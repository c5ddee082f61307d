"""`stg_<entity>`: every delivered row, typed and judged. No rule here looks at another row."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.ingest.clean_entities import CleanColumn, CleanEntity
from regulars.ingest.silver.order_fields import is_taken_in, landed_rows, order_ctes
from regulars.ingest.silver.templated import case, cte, plain
from regulars.ingest.silver.values import (
    changes_texts,
    corrected_value,
    funnel_holds,
    funnel_steps,
    has_default,
    identifier,
    is_beyond_cap,
    is_given,
    is_reshaped,
    number,
    read_value,
    settled_value,
)
from regulars.warehouse.dialect import Dialect

LINEAGE_TYPES = {
    "source_name": "varchar",
    "batch_id": "varchar",
    "file_name": "varchar",
    "row_number": "bigint",
    "landed_at": "timestamp",
    "is_deleted": "boolean",
}
VERDICT_TYPES = {"parse_errors": "varchar", "corrected": "varchar", "rejection_reason": "varchar"}
_DATED = ("occurred_at", "joined_at", "observed_at")
_RUN_CONTEXT = """run_context as (

    select * from {{ source('ops', 'run_context') }}

),
"""
_TODAY = "(select run_started_at from run_context)"


def staged_sql(entity: CleanEntity, dialect: Dialect) -> str:
    """The model's SQL; an entity that is not mapped has no rows and the same columns."""
    if entity.source is None:
        return _no_rows(entity, dialect)
    config = f"materialized='{'table' if dialect.stores_staging else 'view'}'"
    if is_taken_in(entity, dialect):
        # By batch: a delivery that an interrupted build took in already is taken in anew.
        config = "materialized='incremental', unique_key=['batch_id'], on_schema_change='fail'"
    corrected = any(changes_texts(column) or has_default(column) for column in entity.columns)
    return "\n".join([
        f"{{{{ config({config}) }}}}\n",
        "with\n",
        *([_RUN_CONTEXT] if any(name in entity.mapped for name in _DATED) else []),
        *order_ctes(entity, dialect),
        _delivered(entity, dialect) + ",\n",
        "-- null is a value that is not there, or that cannot be read as its type",
        _typed(entity, dialect) + ",\n",
        *([_corrected(entity, dialect) + ",\n"] if corrected else []),
        _judged(entity, dialect, of="ruled" if corrected else "typed") + "\n",
        "select * from judged",
        "",
    ])  # fmt: skip


def _no_rows(entity: CleanEntity, dialect: Dialect) -> str:
    types = {column.name: column.portable_type for column in entity.columns}
    columns = [
        f"cast(null as {dialect.type(kind)}) as {name}"
        for name, kind in (types | LINEAGE_TYPES | VERDICT_TYPES).items()
    ]
    nothing = cte("nothing", select=columns, rest="where 1 = 0")
    return "\n".join([
        "{{ config(materialized='view') }}\n",
        f"-- The project file maps no {entity.name}.",
        f"with\n\n{nothing}\n\nselect * from nothing\n",
    ])  # fmt: skip


def _delivered(entity: CleanEntity, dialect: Dialect) -> str:
    """Raw columns; those whose types the source declares are read, for expressions to use."""
    columns = []
    for raw in entity.raw_columns:
        quoted = plain(dialect.quote(raw.name))
        if raw.declared is None:
            columns.append(quoted)
        else:
            columns.append(f"{read_value(raw.origin, raw.declared.type)} as {quoted}")
    rest = "from ordered" if entity.shared_fields else landed_rows(entity, dialect)
    if any(raw.declared for raw in entity.raw_columns):
        rest += f"\n{dialect.barrier}"
    return cte(
        "delivered",
        select=[*columns, "_batch_id", "_file", "_row_number", "_landed_at"],
        rest=rest,
    )


def _typed(entity: CleanEntity, dialect: Dialect) -> str:
    columns = []
    for column in entity.columns:
        name = plain(identifier(column, dialect))
        if column.uncapped:
            continue
        if column.origin is None:
            columns.append(f"cast(null as {dialect.type(column.portable_type)}) as {name}")
            continue
        columns.append(f"{read_value(column.origin, column.type)} as {name}")
        if has_default(column) or not column.is_text:
            flag = plain(identifier(column, dialect, "_is_given"))
            columns.append(f"{is_given(column.origin)} as {flag}")
    deleted = "false"
    if entity.deleted is not None:
        deleted = f"coalesce({read_value(entity.deleted, 'flag')}, false)"
    rest = "from delivered" + (f"\nwhere {plain(entity.where)}" if entity.where else "")
    return cte(
        "typed",
        select=[
            *columns,
            *(plain(dialect.quote(name)) for name in _raw_of_rules(entity)),
            f"{plain(dialect.text(entity.source))} as source_name",
            "_batch_id as batch_id",
            "_file as file_name",
            "_row_number as row_number",
            "_landed_at as landed_at",
            f"{deleted} as is_deleted",
        ],
        rest=f"{rest}\n{dialect.barrier}",
    )


def _raw_of_rules(entity: CleanEntity) -> list[str]:
    """Raw columns that the project's own rules name; one named like ours is hidden by it."""
    rules = " ".join(rule.when for rule in entity.reject).lower()
    own_names = {column.name for column in entity.columns} | set(LINEAGE_TYPES)
    return [
        raw.name
        for raw in entity.raw_columns
        if raw.name not in own_names
        and (raw.name.lower() in rules or raw.origin.sql.lower() in rules)
    ]


def _corrected(entity: CleanEntity, dialect: Dialect) -> str:
    """The rules of the project file for single values; each looks at this one value."""
    kept, ruled = [], []
    for column in entity.columns:
        if column.uncapped:
            continue
        name = plain(identifier(column, dialect))
        value = corrected_value(column, dialect)
        kept.append(name if value == name else f"{value} as {name}")
        if column.origin is not None and (has_default(column) or not column.is_text):
            ruled.append(plain(identifier(column, dialect, "_is_given")))
        if changes_texts(column):
            flag = plain(identifier(column, dialect, "_is_reshaped"))
            ruled.append(f"{is_reshaped(column, dialect)} as {flag}")
    raw = [plain(dialect.quote(name)) for name in _raw_of_rules(entity)]
    rest = f"from typed\n{dialect.barrier}"
    return cte("ruled", select=[*kept, *ruled, *raw, *LINEAGE_TYPES], rest=rest)


def _judged(entity: CleanEntity, dialect: Dialect, *, of: str) -> str:
    columns = []
    for column in entity.columns:
        name, value = identifier(column, dialect), settled_value(entity, column, dialect)
        columns.append(plain(name if name == value else f"{value} as {name}"))
    empty = f"cast(null as {dialect.type('varchar')})"
    errors = _noted(list(_parse_errors(entity, dialect)), dialect) or empty
    corrections = _noted(list(_corrections(entity, dialect)), dialect) or empty
    reasons = list(_reasons(entity, dialect))
    reason = case(reasons) if reasons else empty
    return cte(
        "judged",
        select=[
            *columns,
            *LINEAGE_TYPES,
            f"{errors} as parse_errors",
            f"{corrections} as corrected",
            f"{reason} as rejection_reason",
        ],
        rest=f"from {of}",
    )


def _noted(notes: list[tuple[str, str]], dialect: Dialect) -> str | None:
    """The notes whose condition holds, with a space after each; null where none does.

    Few rows have any, and texts are put together for these alone.
    """
    if not notes:
        return None
    texts = [
        f"case when {condition} then {plain(dialect.text(note + ' '))} else '' end"
        for condition, note in notes
    ]
    anything = "\n    or ".join(f"({condition})" for condition, _ in notes)
    joined = "\n    || ".join(texts)
    return f"case\n    when\n    {anything}\n    then\n    {joined}\nend"


def _parse_errors(entity: CleanEntity, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """Optional values that were delivered and could not be read; a needed one rejects the row."""
    for column in entity.mapped.values():
        if not column.is_needed and not column.is_text:
            name, given = (identifier(column, dialect, end) for end in ("", "_is_given"))
            yield plain(f"{name} is null and {given}"), column.name


def _corrections(entity: CleanEntity, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """What rules change in a row, as `column:kind of rule`."""
    for column in entity.columns:
        name = identifier(column, dialect)
        if changes_texts(column):
            yield plain(identifier(column, dialect, "_is_reshaped")), f"{column.name}:text"
        if has_default(column):
            given = identifier(column, dialect, "_is_given")
            yield plain(f"not {given}"), f"{column.name}:default"
        if column.cap:
            yield plain(is_beyond_cap(column, dialect)), f"{column.name}:cap"
        if entity.funnel == "correct" and column.name in funnel_steps(entity):
            yield _out_of_order(entity, name, column.name), f"{column.name}:funnel"


def _out_of_order(entity: CleanEntity, name: str, step: str) -> str:
    return f"{name} is not null and ({funnel_holds(entity, step)}) is not true"


def _reasons(entity: CleanEntity, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """Conditions and reasons, the first that holds counts.

    First what is missing or cannot be read, then what cannot be, then the rules of the project
    file, in its order. A row that deletes needs only its key.
    """
    for condition, reason in _conditions(entity, dialect):
        yield plain(condition), "null" if reason is None else plain(dialect.text(reason))


def _conditions(entity: CleanEntity, dialect: Dialect) -> Iterator[tuple[str, str | None]]:
    needed = [column for column in entity.columns if column.is_needed]
    for column in needed:
        if column.is_key:
            yield f"{identifier(column, dialect)} is null", f"{column.name} is missing"
    if entity.deleted is not None:
        yield "is_deleted", None
    for column in needed:
        name = identifier(column, dialect)
        if not column.is_text:
            given = identifier(column, dialect, "_is_given")
            yield f"{name} is null and {given}", f"{column.name} cannot be read"
        if not column.is_key:
            yield f"{name} is null", f"{column.name} is missing"
    yield from _impossible(entity, dialect)
    for column in entity.columns:
        yield from _out_of_range(column, dialect)
    if entity.funnel == "reject":
        for step in funnel_steps(entity):
            reason = f"{step} is not in the order of the funnel"
            yield _out_of_order(entity, step, step), reason
    for rule in entity.reject:
        yield rule.when, rule.because


def _impossible(entity: CleanEntity, dialect: Dialect) -> Iterator[tuple[str, str]]:
    moment, mapped = dialect.type("timestamp"), entity.mapped
    for name in _DATED:
        if name in mapped:
            yield f"{name} >= {dialect.days_added(_TODAY, 1)}", in_future(name)
            yield f"{name} < cast('1900-01-01' as {moment})", f"{name} is before 1900"
    if "left_at" in mapped and "joined_at" in mapped:
        yield "left_at < joined_at", "left_at is before joined_at"
    if "currency" in mapped:
        reason = f"currency is not the reporting currency {entity.currency}"
        yield f"upper(currency) <> {dialect.text(entity.currency)}", reason


def in_future(column: str) -> str:
    """The reason for a date that is yet to come: with time it does not hold any more."""
    return f"{column} is in the future"


def _out_of_range(column: CleanColumn, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """Bounds of the project file that a delivered value must keep."""
    rules = column.origin.rules if column.origin else None
    if not rules:
        return
    name = identifier(column, dialect)
    if rules.min is not None:
        minimum = number(rules.min)
        yield f"{name} < {minimum}", f"{column.name} is below {minimum}"
    if rules.max is not None:
        maximum = number(rules.max)
        yield f"{name} > {maximum}", f"{column.name} is above {maximum}"
    if rules.not_before is not None:
        moment = dialect.type("timestamp")
        day = rules.not_before
        yield f"{name} < cast('{day}' as {moment})", f"{column.name} is before {day}"
