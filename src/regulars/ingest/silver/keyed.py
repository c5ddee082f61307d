"""`int_<events>_resolved`: every usable row with its key, its customer and its periods.

A mapped key keeps the first row of an append source and the last of an upsert source, by the order
of files (`ingest.delivery_order`) and not by when they landed. A row without a key is known by its
content plus the number of its occurrence within its file: the same line in two files is one row,
two equal lines of one file are two.

Most keys occur once, so only those that do not are ranked: a count of hashes finds them (among all
delivered rows, whose keys are cheap to read, rejected ones included), and the big table is never
sorted. An incremental build looks at the new deliveries alone (only append sources are built so).
"""

from __future__ import annotations

from textwrap import dedent

from regulars.ingest.clean_entities import CleanEntity
from regulars.ingest.silver.file_places import FILE_ORDER, join_file_order
from regulars.ingest.silver.staged import LINEAGE_TYPES
from regulars.ingest.silver.templated import Sql, cte, strings
from regulars.warehouse.dialect import Dialect

RESOLVED_TYPES = {
    "period": "date",
    "known_period": "date",
    "key_rank": "bigint",
    "is_kept": "boolean",
}
# Where an occurrence is counted that has no key of its own.
_COUNTED_WITHIN = "batch_id, file_name, base_key"
_IN_NEW = """
{%- if is_incremental() %}
    WORD batch_id in {{ new_batches }}
    and batch_id not in (select batch_id from present)
{%- endif %}"""


def resolved_sql(entity: CleanEntity, dialect: Dialect, *, has_identities: bool) -> str:
    """The model's SQL; an entity that is not mapped has no rows and the same columns."""
    if entity.source is None:
        return _no_rows(entity, dialect)
    return "\n".join([
        "{{ config(materialized='incremental', on_schema_change='fail') }}\n",
        "{%- set new_batches = regulars.new_batches() if is_incremental() %}\n",
        "with\n",
        *_usable(entity, dialect),
        *_ranked(entity, dialect),
        *_kept(entity),
        *_resolved(entity, has_identities=has_identities),
        "select * from resolved",
        "",
    ])  # fmt: skip


def _no_rows(entity: CleanEntity, dialect: Dialect) -> str:
    types = {column.name: column.portable_type for column in entity.columns}
    columns = [
        f"cast(null as {dialect.type(kind)}) as {name}"
        for name, kind in (types | LINEAGE_TYPES | RESOLVED_TYPES).items()
    ]
    nothing = cte("nothing", select=columns, rest="where 1 = 0")
    note = f"-- The project file maps no {entity.name}."
    return (
        f"{{{{ config(materialized='view') }}}}\n\n{note}\nwith\n\n{nothing}\n\n"
        "select * from nothing\n"
    )


def _base_key(entity: CleanEntity) -> str:
    """The mapped key, or the content of the row as one."""
    if entity.key in entity.mapped:
        return entity.key
    return f"{{{{ regulars.hashed({strings(_content(entity))}) }}}}"


def _hash(entity: CleanEntity) -> str:
    columns = [entity.key] if entity.key in entity.mapped else _content(entity)
    return f"{{{{ regulars.fast_hash({strings(columns)}) }}}}"


def _content(entity: CleanEntity) -> list[str]:
    """Columns that tell rows without a key apart; when a row landed is not what it says."""
    return [
        column.name
        for column in entity.columns
        if column.name != entity.key and not (column.origin and "_landed_at" in column.origin.sql)
    ]


def _new_only(word: str) -> str:
    return _IN_NEW.replace("WORD", word)


def _usable(entity: CleanEntity, dialect: Dialect) -> list[str]:
    staged = f"{{{{ ref('stg_{entity.name}') }}}}"
    present = dedent("""\
        {% if is_incremental() -%}
        -- deliveries that an interrupted build took in already
        present as (

            select batch_id from {{ this }}
            where batch_id in {{ new_batches }}
            group by batch_id

        ),

        {% endif -%}""")
    usable = cte(
        "usable",
        select=["*", f"{_base_key(entity)} as base_key"],
        rest=f"from {staged}\nwhere rejection_reason is null{_new_only('and')}",
    )
    hashed = cte(
        "hashed_keys",
        select=[f"{_hash(entity)} as key_hash"],
        rest=f"from {staged}{_new_only('where')}",
    )
    suspects = cte(
        "repeated_hashes",
        select=["key_hash"],
        rest="from hashed_keys\ngroup by key_hash\nhaving count(*) > 1",
    )
    return [present, f"{usable},\n", f"{hashed},\n", f"{suspects},\n"]


def _ranked(entity: CleanEntity, dialect: Dialect) -> list[str]:
    place = ["base_key", "batch_id", "file_name", "row_number"]
    known = "coalesce(known_at, occurred_at) as known_at"
    dated = [known] if _is_ranked_by_known(entity) else []
    suspects = cte(
        "suspects",
        select=[f"{_base_key(entity)} as base_key" if entity.key not in entity.mapped
                else f"{entity.key} as base_key", *place[1:], *dated],
        rest=f"from {{{{ ref('stg_{entity.name}') }}}}\nwhere\n    rejection_reason is null\n"
        f"    and {_hash(entity)} in (select key_hash from repeated_hashes)"
        + _new_only("and"),
    )  # fmt: skip
    numbered = "base_key as numbered_key"
    if entity.key not in entity.mapped:
        numbered = (
            "base_key || '-' || cast(row_number() over (\n"
            f"    partition by {_COUNTED_WITHIN}\n    order by file_name, row_number\n"
            f") as {dialect.type('varchar')}) as numbered_key"
        )
    order = ",\n        ".join(_first_to_count(entity))
    rank = (
        f"row_number() over (\n    partition by numbered.numbered_key\n    order by\n"
        f"        {order}\n) as key_rank"
    )
    names = [f"numbered.{name}" for name in (*place[1:], "numbered_key")]
    ranked = cte(
        "ranked", select=[*names, rank], rest=f"from numbered\n{join_file_order('numbered')}"
    )
    return [
        f"{suspects},\n",
        cte("numbered", select=["*", numbered], rest="from suspects") + ",\n",
        f"{FILE_ORDER}\n",
        f"{ranked},\n",
    ]


def _first_to_count(entity: CleanEntity) -> list[str]:
    """The order of the rows of one key: the first one counts.

    Of an append source that is the earliest (of a file that was delivered again, in its newest
    version), of an upsert source the latest.
    """
    place, version = "coalesce(file_order.place, 0)", "coalesce(file_order.version, 0)"
    direction = "desc" if entity.newest_wins else "asc"
    known = [f"numbered.known_at {direction}"] if _is_ranked_by_known(entity) else []
    return [
        *known,
        f"{place} {direction}",
        f"{version} desc",
        f"numbered.row_number {direction}",
    ]


def _is_ranked_by_known(entity: CleanEntity) -> bool:
    """A row that says that its key is gone need not say when that was known."""
    return "known_at" in entity.mapped and entity.deleted is None


def _kept(entity: CleanEntity) -> list[str]:
    """The key of every row, and whether the row is the one that counts for it."""
    key = entity.key
    derived_key = "usable.base_key" if key in entity.mapped else "usable.base_key || '-1'"
    keyed = cte(
        "keyed",
        select=[
            *(f"usable.{column.name}" for column in entity.columns if column.name != key),
            f"coalesce(ranked.numbered_key, {derived_key}) as {key}",
            *(f"usable.{name}" for name in LINEAGE_TYPES),
            "coalesce(ranked.key_rank, 1) as key_rank",
        ],
        rest="from usable\nleft join ranked\n    on\n"
        "        usable.batch_id = ranked.batch_id\n"
        "        and usable.file_name = ranked.file_name\n"
        "        and usable.row_number = ranked.row_number",
    )
    before = dedent(f"""\
        {{% if is_incremental() -%}}
        delivered_before as (

            select known.{key}
            from {{{{ this }}}} as known
            inner join keyed
                on known.{key} = keyed.{key}
            where known.is_kept
            group by known.{key}

        ),

        {{% endif -%}}""")
    return [f"{keyed},\n", before]


def _resolved(entity: CleanEntity, *, has_identities: bool) -> list[str]:
    """The customer behind the alias, and the periods of the project's grain."""
    customer, identities = "keyed.customer_id", []
    join = ""
    if has_identities:
        customer = "coalesce(identities.customer_id, keyed.customer_id) as customer_id"
        join = "\nleft join identities\n    on keyed.customer_id = identities.alias"
        identities = [
            "identities as (\n\n    select * from {{ ref('int_identities_resolved') }}\n\n),\n"
        ]
    known = "greatest(keyed.occurred_at, coalesce(keyed.known_at, keyed.occurred_at))"
    key = entity.key
    is_kept = (
        "keyed.key_rank = 1\n{%- if is_incremental() %}\n"
        f"and delivered_before.{key} is null\n{{%- endif %}} as is_kept"
    )
    resolved = cte(
        "resolved",
        select=[
            *(f"keyed.{name}" if name != "customer_id" else customer
              for name in (column.name for column in entity.columns)),
            *(f"keyed.{name}" for name in LINEAGE_TYPES),
            "{{ regulars.period_of('keyed.occurred_at') }} as period",
            f"{{{{ regulars.period_of({Sql(known).argument}) }}}} as known_period",
            "keyed.key_rank",
            is_kept,
        ],
        rest=f"from keyed{join}\n{{%- if is_incremental() %}}\nleft join delivered_before\n"
        f"    on keyed.{key} = delivered_before.{key}\n{{%- endif %}}",
    )  # fmt: skip
    return [*identities, f"{resolved}\n"]
