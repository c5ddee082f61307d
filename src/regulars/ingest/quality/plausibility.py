"""Tables that no company has: signs that a mapping is wrong although every row could be read.

A failure stops the run before anything is published. Where a company honestly is so, a waiver in
`checks.waivers` says by whom and why, and the check says that instead of stopping.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from regulars.core.errors import DataError
from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.quality.accounts import Account
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.measuring import ColumnMeasures
from regulars.ingest.quality.plausible_columns import check_columns_beside
from regulars.ingest.quality.plausible_findings import JUDGED, KIND, plausible
from regulars.ingest.quality.plausible_money import check_money
from regulars.ingest.quality.plausible_rows import check_rows
from regulars.warehouse.protocol import Warehouse

_WEEK = 7


def check_plausibility(
    project: Project,
    warehouse: Warehouse,
    *,
    measures: Sequence[ColumnMeasures],
    accounts: Mapping[EntityName, Account],
    today: date,
) -> Iterator[Finding]:
    """Rows that count, purchases and their money, the columns beside, and who churned."""
    if "transactions" in project.entities:
        yield from check_rows(project, warehouse, accounts["transactions"])
        yield from _purchases(project, warehouse)
        yield from check_money(project, warehouse, measures)
        yield _currency(project)
        if "customers" in project.entities:
            yield _known_customers(warehouse)
    yield from check_columns_beside(project, warehouse, measures)
    yield from _churned(project, warehouse, today)


def _purchases(project: Project, warehouse: Warehouse) -> Iterator[Finding]:
    """From the rollup of customer periods, so no fact is grouped again."""
    per_customer = (
        "select sum(orders) as orders, min(first_sale_on) as first_on, max(last_sale_on) as last_on"
        f" from {warehouse.relation('gold', 'fct_customer_periods')} group by customer_id"
    )
    customers, most, first, last = warehouse.rows(
        "select count(*), max(orders), min(first_on), max(last_on) "
        f"from ({per_customer}) as sales where orders > 0"
    )[0]
    # An experiment or a contract does not live by what is bought again.
    judged = int(customers) >= JUDGED and project.churn is not None
    yield plausible(
        "transactions.repeat_purchases",
        passed=not judged or project.churn is None or int(most) > 1,
        message=f"none of {int(customers):,} customers bought twice: the key of the customer may "
        "be that of the order",
    )
    days = (_day(last) - _day(first)).days + 1 if first is not None else 0
    yield plausible(
        "transactions.period",
        passed=not judged or days > _WEEK,
        message=f"all purchases lie within {days:,} days: the time may be that of the export",
    )


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _currency(project: Project) -> Finding:
    is_stated = "currency" in project.model_fields_set or project.amount_unit is not None
    # Only a warning: projects of earlier versions did not have to state it.
    return replace(
        plausible(
            "transactions.currency",
            passed=is_stated,
            message=f"no currency is stated; amounts are shown in {project.currency}",
        ),
        severity="warning",
    )


def _known_customers(warehouse: Warehouse) -> Finding:
    customers = warehouse.relation("gold", "dim_customer")
    periods = warehouse.relation("gold", "fct_customer_periods")
    buyers, known = warehouse.rows(
        "select count(*), coalesce(sum(case when customers.is_inferred then 0 else 1 end), 0) "
        f"from (select distinct customer_id from {periods}) as buyers "
        f"inner join {customers} as customers "
        "on buyers.customer_id = customers.customer_id and customers.is_current"
    )[0]
    return plausible(
        "transactions.known_customers",
        passed=int(buyers) < JUDGED or int(known) > 0,
        message=f"the customers table holds none of the {int(buyers):,} customers who bought: "
        "the keys of the two tables differ",
    )


def _churned(project: Project, warehouse: Warehouse, today: date) -> Iterator[Finding]:
    """The end of a contract that still runs is none of those who left."""
    churn = project.churn
    if churn is None or churn.kind not in ("labelled", "contractual"):
        return
    if churn.kind == "labelled":
        rows = f"{warehouse.relation('silver', 'stg_labels')} where rejection_reason is null"
        left = "churned"
    else:
        rows = f"{warehouse.relation('gold', 'dim_customer')} where is_current and not is_inferred"
        left = f"left_at < cast('{today + timedelta(days=1)}' as timestamp)"
    total, gone = warehouse.rows(
        f"select count(*), coalesce(sum(case when {left} then 1 else 0 end), 0) from {rows}"
    )[0]
    yield plausible(
        "customers.churned",
        passed=int(total) < JUDGED or 0 < int(gone) < int(total),
        message=f"{int(gone):,} of {int(total):,} customers left: everybody or nobody",
    )


def with_waivers(findings: Iterable[Finding], project: Project) -> list[Finding]:
    """The findings; one that failed and is waived says by whom and why, and stops nothing."""
    waivers = {waiver.check: waiver for waiver in project.checks.waivers}
    return [
        replace(
            finding,
            severity="info",
            message=f"{finding.message}; accepted by {waiver.by}: {waiver.why}",
        )
        if not finding.passed and (waiver := waivers.get(finding.name))
        else finding
        for finding in findings
    ]


def stop_for_implausible(findings: Iterable[Finding]) -> None:
    """Raise DataError where the tables are such as no company has."""
    failed = [
        finding
        for finding in findings
        if finding.kind == KIND and not finding.passed and finding.severity == "error"
    ]
    if failed:
        raise DataError(
            "; ".join(finding.message for finding in failed) + "; nothing is published",
            hint="Correct the mapping in regulars.yaml. If it is right, say so in checks.waivers: "
            f"{{check: {failed[0].name}, by: YOU, why: REASON}}.",
        )
