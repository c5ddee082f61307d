"""`int_customers_versioned`: every usable row of customers, with the moment from which it holds.

A version holds from its own date of change (no earlier than it was known), else from its landing.
Several rows for one date are one version. A customer that a later full delivery does not hold any
more is deleted by it.
"""

from __future__ import annotations

from regulars.ingest.clean_entities import CleanEntity
from regulars.ingest.silver.staged import LINEAGE_TYPES
from regulars.ingest.silver.templated import cte, plain
from regulars.ingest.silver.values import identifier
from regulars.warehouse.dialect import Dialect

_ABSENT = """deliveries as (

    select
        batch_id,
        lead(batch_id) over (order by landed_at, batch_id) as next_batch_id,
        lead(landed_at) over (order by landed_at, batch_id) as next_landed_at
    from {{ source('ops', 'batches') }}
    where source = SOURCE

),

absent as (

    select
        dated.customer_id,
        deliveries.next_batch_id as batch_id,
        deliveries.next_landed_at as landed_at
    from dated
    inner join deliveries
        on dated.batch_id = deliveries.batch_id
    left join dated as later
        on
            deliveries.next_batch_id = later.batch_id
            and dated.customer_id = later.customer_id
    where deliveries.next_batch_id is not null and later.customer_id is null
    group by dated.customer_id, deliveries.next_batch_id, deliveries.next_landed_at

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
    changed = "changed_at" in entity.mapped
    version_from = (
        "coalesce(greatest(changed_at, coalesce(known_at, changed_at)), landed_at)"
        if changed
        else "landed_at"
    )
    names = [plain(identifier(column, dialect)) for column in entity.columns]
    dated = cte(
        "dated",
        select=[*names, *LINEAGE_TYPES, f"{version_from} as version_from"],
        rest="from {{ ref('stg_customers') }}\nwhere rejection_reason is null",
    )
    direction = "desc" if entity.newest_wins else "asc"
    order = ",\n        ".join(
        f"{name} {direction}" for name in ("landed_at", "file_name", "row_number")
    )
    is_whole = entity.load == "replace"
    ranked = cte(
        "ranked",
        select=[
            "*",
            f"row_number() over (\n    partition by customer_id, version_from\n"
            f"    order by\n        {order}\n) as key_rank",
        ],
        rest=f"from {'with_absent' if is_whole else 'dated'}",
    )
    return "\n".join([
        "{{ config(materialized='table') }}\n",
        "with\n",
        f"{dated},\n",
        *(_absent(entity, dialect) if is_whole else []),
        f"{ranked}\n",
        "select * from ranked",
        "",
    ])  # fmt: skip


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
    gone = cte("gone", select=[*columns, "landed_at as version_from"], rest="from absent")
    return [
        _ABSENT.replace("SOURCE", source),
        f"{gone},\n",
        _WITH_ABSENT,
    ]
