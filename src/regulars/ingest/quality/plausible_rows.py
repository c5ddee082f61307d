"""Whether most rows of purchases count: rejected ones may be guests', or a mapping is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.core.settings import Project
from regulars.ingest.quality.accounts import Account
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.plausible_findings import JUDGED, plausible
from regulars.ingest.sources.scans import identifier, literal
from regulars.warehouse.protocol import Warehouse

MOST_UNREAD = 0.2  # of the rows of purchases may lack an amount or a time, or be in a currency
MOST_REJECTED = 0.2  # for reasons that the project file does not state as rules
MOST_BY_RULES = 0.6  # together: a ledger has as many payments as invoices
_NEWEST = 0.05  # of the rows, whole days of them
_FEWEST_NEWEST = 20
_MOST_OF_NEWEST = 0.5
_FAR_MORE = 3  # times the share of the days before


def check_rows(project: Project, warehouse: Warehouse, account: Account) -> Iterator[Finding]:
    """Rows that can be read, in the currency, that are not rejected, also of the newest days."""
    read, in_currency = _rows_read(account), _rows_in_currency(project, account)
    yield from (read, in_currency)
    unfit = _not_of_guests(project, account)
    rules = {rule.because for rule in project.entities["transactions"].reject}
    is_known = not (read.passed and in_currency.passed)
    yield _rows_kept(account, unfit, rules=rules, is_known=is_known)
    yield _newest_kept(warehouse, account, unfit)


def _rows_read(account: Account) -> Finding:
    """A row without a customer may be a guest's; one without an amount or a time is misread."""
    unread = sum(
        account.rejected_for(column, problem)
        for column in ("amount", "occurred_at")
        for problem in ("is missing", "cannot be read")
    )
    share = unread / account.read if account.read else 0.0
    return plausible(
        "transactions.read",
        passed=account.read < JUDGED or share <= MOST_UNREAD,
        message=f"{share:.0%} of the {account.read:,} rows have no amount or no time that can be "
        "read: their format, or the column, may be another",
    )


def _rows_in_currency(project: Project, account: Account) -> Finding:
    """A company that sells in several currencies knows it; one that reads the codes wrongly not."""
    foreign = account.rejected_for("not the reporting currency")
    share = foreign / account.read if account.read else 0.0
    return plausible(
        "transactions.in_currency",
        passed=account.read < JUDGED or share <= MOST_UNREAD,
        message=f"{share:.0%} of the {account.read:,} rows are not in {project.currency}: "
        "`currency` may be another, or written in another way in the files",
    )


def _not_of_guests(project: Project, account: Account) -> dict[str, int]:
    """Rejected rows by reason, without those that name no customer, or one who is nobody."""
    mapping = project.entities["transactions"]
    customer = mapping.columns["customer_id"].column
    of_nobody = {
        rule.because
        for rule in mapping.reject
        if customer is not None and identifier(customer) in rule.when
    }
    return {
        reason: rows
        for reason, rows in account.reasons.items()
        if "customer_id" not in reason and reason not in of_nobody
    }


def _rows_kept(
    account: Account, unfit: dict[str, int], *, rules: set[str], is_known: bool
) -> Finding:
    """`is_known` where another check says already why most rows are rejected."""
    guests = sum(account.reasons.values()) - sum(unfit.values())
    named = account.read - guests
    share = sum(unfit.values()) / max(named, 1)
    unstated = sum(rows for reason, rows in unfit.items() if reason not in rules) / max(named, 1)
    is_few = unstated <= MOST_REJECTED and share <= MOST_BY_RULES
    commonest = max(unfit, key=lambda reason: unfit[reason], default="")
    return plausible(
        "transactions.kept",
        passed=is_known or account.read < JUDGED or is_few,
        message=f"{share:.0%} of the {named:,} rows with a customer are rejected, most for "
        f"'{commonest}': `reject`, `where` or a column of entities.transactions may be wrong",
    )


def _newest_kept(warehouse: Warehouse, account: Account, unfit: dict[str, int]) -> Finding:
    """What is open today is rejected with what never counts, where a status is misread."""
    name = "transactions.newest_kept"
    fewest = max(_FEWEST_NEWEST, _NEWEST * account.read) * _MOST_OF_NEWEST
    if account.read < JUDGED or sum(unfit.values()) < fewest:
        return plausible(name, passed=True, message="few rows are rejected")
    (late, newest), (early, before) = _by_age(warehouse, unfit)
    late_share, early_share = late / max(newest, 1), early / max(before, 1)
    is_far_more = late_share > _MOST_OF_NEWEST and late_share > _FAR_MORE * early_share
    return plausible(
        name,
        passed=newest < _FEWEST_NEWEST or before == 0 or not is_far_more,
        message=f"{late_share:.0%} of the {newest:,} newest rows are rejected, {early_share:.0%} "
        "of those before: a state that every sale has at first may be taken for one that never "
        "counts (`reject` of entities.transactions)",
    )


def _by_age(warehouse: Warehouse, unfit: dict[str, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Rejected rows and all rows: of the newest days, and of those before."""
    reasons = ", ".join(literal(reason) for reason in unfit if "future" not in reason)
    is_unfit = f"rejection_reason in ({reasons or 'null'})"
    days = warehouse.rows(
        f"select cast(occurred_at as date), sum(case when {is_unfit} then 1 else 0 end), count(*) "
        f"from {warehouse.relation('silver', 'stg_transactions')} where occurred_at is not null "
        f"and (rejection_reason is null or {is_unfit}) group by 1 order by 1 desc"
    )
    total, at = sum(int(rows) for _, _, rows in days), 0
    rejected = newest = 0
    while at < len(days) and newest < max(_NEWEST * total, _FEWEST_NEWEST):
        rejected, newest = rejected + int(days[at][1]), newest + int(days[at][2])
        at += 1
    before = days[at:]
    return (rejected, newest), (
        sum(int(row[1]) for row in before),
        sum(int(row[2]) for row in before),
    )
