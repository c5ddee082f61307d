"""Was a load whole? Ten named checks of customers, twelve of transactions.

They judge what was delivered, rejected rows included, against the ledger of deliveries and what
the project file expects (`checks.expect`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from regulars.core.calendar import months_of_days
from regulars.core.counts import several
from regulars.core.settings import Expectation, Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.quality.accounts import KEYS, Account
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.measuring import ColumnMeasures
from regulars.warehouse.protocol import Warehouse


def verify_loads(
    project: Project,
    warehouse: Warehouse,
    *,
    accounts: dict[EntityName, Account],
    measures: Iterable[ColumnMeasures],
) -> list[Finding]:
    """The checks of the loads of customers and transactions, where they are mapped."""
    columns = {(measure.entity, measure.column_name): measure for measure in measures}
    findings: list[Finding] = []
    if "customers" in accounts:
        load = _Load(project, warehouse, accounts["customers"], columns)
        findings += [*load.shared(), *load.customers()]
    if "transactions" in accounts:
        load = _Load(project, warehouse, accounts["transactions"], columns)
        findings += [*load.shared(), *load.transactions()]
    return findings


@dataclass(frozen=True)
class _Load:
    """The load of one entity."""

    project: Project
    warehouse: Warehouse
    account: Account
    columns: dict[tuple[str, str], ColumnMeasures]

    @property
    def expected(self) -> Expectation:
        expect = {
            str(name): expectation for name, expectation in self.project.checks.expect.items()
        }
        return expect.get(self.account.entity, Expectation())

    def column(self, name: str) -> ColumnMeasures | None:
        return self.columns.get((self.account.entity, name))

    def judged(self, name: str, passed: bool, message: str, *, failures: int = 0) -> Finding:
        entity = self.account.entity
        return Finding(
            f"verify.{entity}.{name}", "load", "error", passed, message, entity, failures=failures
        )

    def none(self, name: str, rows: int, what: str) -> Finding:
        return self.judged(name, rows == 0, f"{what}: {rows:,}", failures=rows)

    def shared(self) -> Iterator[Finding]:
        """Rows landed and expected, lines that could not be split, keys."""
        landed, recorded = self._landed()
        yield self.judged(
            "rows_landed", landed == recorded,
            f"{several(landed, 'row')} in the warehouse, {recorded:,} in the ledger of deliveries",
        )  # fmt: skip
        minimum, maximum = self.expected.rows or (1, float("inf"))
        read = self.account.read
        yield self.judged(
            "rows_expected",
            minimum <= read <= maximum,
            f"{several(read, 'row')}, {_range((minimum, maximum))}",
        )
        yield self.none("lines_whole", self.account.malformed, "lines that could not be split")
        key = KEYS[self.account.entity]
        yield self.none(
            "keys_present", self.account.rejected_for(f"{key} is missing"), "rows without a key"
        )
        repeated = self.account.repeated_keys or 0
        yield self.none("keys_unique", repeated, "keys that come more than once in one delivery")

    def customers(self) -> Iterator[Finding]:
        """Dates of joining and leaving, values that can be read, every row accounted for."""
        joined = self.column("joined_at")
        share = joined.missing_share if joined else 0.0
        yield self.judged(
            "joined_at_present", share <= self.project.checks.missing,
            f"{share:.1%} have no date of joining" if joined else "no date of joining is mapped",
        )  # fmt: skip
        yield self.none(
            "joined_at_not_future",
            self.account.rejected_for("joined_at", "future"),
            "customers who join in the future",
        )
        yield self.none(
            "left_after_joined",
            self.account.rejected_for("left_at is before joined_at"),
            "customers who leave before they join",
        )
        parse_errors = sum(
            measures.unreadable
            for (entity, _), measures in self.columns.items()
            if entity == "customers"
        )
        yield self.none("values_read", parse_errors, "values that could not be read")
        account = self.account
        yield self.judged(
            "all_accounted", account.read == account.kept + account.rejected + account.merged,
            f"{account.read:,} read = {account.kept:,} + {account.rejected:,} + {account.merged:,}",
        )  # fmt: skip

    def transactions(self) -> Iterator[Finding]:
        """Customers, dates, amounts and status."""
        yield self.none(
            "customers_present", self.account.rejected_for("customer_id is missing"),
            "rows without a customer",
        )  # fmt: skip
        yield self.none("customers_known", self._unknown(), "customers who are not in their table")
        yield self.none(
            "dates_read",
            self.account.rejected_for("occurred_at is missing")
            + self.account.rejected_for("occurred_at cannot be read"),
            "rows without a date that can be read",
        )
        yield self.none(
            "no_future_dates", self.account.rejected_for("occurred_at", "future"),
            "rows dated in the future",
        )  # fmt: skip
        yield self._span()
        yield self._amounts()
        yield self._status()

    def _landed(self) -> tuple[int, int]:
        batches = self.warehouse.relation("ops", "batches")
        recorded, replaced = self.warehouse.rows(
            'select coalesce(sum(case when is_current then "rows" else 0 end), 0), '
            f"coalesce(sum(case when is_current then 0 else 1 end), 0) from {batches} "
            "where source = ?",
            [self.account.source],
        )[0]
        bronze = self.warehouse.relation("bronze", self.account.source)
        current = f" where _batch_id in (select batch_id from {batches} where is_current)"
        landed = self.warehouse.rows(f"select count(*) from {bronze}{current if replaced else ''}")[
            0
        ][0]
        if self.project.sources[self.account.source].path is None:
            return int(landed), int(landed)
        return int(landed), int(recorded)

    def _unknown(self) -> int:
        if "customers" not in self.project.entities:
            return 0
        table = self.warehouse.relation("gold", "dim_customer")
        return int(self.warehouse.rows(f"select count(*) from {table} where is_inferred")[0][0])

    def _span(self) -> Finding:
        dates = self.column("occurred_at")
        if dates is None or dates.least is None or dates.most is None:
            return self.judged("date_span", False, "there are no dates")
        first, last = (datetime.fromisoformat(text) for text in (dates.least, dates.most))
        months = months_of_days((last - first).days)
        minimum, maximum = self.expected.months or (0, float("inf"))
        return self.judged(
            "date_span", minimum <= months <= maximum,
            f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, {months:.1f} months, "
            f"{_range((minimum, maximum))}",
        )  # fmt: skip

    def _amounts(self) -> Finding:
        """By what was delivered: a cap does not make an amount right."""
        name = "amount"
        keyed = self.warehouse.relation("silver", "int_transactions_resolved")
        if "amount_uncapped" in self.warehouse.columns("silver", "int_transactions_resolved"):
            name = "amount_uncapped"
        low, high = self.warehouse.rows(f"select min({name}), max({name}) from {keyed}")[0]
        minimum, maximum = self.expected.amount or (float("-inf"), float("inf"))
        outside = self.account.rejected_for("amount is")
        return self.judged(
            "amounts", low is not None and minimum <= low and high <= maximum and outside == 0,
            f"{low} to {high}, {several(outside, 'row')} rejected, {_range((minimum, maximum))}",
            failures=outside,
        )  # fmt: skip

    def _status(self) -> Finding:
        keyed = self.warehouse.relation("silver", "int_transactions_resolved")
        total, sales = self.warehouse.rows(
            "select count(*), coalesce(sum(case when coalesce(lower(kind), "
            "case when amount < 0 then 'refund' else 'sale' end) = 'sale' then 1 else 0 end), 0) "
            f"from {keyed} where is_kept"
        )[0]
        share = int(sales) / int(total) if total else 0.0
        minimum, maximum = self.expected.sales or (0.0, 1.0)
        return self.judged(
            "status", minimum <= share <= maximum and total > 0,
            f"{share:.1%} are sales, {_range((minimum, maximum))}",
        )  # fmt: skip


def _range(limits: tuple[float, float]) -> str:
    minimum, maximum = limits
    if minimum == float("-inf") and maximum == float("inf"):
        return "nothing is expected"
    if maximum == float("inf"):
        return f"at least {minimum:,g} expected"
    return f"{minimum:,g} to {maximum:,g} expected"
