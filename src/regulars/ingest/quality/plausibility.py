"""Tables that no company has: signs that a mapping is wrong although every row could be read.

A failure stops the run before anything is published. Where a company honestly is so, a waiver in
`checks.waivers` says by whom and why, and the check says that instead of stopping.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from regulars.core.errors import DataError
from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.quality.accounts import Account
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.measuring import ColumnMeasures
from regulars.warehouse.protocol import Warehouse

KIND = "plausibility"
JUDGED = 100  # Fewer rows or customers may be alike by chance, or be a trial.
MOST_UNREAD = 0.2  # of the rows of purchases may lack an amount or a time, or be in a currency
_WEEK = 7


def check_plausibility(
    project: Project,
    warehouse: Warehouse,
    *,
    measures: Iterable[ColumnMeasures],
    accounts: Mapping[EntityName, Account],
) -> Iterator[Finding]:
    """Repeat purchases, known customers, dates, amounts, the currency, and who churned."""
    if "transactions" in project.entities:
        amount = [
            column
            for column in measures
            if (column.entity, column.column_name) == ("transactions", "amount")
        ]
        yield _rows_read(accounts["transactions"])
        yield _rows_in_currency(project, accounts["transactions"])
        yield from _purchases(project, warehouse)
        yield _net_of_refunds(warehouse)
        yield from _amounts(project, amount)
        yield _currency(project)
        if "customers" in project.entities:
            yield _known_customers(warehouse)
    yield from _churned(project, warehouse)


def _rows_read(account: Account) -> Finding:
    """A row without a customer may be a guest's; one without an amount or a time is misread."""
    unread = sum(
        account.rejected_for(column, problem)
        for column in ("amount", "occurred_at")
        for problem in ("is missing", "cannot be read")
    )
    share = unread / account.read if account.read else 0.0
    return _finding(
        "transactions.read",
        passed=account.read < JUDGED or share <= MOST_UNREAD,
        message=f"{share:.0%} of the {account.read:,} rows have no amount or no time that can be "
        "read: their format, or the column, may be another",
    )


def _rows_in_currency(project: Project, account: Account) -> Finding:
    """A company that sells in several currencies knows it; one that reads the codes wrongly not."""
    foreign = account.rejected_for("not the reporting currency")
    share = foreign / account.read if account.read else 0.0
    return _finding(
        "transactions.in_currency",
        passed=account.read < JUDGED or share <= MOST_UNREAD,
        message=f"{share:.0%} of the {account.read:,} rows are not in {project.currency}: "
        "`currency` may be another, or written in another way in the files",
    )


def _net_of_refunds(warehouse: Warehouse) -> Finding:
    sales, refunds, sold, refunded = warehouse.rows(
        "select coalesce(sum(orders), 0), coalesce(sum(refunds), 0), coalesce(sum(amount), 0), "
        f"coalesce(sum(refunded), 0) from {warehouse.relation('gold', 'fct_customer_periods')}"
    )[0]
    return _finding(
        "transactions.net",
        passed=int(sales) + int(refunds) < JUDGED or int(refunds) == 0 or abs(refunded) < abs(sold),
        message=f"{int(refunds):,} refunds take back all that {int(sales):,} orders brought: they "
        "may be payments, or the sign is the other way round",
    )


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
    yield _finding(
        "transactions.repeat_purchases",
        passed=not judged or project.churn is None or int(most) > 1,
        message=f"none of {int(customers):,} customers bought twice: the key of the customer may "
        "be that of the order",
    )
    days = (_day(last) - _day(first)).days + 1 if first is not None else 0
    yield _finding(
        "transactions.period",
        passed=not judged or days > _WEEK,
        message=f"all purchases lie within {days:,} days: the time may be that of the export",
    )


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _amounts(project: Project, amounts: list[ColumnMeasures]) -> Iterator[Finding]:
    for amount in amounts:
        # Members of a club may all pay the same; goods of a shop do not all cost the same.
        is_member_fee = project.churn is not None and project.churn.kind == "contractual"
        is_alike = amount.rows >= JUDGED and amount.least == amount.most
        value = float(amount.most or 0)
        yield _finding(
            "transactions.amounts",
            passed=not is_alike or (is_member_fee and value not in (0.0, 1.0)),
            message=f"all {amount.rows:,} amounts are {value:g}: the column may be a flag",
        )


def _currency(project: Project) -> Finding:
    is_stated = "currency" in project.model_fields_set or project.amount_unit is not None
    # Only a warning: projects of earlier versions did not have to state it.
    return replace(
        _finding(
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
    return _finding(
        "transactions.known_customers",
        passed=int(buyers) < JUDGED or int(known) > 0,
        message=f"the customers table holds none of the {int(buyers):,} customers who bought: "
        "the keys of the two tables differ",
    )


def _churned(project: Project, warehouse: Warehouse) -> Iterator[Finding]:
    churn = project.churn
    if churn is None or churn.kind not in ("labelled", "contractual"):
        return
    if churn.kind == "labelled":
        rows = f"{warehouse.relation('silver', 'stg_labels')} where rejection_reason is null"
        left = "churned"
    else:
        rows = f"{warehouse.relation('gold', 'dim_customer')} where is_current and not is_inferred"
        left = "left_at is not null"
    total, gone = warehouse.rows(
        f"select count(*), coalesce(sum(case when {left} then 1 else 0 end), 0) from {rows}"
    )[0]
    yield _finding(
        "customers.churned",
        passed=int(total) < JUDGED or 0 < int(gone) < int(total),
        message=f"{int(gone):,} of {int(total):,} customers left: everybody or nobody",
    )


def _finding(name: str, *, passed: bool, message: str) -> Finding:
    return Finding(name, KIND, "error", passed, message, name.partition(".")[0])


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
