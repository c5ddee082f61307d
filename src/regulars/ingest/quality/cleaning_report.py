"""The cleaning report: what cleaning did to every table, eight facts each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from regulars.core.counts import several
from regulars.core.settings import Project
from regulars.core.spreadsheets import write_csv
from regulars.ingest.quality.accounts import Account, read_accounts
from regulars.ingest.quality.measuring import ColumnMeasures, read_measures
from regulars.warehouse.protocol import Warehouse

_TYPED = {"number", "integer", "timestamp", "date", "flag"}


def cleaning_report(project: Project, warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """Per table: rows before and after, duplicates, missing and outlying values, types, errors.

    `missing_values_handled` counts empty values by column: a constant of the project file filled
    them, or they stay empty in the tables and training fills them inside the estimator.
    `outliers_handled` counts values that a cap bounded, `cleaning_time` is in seconds.
    """
    measures = read_measures(warehouse)
    times: dict[str, float] = dict(
        warehouse.rows(f"select model, seconds from {warehouse.relation('ops', 'model_times')}")
    )
    return {
        entity: _table(
            account, [measure for measure in measures if measure.entity == entity], times
        )
        for entity, account in read_accounts(project, warehouse).items()
    }


def _table(
    account: Account, columns: list[ColumnMeasures], times: dict[str, float]
) -> dict[str, Any]:
    missing = {column.column_name: column.missing for column in columns if column.missing}
    parse_errors = {
        column.column_name: column.unreadable for column in columns if column.unreadable
    }
    return {
        "total_records_before": account.read,
        "total_records_after": account.kept,
        "duplicates_removed": account.merged,
        "missing_values_handled": missing,
        "outliers_handled": {
            column.column_name: column.capped for column in columns if column.capped
        },
        "data_types_fixed": [
            f"{column.column_name}: {column.delivered_as} to {column.type}"
            for column in columns
            if column.type in _TYPED and _is_text(column.delivered_as)
        ],
        "validation_errors": [
            *(
                f"{reason}: {several(rows, 'row')} rejected"
                for reason, rows in account.reasons.items()
            ),
            *(
                f"{name}: {several(rows, 'value')} unreadable"
                for name, rows in parse_errors.items()
            ),
        ],
        "cleaning_time": round(
            sum(seconds for model, seconds in times.items() if _is_of(model, account.entity)), 3
        ),
    }


def _is_text(kind: str | None) -> bool:
    return kind is not None and kind.upper().startswith(("VARCHAR", "TEXT", "CHARACTER"))


def _is_of(model: str, entity: str) -> bool:
    if model.startswith((f"stg_{entity}", f"int_{entity}_", f"fct_{entity}")):
        return True
    return entity == "customers" and model == "dim_customer"


def report_text(report: dict[str, dict[str, Any]], *, project: str) -> str:
    """The cleaning report as people read it."""
    lines = [f"Cleaning report of {project}", ""]
    for table, facts in report.items():
        lines += [table, "-" * len(table)]
        for name, value in facts.items():
            lines += _fact(name.replace("_", " "), value)
        lines.append("")
    lines += [
        "Missing values that no constant fills stay empty in the tables; training fills them",
        "inside the estimator, from training rows alone.",
        "",
    ]
    return "\n".join(lines)


def _fact(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        inner = [f"    {key}: {many:,}" for key, many in value.items()]
        return [f"  {name}: {'' if inner else 'none'}".rstrip(), *inner]
    if isinstance(value, list):
        return [
            f"  {name}: {'' if value else 'none'}".rstrip(),
            *(f"    {entry}" for entry in value),
        ]
    if name == "cleaning time":
        return [f"  {name}: {value:.1f} s"]
    return [f"  {name}: {value:,}"]


def write_quality_files(project: Project, warehouse: Warehouse, folder: Path) -> None:
    """Write cleaning_report.json and .txt, and column_profile.csv, into the folder of a release."""
    report = cleaning_report(project, warehouse)
    (folder / "cleaning_report.json").write_text(json.dumps(report, indent=2), "utf-8")
    text = report_text(report, project=project.project)
    (folder / "cleaning_report.txt").write_text(text, "utf-8")
    profile = warehouse.arrow(f"select * from {warehouse.relation('ops', 'column_profile')}")
    write_csv(profile, folder / "column_profile.csv")
