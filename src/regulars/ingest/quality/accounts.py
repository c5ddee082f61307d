"""What became of every delivered row: one group-by over the rows that are not in the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.quality.findings import Finding
from regulars.ingest.sources.scans import literal
from regulars.warehouse.protocol import Warehouse

KEYS: dict[EntityName, str] = {
    "customers": "customer_id",
    "transactions": "transaction_id",
    "interactions": "interaction_id",
    "touches": "touch_id",
    "categories": "category_id",
    "labels": "customer_id",
    "identities": "alias",
}
_EVENTS = ("transactions", "interactions", "touches")


@dataclass(frozen=True)
class Account:
    """Rows of one entity. `reasons` are those of rejected rows, each with its count.

    `repeated_keys` counts keys that one delivery holds more than once; None where rows have no
    key of their own.
    """

    entity: EntityName
    source: str
    read: int
    kept: int
    rejected: int
    merged: int
    malformed: int
    reasons: dict[str, int]
    repeated_keys: int | None

    def rejected_for(self, *words: str) -> int:
        """Rows whose reason holds all of these words."""
        return sum(
            rows for reason, rows in self.reasons.items() if all(word in reason for word in words)
        )


def read_accounts(project: Project, warehouse: Warehouse) -> dict[EntityName, Account]:
    """The accounts of all mapped entities, from the cleaned tables."""
    reconciled = {
        str(entity): (int(read), int(kept), int(rejected), int(merged))
        for entity, read, kept, rejected, merged in warehouse.rows(
            "select entity, read_rows, kept_rows, rejected_rows, merged_rows "
            f"from {warehouse.relation('gold', 'row_reconciliation')}"
        )
    }
    reasons: dict[str | None, dict[str, int]] = {}
    malformed: dict[str, int] = {}
    for entity, source, reason, rows in warehouse.rows(
        "select entity, source_name, reason, count(*) "
        f"from {warehouse.relation('silver', 'rejected_rows')} where disposition = 'rejected' "
        "group by entity, source_name, reason order by count(*) desc, reason"
    ):
        if entity is None:
            malformed[source] = malformed.get(source, 0) + int(rows)
        else:
            reasons.setdefault(entity, {})[reason] = int(rows)
    return {
        entity: Account(
            entity,
            mapping.source,
            *reconciled.get(entity, (0, 0, 0, 0)),
            malformed=malformed.get(mapping.source, 0),
            reasons=reasons.get(entity, {}),
            repeated_keys=_repeated(project, warehouse, entity),
        )
        for entity, mapping in project.entities.items()
    }


def check_accounts(
    project: Project, warehouse: Warehouse, accounts: dict[EntityName, Account]
) -> Iterator[Finding]:
    """Rejected rows, keys that come twice, rows from the future, and that nothing was lost."""
    rejected = f"select * from {warehouse.relation('silver', 'rejected_rows')}"
    for entity, account in accounts.items():
        at = f"{rejected} where entity = '{entity}' and disposition"
        share = account.rejected / account.read if account.read else 0.0
        yield Finding(
            f"{entity}.rejected", "rejected", "warning", share <= project.checks.rejected,
            f"{share:.1%} of the rows are rejected, {project.checks.rejected:.0%} at most",
            entity, failures=account.rejected, details={"share": share, "reasons": account.reasons},
            rows_sql=f"{at} = 'rejected'",
        )  # fmt: skip
        balanced = account.read == account.kept + account.rejected + account.merged
        yield Finding(
            f"{entity}.accounted", "accounted", "error", balanced,
            f"{account.read:,} read = {account.kept:,} kept + {account.rejected:,} rejected "
            f"+ {account.merged:,} merged",
            entity, details={"read": account.read, "kept": account.kept},
        )  # fmt: skip
        yield from _duplicates(project, warehouse, account)
        if entity in (*_EVENTS, "customers"):
            future = account.rejected_for("is in the future")
            yield Finding(
                f"{entity}.future_dates", "business", "warning", future == 0,
                f"rows dated in the future: {future:,}", entity, failures=future,
                rows_sql=f"{at} = 'rejected' and reason like {literal('% is in the future')}",
            )  # fmt: skip


def _duplicates(project: Project, warehouse: Warehouse, account: Account) -> Iterator[Finding]:
    load = project.sources[account.source].load
    merged = (
        f"select * from {warehouse.relation('silver', 'rejected_rows')} "
        f"where entity = '{account.entity}' and disposition = 'merged'"
    )
    if account.repeated_keys is not None:
        yield Finding(
            f"{account.entity}.duplicate_keys", "duplicates",
            "warning" if load == "upsert" else "error", account.repeated_keys == 0,
            f"keys that come more than once in one delivery: {account.repeated_keys:,}",
            account.entity, failures=account.repeated_keys,
            details={"merged": account.merged, "key": KEYS[account.entity]},
            rows_sql=_repeated_sql(warehouse, account.entity),
        )  # fmt: skip
    if account.entity in _EVENTS:
        yield Finding(
            f"{account.entity}.delivered_again", "duplicates", "info", account.merged == 0,
            f"rows merged into one of the same key: {account.merged:,}", account.entity,
            failures=account.merged, rows_sql=merged,
        )  # fmt: skip


def _repeated(project: Project, warehouse: Warehouse, entity: EntityName) -> int | None:
    """Keys that one delivery holds more than once; only keys of merged rows are looked at."""
    sql = _repeated_sql(warehouse, entity)
    if sql is None or KEYS[entity] not in project.entities[entity].columns:
        return None
    return int(warehouse.rows(f"select count(*) from ({sql}) as repeated")[0][0])


def _repeated_sql(warehouse: Warehouse, entity: EntityName) -> str | None:
    if entity == "customers":
        versions = warehouse.relation("silver", "int_customers_versioned")
        return (
            "select customer_id, version_from, batch_id, count(*) as occurrences "
            f"from {versions} where source_name is not null and customer_id in "
            f"(select customer_id from {versions} where key_rank > 1) "
            "group by customer_id, version_from, batch_id having count(*) > 1"
        )
    if entity not in _EVENTS:
        return None
    key, keyed = KEYS[entity], warehouse.relation("silver", f"int_{entity}_resolved")
    return (
        f"select {key}, batch_id, count(*) as occurrences from {keyed} "
        f"where {key} in (select {key} from {keyed} where not is_kept) "
        f"group by {key}, batch_id having count(*) > 1"
    )
