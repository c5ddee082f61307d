"""Keep what checks found: the newest in full, and lines for comparing runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.quality.accounts import KEYS, Account, read_accounts
from regulars.ingest.quality.findings import CheckSummary, Finding, summarise
from regulars.ingest.quality.measuring import read_measures
from regulars.warehouse.check_tables import add_history, create_failure_view, write_checks
from regulars.warehouse.protocol import Warehouse


def record(
    project: Project,
    warehouse: Warehouse,
    run_id: str,
    findings: Sequence[Finding],
    *,
    at: datetime,
) -> CheckSummary:
    """Write ops.checks, and a line of this run to each history; gives the summary."""
    moment = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    summary = summarise(findings)
    accounts = read_accounts(project, warehouse)
    write_checks(warehouse, [_row(run_id, finding) for finding in findings])
    history = [
        {
            "checked_at": moment,
            "name": finding.name,
            "kind": finding.kind,
            "severity": finding.severity,
            "passed": finding.passed,
            "failures": finding.failures,
        }
        for finding in findings
    ]
    lines: dict[str, list[dict[str, Any]]] = {
        "check_history": history,
        "check_summary": [{"checked_at": moment, **asdict(summary)}],
        "table_history": [
            {"checked_at": moment, **_table_line(warehouse, account, findings)}
            for account in accounts.values()
        ],
        "layer_counts": [
            {"counted_at": moment, **line}
            for account in accounts.values()
            for line in _layers(warehouse, account, findings)
        ],
    }
    for table, rows in lines.items():
        add_history(warehouse, table, run_id=run_id, rows=rows)
    create_failure_view(warehouse)
    return summary


def _row(run_id: str, finding: Finding) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "name": finding.name,
        "kind": finding.kind,
        "table_name": finding.table,
        "severity": finding.severity,
        "status": finding.status,
        "passed": finding.passed,
        "failures": finding.failures,
        "seconds": finding.seconds,
        "message": finding.message,
        "details": json.dumps(finding.details, sort_keys=True, default=str),
        "rows_sql": finding.rows_sql,
    }


def _table_line(
    warehouse: Warehouse, account: Account, findings: Sequence[Finding]
) -> dict[str, Any]:
    judged = [finding for finding in findings if finding.table == account.entity]
    summary = summarise(judged)
    nulls = sum(
        column.left_empty for column in read_measures(warehouse) if column.entity == account.entity
    )
    return {
        "entity": account.entity,
        "rows": account.kept,
        "nulls": nulls,
        "rejected": account.rejected,
        "merged": account.merged,
        "checks": summary.total_checks,
        "passed": summary.passed,
        "pass_rate": summary.pass_rate,
    }


def _layers(
    warehouse: Warehouse, account: Account, findings: Sequence[Finding]
) -> list[dict[str, Any]]:
    """Rows, repeated keys and empty keys of an entity, layer by layer.

    Null where nothing counts them: rows without a key of their own have none to repeat.
    """
    key = KEYS[account.entity]
    usable = account.read - account.rejected
    shared: dict[str, Any] = {"entity": account.entity}
    return [
        {
            **shared, "layer": "bronze", "rows": _bronze_rows(warehouse, account),
            "duplicate_keys": account.repeated_keys,
            "null_keys": account.rejected_for(f"{key} is missing"),
        },
        {
            **shared, "layer": "silver", "rows": usable,
            "duplicate_keys": account.repeated_keys, "null_keys": 0,
        },
        {
            **shared, "layer": "gold", "rows": account.kept,
            "duplicate_keys": _failures(findings, f"{account.entity}_keys_are_unique"),
            "null_keys": _empty_keys(findings, account.entity),
        },
    ]  # fmt: skip


def _bronze_rows(warehouse: Warehouse, account: Account) -> int:
    """By the ledger of deliveries; a source that is a query is what was read of it."""
    rows = warehouse.rows(
        f'select sum("rows") from {warehouse.relation("ops", "batches")} '
        "where source = ? and is_current",
        [account.source],
    )[0][0]
    return account.read if rows is None else int(rows)


def _failures(findings: Sequence[Finding], test: str) -> int | None:
    """What a test found; None where it did not run."""
    return next((finding.failures for finding in findings if finding.name == test), None)


def _empty_keys(findings: Sequence[Finding], entity: EntityName) -> int | None:
    """None in a fact whose rules hold; where they do not, nobody has counted keys alone."""
    return 0 if _failures(findings, f"{entity}_hold") == 0 else None
