"""Whether amounts are money that a company takes: sales, more than refunds, and no times of day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from regulars.core.settings import Project
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.measuring import ColumnMeasures
from regulars.ingest.quality.plausible_findings import JUDGED, plausible
from regulars.warehouse.protocol import Warehouse

_HOURS, _MINUTES = 24, 60
_DIFFERENT_MINUTES = 20  # of 60: prices end in few ways, and many of them above 59
_NO_UNIT = 1  # a mean sale of less


def check_money(
    project: Project, warehouse: Warehouse, measures: Iterable[ColumnMeasures]
) -> Iterator[Finding]:
    """That there are sales, the net of refunds, and amounts that differ, of the size of money."""
    orders, refunds, sold, refunded = warehouse.rows(
        "select coalesce(sum(orders), 0), coalesce(sum(refunds), 0), coalesce(sum(amount), 0), "
        f"coalesce(sum(refunded), 0) from {warehouse.relation('gold', 'fct_customer_periods')}"
    )[0]
    amounts = [m for m in measures if (m.entity, m.column_name) == ("transactions", "amount")]
    yield _sales(int(orders), read=sum(amount.rows for amount in amounts))
    yield _net(int(orders), int(refunds), net=float(sold) - abs(float(refunded)))
    for amount in amounts:
        yield _amounts(project, amount)
        yield _size(project, amount)
        yield _no_times(warehouse, amount)


def _sales(orders: int, *, read: int) -> Finding:
    return plausible(
        "transactions.sales",
        passed=orders > 0 or read < JUDGED,
        message=f"none of the {read:,} rows is a sale: `kind`, `where` or `reject` of "
        "entities.transactions may be wrong",
    )


def _net(orders: int, refunds: int, *, net: float) -> Finding:
    judged = orders > 0 and orders + refunds >= JUDGED
    return plausible(
        "transactions.net",
        passed=not judged or net > 0 or (refunds == 0 and net == 0),
        message=f"{refunds:,} refunds take back all that {orders:,} orders brought ({net:,.2f} is "
        "left): they may be payments, or the sign of the amount is the other way round",
    )


def _amounts(project: Project, amount: ColumnMeasures) -> Finding:
    # Members of a club may all pay the same; goods of a shop do not all cost the same.
    is_member_fee = project.churn is not None and project.churn.kind == "contractual"
    is_alike = amount.rows >= JUDGED and amount.least == amount.most
    value = float(amount.most or 0)
    return plausible(
        "transactions.amounts",
        passed=not is_alike or (is_member_fee and value not in (0.0, 1.0)),
        message=f"all {amount.rows:,} amounts are {value:g}: the column may be a flag",
    )


def _size(project: Project, amount: ColumnMeasures) -> Finding:
    """The mean without refunds, which may be as many as the sales."""
    mean, high = abs(amount.mean or 0.0), float(amount.most or 0)
    is_money = project.amount_unit is None and amount.least != amount.most
    return plausible(
        "transactions.size",
        passed=amount.rows < JUDGED or not is_money or mean >= _NO_UNIT or high >= 50 * _NO_UNIT,
        message=f"the mean amount is {amount.mean or 0:.2f}, the largest {high:,.2f}: `amount` "
        "may be a share or a rate, or its decimal mark is read as another",
    )


def _no_times(warehouse: Warehouse, amount: ColumnMeasures) -> Finding:
    """09.15 is a time of day; prices between 0 and 24 have all sorts of cents, few of each kind."""
    name = "transactions.no_times"
    low, high = float(amount.least or 0), float(amount.most or 0)
    is_within = amount.rows >= JUDGED and low >= 0 and _NO_UNIT < high < _HOURS
    if not is_within:
        return plausible(name, passed=True, message="amounts are no times of day")
    cents = "cast(round((amount - floor(amount)) * 100) as integer)"
    different, highest = warehouse.rows(
        f"select count(distinct {cents}), max({cents}) "
        f"from {warehouse.relation('silver', 'int_transactions_resolved')}"
    )[0]
    is_time = int(different or 0) >= _DIFFERENT_MINUTES and int(highest or 0) < _MINUTES
    return plausible(
        name,
        passed=not is_time,
        message=f"all {amount.rows:,} amounts lie between {low:g} and {high:g} and none has more "
        "than 59 hundredths: `amount` may be a time of day",
    )
