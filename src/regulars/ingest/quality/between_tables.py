"""Checks between tables: known customers, dates in order, money that adds up, the funnel.

Orders and spend come from the rollup of customer periods, so no fact is grouped again. Facts are
scanned only where a customer is known from them alone (orphans), to count the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.quality.findings import Finding
from regulars.warehouse.protocol import Warehouse

_EVENTS: tuple[EntityName, ...] = ("transactions", "interactions", "touches")


def check_relations(project: Project, warehouse: Warehouse) -> Iterator[Finding]:
    """Orphans of every entity, dates of customers and their purchases, churn rate, funnel."""
    if "customers" in project.entities:
        for entity in (*_EVENTS, "labels"):
            if entity in project.entities:
                yield _orphans(project, warehouse, entity)
        yield from _customer_dates(project, warehouse)
    if "transactions" in project.entities:
        yield from _purchases(project, warehouse)
    if "touches" in project.entities:
        yield from _funnel(project, warehouse)
    yield from _churn_rate(project, warehouse)


def _orphans(project: Project, warehouse: Warehouse, entity: EntityName) -> Finding:
    inferred = (
        f"select customer_id from {warehouse.relation('gold', 'dim_customer')} where is_inferred"
    )
    rows_sql = f"select * from {_kept(project, warehouse, entity)} and customer_id in ({inferred})"
    customers = int(warehouse.rows(f"select count(*) from ({inferred}) as inferred")[0][0])
    failures = _count(warehouse, rows_sql) if customers else 0
    return Finding(
        f"{entity}.orphans", "orphans", "warning", failures == 0,
        f"rows of customers that the customers table does not hold: {failures:,}", entity,
        failures=failures, details={"orphans": failures, "unknown_customers": customers},
        rows_sql=rows_sql,
    )  # fmt: skip


def _kept(project: Project, warehouse: Warehouse, entity: EntityName) -> str:
    """Rows that count. Behind aliases stands another customer, whom only the facts know."""
    if entity == "labels":
        return f"{warehouse.relation('silver', 'stg_labels')} where rejection_reason is null"
    if "identities" in project.entities:
        return f"{warehouse.relation('gold', f'fct_{entity}')} where true"
    keyed = warehouse.relation("silver", f"int_{entity}_resolved")
    return f"{keyed} where is_kept and not is_deleted"


def _customer_dates(project: Project, warehouse: Warehouse) -> Iterator[Finding]:
    columns = project.entities["customers"].columns
    if "left_at" not in columns or "joined_at" not in columns:
        return
    customers = warehouse.relation("gold", "dim_customer")
    rows_sql = f"select * from {customers} where is_current and left_at < joined_at"
    failures = _count(warehouse, rows_sql)
    yield Finding(
        "customers.left_before_joined", "relations", "error", failures == 0,
        f"customers who left before they joined: {failures:,}", "customers", failures=failures,
        rows_sql=rows_sql,
    )  # fmt: skip


def _purchases(project: Project, warehouse: Warehouse) -> Iterator[Finding]:
    per_customer = (
        "select customer_id, min(first_sale_on) as first_sale_on, max(last_sale_on) as "
        "last_sale_on, sum(orders) as orders, sum(amount) as amount, min(period) as first_period "
        f"from {warehouse.relation('gold', 'fct_customer_periods')} group by customer_id"
    )
    unordered = f"select * from ({per_customer}) as sales where first_sale_on > last_sale_on"
    failures = _count(warehouse, unordered)
    yield Finding(
        "transactions.first_after_last", "relations", "error", failures == 0,
        f"customers who bought last before they bought first: {failures:,}", "transactions",
        failures=failures, rows_sql=unordered,
    )  # fmt: skip
    unpaid = f"select * from ({per_customer}) as sales where orders > 0 and amount <= 0"
    failures = _count(warehouse, unpaid)
    yield Finding(
        "transactions.sales_without_money", "relations", "warning", failures == 0,
        f"customers with orders and an amount of zero or less: {failures:,}", "transactions",
        failures=failures, rows_sql=unpaid,
    )  # fmt: skip
    customers = project.entities.get("customers")
    if customers is None or "joined_at" not in customers.columns:
        return
    early = (
        f"select sales.*, customers.joined_at from ({per_customer}) as sales "
        f"inner join {warehouse.relation('gold', 'dim_customer')} as customers "
        "on sales.customer_id = customers.customer_id and customers.is_current "
        "where sales.first_sale_on < cast(customers.joined_at as date)"
    )
    failures = _count(warehouse, early)
    yield Finding(
        "customers.bought_before_joined", "relations", "warning", failures == 0,
        f"customers who bought before they joined: {failures:,}", "customers", failures=failures,
        rows_sql=early,
    )  # fmt: skip


def _funnel(project: Project, warehouse: Warehouse) -> Iterator[Finding]:
    steps = [
        step
        for step in ("opened_at", "clicked_at", "converted_at")
        if step in project.entities["touches"].columns
    ]
    for before, after in pairwise(steps):
        rows_sql = (
            f"select * from {warehouse.relation('silver', 'stg_touches')} "
            f"where rejection_reason is null and {after} is not null "
            f"and ({before} is null or {before} > {after})"
        )
        failures = _count(warehouse, rows_sql)
        yield Finding(
            f"touches.{after}.funnel", "funnel", "warning", failures == 0,
            f"messages with {after} and no earlier {before}: {failures:,}", "touches",
            failures=failures, rows_sql=rows_sql,
        )  # fmt: skip


def _churn_rate(project: Project, warehouse: Warehouse) -> Iterator[Finding]:
    """Known here for labels and memberships; silence is known only after features are built."""
    churn = project.churn
    if churn is None or churn.kind not in ("labelled", "contractual"):
        return
    share_of = {
        "labelled": ("churned", f"{warehouse.relation('silver', 'stg_labels')} "
                     "where rejection_reason is null"),
        "contractual": ("left_at is not null", f"{warehouse.relation('gold', 'dim_customer')} "
                        "where is_current and not is_inferred"),
    }  # fmt: skip
    left, rows = share_of[churn.kind]
    table = "labels" if churn.kind == "labelled" else "customers"
    total, gone = warehouse.rows(
        f"select count(*), coalesce(sum(case when {left} then 1 else 0 end), 0) from {rows}"
    )[0]
    rate = int(gone) / int(total) if total else 0.0
    limits = project.checks
    for name, severity, (minimum, maximum) in (
        ("churn_rate", "warning", limits.churn_rate),
        ("usual_churn_rate", "info", limits.usual_churn_rate),
    ):
        yield Finding(
            f"{table}.{name}", "churn_rate", severity, minimum <= rate <= maximum,
            f"{rate:.1%} of the customers left; "
            f"between {minimum:.0%} and {maximum:.0%} is expected",
            table, details={"rate": rate, "customers": int(total)},
        )  # fmt: skip


def _count(warehouse: Warehouse, rows_sql: str) -> int:
    return int(warehouse.rows(f"select count(*) from ({rows_sql}) as failing")[0][0])
