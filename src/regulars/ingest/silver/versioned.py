"""`int_customers_versioned`: every usable row of customers, with the moment from which it holds.

A version holds from its own date of change (no earlier than it was known), else from its landing,
but never from after the landing of a later version: files have an order of their own
(`ingest.delivery_order`), whichever landed first. Several rows for one date are one version, the
last of them. A customer that a later full delivery does not hold any
more is deleted by it.
"""

from __future__ import annotations

from regulars.ingest.clean_entities import CleanEntity
from regulars.ingest.silver.file_places import FILE_ORDER, join_file_order
from regulars.ingest.silver.staged import LINEAGE_TYPES
from regulars.ingest.silver.templated import cte, plain
from regulars.ingest.silver.values import identifier
from regulars.warehouse.dialect import Dialect

_ABSENT = """versions as (

    select
        batch_id,
        max(version) as version
    from file_order
    group by batch_id

),

deliveries as (

    select
        batches.batch_id,
        lead(batches.batch_id) over (order by versions.version) as next_batch_id,
        lead(batches.landed_at) over (order by versions.version) as next_landed_at,
        lead(versions.version) over (order by versions.version) as next_version
    from {{ source('ops', 'batches') }} as batches
    inner join versions
        on batches.batch_id = versions.batch_id
    where batches.source = SOURCE

),

absent as (

    select
        dated.customer_id,
        deliveries.next_batch_id as batch_id,
        deliveries.next_landed_at as landed_at,
        deliveries.next_version as _version
    from dated
    inner join deliveries
        on dated.batch_id = deliveries.batch_id
    left join dated as later
        on
            deliveries.next_batch_id = later.batch_id
            and dated.customer_id = later.customer_id
    where deliveries.next_batch_id is not null and later.customer_id is null
    group by
        dated.customer_id,
        deliveries.next_batch_id,
        deliveries.next_landed_at,
        deliveries.next_version

),
"""


_WITH_ABSENT = """with_absent as (

    select * from dated
    union all
    select * from gone

),
"""


def versioned_sql(entity: CleanEntity, dialect: Dialect) -> str:
    """The model's SQL."""
    moment = dialect.type("timestamp")
    changed = (
        "greatest(changed_at, coalesce(known_at, changed_at))"
        if "changed_at" in entity.mapped
        else f"cast(null as {moment})"
    )
    names = [plain(identifier(column, dialect)) for column in entity.columns]
    usable = cte(
        "usable",
        select=[*names, *LINEAGE_TYPES, f"{changed} as _changed_from"],
        rest="from {{ ref('stg_customers') }}\nwhere rejection_reason is null",
    )
    placed = [f"coalesce(file_order.{name}, 0) as _{name}" for name in ("place", "version")]
    dated = cte(
        "dated", select=["usable.*", *placed], rest=f"from usable\n{join_file_order('usable')}"
    )
    is_whole = entity.load == "replace"
    # An attribute may have any name; ours begin with an underscore here.
    order = ("_version", "_place") if is_whole else ("_place", "_version")
    from_here = "rows between current row and unbounded following"
    version_from = (
        "coalesce(_changed_from, min(landed_at) over (\n    partition by customer_id\n"
        f"    order by {', '.join((*order, 'row_number'))}\n    {from_here}\n)) as version_from"
    )
    versions = cte(
        "versioned",
        select=["*", version_from],
        rest=f"from {'with_absent' if is_whole else 'dated'}",
    )
    ranked = _ranked(names, order)
    return "\n".join([
        "{{ config(materialized='table') }}\n",
        "with\n",
        FILE_ORDER,
        f"{usable},\n",
        f"{dated},\n",
        *(_absent(entity, dialect) if is_whole else []),
        f"{versions},\n",
        f"{ranked}\n",
        "select * from ranked",
        "",
    ])  # fmt: skip


def _ranked(names: list[str], order: tuple[str, str]) -> str:
    """The rows of a version, the last one first."""
    last_first = ",\n        ".join(f"{name} desc" for name in (*order, "row_number"))
    return cte(
        "ranked",
        select=[
            *names,
            *LINEAGE_TYPES,
            "version_from",
            "row_number() over (\n    partition by customer_id, version_from\n"
            f"    order by\n        {last_first}\n) as key_rank",
        ],
        rest="from versioned",
    )


def _absent(entity: CleanEntity, dialect: Dialect) -> list[str]:
    """Customers of one whole delivery that the next one does not hold."""
    source = plain(dialect.text(entity.source))
    empty = [
        f"cast(null as {dialect.type(column.portable_type)}) as "
        + plain(identifier(column, dialect))
        for column in entity.columns
        if column.name != "customer_id"
    ]
    lineage = {
        "batch_id": "batch_id", "landed_at": "landed_at", "is_deleted": "true as is_deleted",
    } | {
        name: f"cast(null as {dialect.type(LINEAGE_TYPES[name])}) as {name}"
        for name in ("source_name", "file_name", "row_number")
    }  # fmt: skip
    columns = ["customer_id", *empty, *(lineage[name] for name in LINEAGE_TYPES)]
    last = ["landed_at as _changed_from", "0 as _place", "_version"]
    gone = cte("gone", select=[*columns, *last], rest="from absent")
    return [
        _ABSENT.replace("SOURCE", source),
        f"{gone},\n",
        _WITH_ABSENT,
    ]
