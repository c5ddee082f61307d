"""Whether new deliveries change rows that the cleaned tables hold already.

An increment adds rows and leaves those that are in as they are. Two kinds of deliveries ask for
more: a file that comes before one that landed earlier and gives a key other values (the order of
files decides, not that of landing), and the clock, by which a row of the future can be used now, or
cannot any more where the clock was ahead.
"""

from __future__ import annotations

from collections.abc import Collection

from regulars.core.settings import Project
from regulars.core.settings.entities import ENTITY_COLUMNS, EntityName
from regulars.ingest.clean_entities import EVENTS, KEYS
from regulars.ingest.silver.staged import in_future
from regulars.ingest.sources.scans import literal
from regulars.warehouse.dialects import dialect_of
from regulars.warehouse.protocol import Warehouse


def changes_older_rows(project: Project, warehouse: Warehouse, *, new: Collection[str]) -> bool:
    """Whether the tables, built with the `new` batches as an increment, must be built again."""
    went_back = bool(
        warehouse.rows(
            "select 1 from "
            f"{warehouse.relation('ops', 'batches')} as batches cross join "
            f"{warehouse.relation('ops', 'run_context')} as run "
            "where batches.landed_at > run.run_started_at limit 1"
        )
    )
    return any(
        (_is_keyed(project, name) and bool(new) and _outranks(project, warehouse, name, new=new))
        or _has_come_true(warehouse, name)
        or (went_back and _is_yet_to_come(warehouse, name))
        for name in EVENTS
        if name in project.entities
    )


def _is_keyed(project: Project, name: EntityName) -> bool:
    return KEYS[name] in project.entities[name].columns


def _outranks(
    project: Project, warehouse: Warehouse, name: EntityName, *, new: Collection[str]
) -> bool:
    """Whether a new row of a known key says something else and comes first."""
    resolved = warehouse.relation("silver", f"int_{name}_resolved")
    order = warehouse.relation("ops", "file_order")
    batches = ", ".join(map(literal, new))
    again = f"batch_id in ({batches}) and key_rank = 1 and not is_kept"
    if not warehouse.rows(f"select 1 from {resolved} where {again} limit 1"):
        return False
    key = KEYS[name]
    columns = [column.name for column in ENTITY_COLUMNS[name] if column.name != key]
    differs = " or ".join(f"newer.{column} is distinct from older.{column}" for column in columns)
    known = [f"coalesce({row}.known_at, {row}.occurred_at)" for row in ("newer", "older")]
    if "known_at" not in project.entities[name].columns:
        known = ["0", "0"]
    return bool(
        warehouse.rows(
            f"select 1 from {resolved} as newer "
            f"join {resolved} as older on newer.{key} = older.{key} "
            f"join {order} as newer_file on newer.batch_id = newer_file.batch_id "
            "and newer.file_name = newer_file.file "
            f"join {order} as older_file on older.batch_id = older_file.batch_id "
            "and older.file_name = older_file.file "
            f"where newer.batch_id in ({batches}) and older.batch_id not in ({batches}) "
            "and newer.key_rank = 1 and not newer.is_kept and older.is_kept "
            f"and ({differs}) and ({known[0]} < {known[1]} or ({known[0]} = {known[1]} "
            "and (newer_file.place < older_file.place "
            "or (newer_file.place = older_file.place "
            "and newer_file.version > older_file.version)))) limit 1"
        )
    )


def _has_come_true(warehouse: Warehouse, name: EntityName) -> bool:
    """Whether a row that was rejected for a date in the future can be used by now."""
    early = (
        f"select batch_id, file_name, row_number from "
        f"{warehouse.relation('silver', 'rejected_rows')} "
        f"where entity = '{name}' and reason = {literal(in_future('occurred_at'))}"
    )
    batches = warehouse.rows(f"select batch_id from ({early}) as early group by batch_id")
    if not batches:
        return False
    return bool(
        warehouse.rows(
            f"select 1 from {warehouse.relation('silver', f'stg_{name}')} as staged "
            f"join ({early}) as early on staged.batch_id = early.batch_id "
            "and staged.file_name = early.file_name and staged.row_number = early.row_number "
            f"where staged.batch_id in ({', '.join(literal(batch) for (batch,) in batches)}) "
            "and staged.rejection_reason is null limit 1"
        )
    )


def _is_yet_to_come(warehouse: Warehouse, name: EntityName) -> bool:
    """Whether a row counts that was taken in by a clock that was ahead."""
    tomorrow = dialect_of(warehouse.engine).days_added("run.run_started_at", 1)
    return bool(
        warehouse.rows(
            "select 1 from "
            f"{warehouse.relation('silver', f'int_{name}_resolved')} as resolved cross join "
            f"{warehouse.relation('ops', 'run_context')} as run "
            f"where resolved.occurred_at >= {tomorrow} limit 1"
        )
    )
