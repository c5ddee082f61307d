"""What a project file makes of its files, before anything is run: a few rows and the totals.

The files land in memory and are cleaned by the models of a run, so a preview shows what a run
would. Of large files the first rows are looked at, and the preview says so.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from regulars.core.settings import Project
from regulars.features.tables import write_run_context
from regulars.flows.preview_contents import MonthOfSales, Preview, RejectedRows
from regulars.ingest.delivery_order import write_file_order
from regulars.ingest.derived import sources_named
from regulars.ingest.file_mapping import mapped_columns
from regulars.ingest.first_rows import land_first_rows
from regulars.ingest.mapped_columns import check_mapping
from regulars.ingest.mapping import LINEAGE, resolve_mapping
from regulars.ingest.silver.generated import cleaning_models
from regulars.ingest.sources.database import FIRST_ROWS
from regulars.ingest.sources.files import find_files
from regulars.ingest.sources.scans import quoted
from regulars.insights.masking import MASK
from regulars.warehouse.dialects import dialect_of
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.model_rendering import ModelPreview
from regulars.warehouse.protocol import Warehouse

ALL_ROWS_BELOW = 60_000_000  # bytes of all files
MAX_ROWS = 200_000  # of a source whose files are larger
SHOWN_ROWS = 5
_PACKED = (".gz", ".zst", ".zip", ".parquet", ".xlsx", ".xlsb", ".ods")
_PACKED_WEIGHT = 5  # how many bytes of text a byte of these may stand for
_TRANSACTIONS = (
    "transaction_id", "customer_id", "occurred_at", "kind", "amount", "currency", "order_id",
    "quantity", "discount", "category", "product", "channel", "payment",
)  # fmt: skip
# An address or a number that a person could be written to or called by.
_PERSONAL_KEY = r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}|\+[0-9][0-9 ()./-]{6,18}[0-9]"


def preview_project(
    project: Project, *, now: datetime, max_bytes: int = ALL_ROWS_BELOW, max_rows: int = MAX_ROWS
) -> Preview:
    """What the project file makes of its files; nothing is written into the project's folder.

    Raises SourceError, SettingsError or EngineError as the steps `land` and `clean` would.
    """
    with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
        here = _standing_in(project, Path(folder))
        warehouse = DuckDBWarehouse(None)
        try:
            sampled = _sampled(here, max_bytes=max_bytes)
            limit = _rows_of_a_file(here, max_rows=max_rows) if sampled else None
            land_first_rows(here, warehouse, root=project.root, now=now, max_rows=limit)
            check_mapping(project, warehouse)
            write_run_context(warehouse, run_id="preview", started_at=now, as_of=project.as_of)
            write_file_order(warehouse)
            return _Reading(here, warehouse, limit, now).preview()
        finally:
            warehouse.close()


def _standing_in(project: Project, folder: Path) -> Project:
    """The project with a state of its own, and its paths seen from the folder where it stands."""
    sources = {
        name: source
        if source.path is None or "://" in source.path
        else source.model_copy(update={"path": str(project.root / source.path)})
        for name, source in project.sources.items()
    }
    copy = project.model_copy(update={"sources": sources})
    object.__setattr__(copy, "_file", folder / "regulars.yaml")
    return copy


def _sampled(project: Project, *, max_bytes: int) -> bool:
    return sum(_weight(file.path, file.size) for file in _all_files(project)) > max_bytes


def _weight(path: Path, size: int) -> int:
    return size * (_PACKED_WEIGHT if path.suffix.lower() in _PACKED else 1)


def _rows_of_a_file(project: Project, *, max_rows: int) -> int:
    counts = [
        len(find_files(project, name)) for name, source in project.sources.items() if source.path
    ]
    return max(max_rows // max(counts, default=1), 1)


def _all_files(project: Project) -> list[Any]:
    return [
        file
        for name, source in project.sources.items()
        if source.path is not None
        for file in find_files(project, name)
    ]


@dataclass
class _Reading:
    """The questions of a preview to rows that have landed."""

    project: Project
    warehouse: Warehouse
    limit: int | None
    now: datetime

    def __post_init__(self) -> None:
        columns = {name: self.warehouse.columns("bronze", name) for name in self.project.sources}
        dialect = dialect_of(self.warehouse.engine)
        self._landed = columns
        self._mapping = resolve_mapping(self.project, columns, dialect=dialect)
        self._models = ModelPreview(
            self.warehouse,
            models=cleaning_models(self._mapping.entities, dialect),
            variables=self._mapping.variables(),
        )

    def preview(self) -> Preview:
        totals = self._totals() if "transactions" in self.project.entities else {}
        customers = self._models.build("dim_customer")
        people = self.warehouse.rows(f"select count(distinct customer_id) from {customers}")[0][0]
        leavers, later_ends = self._leavers(customers, last=totals.get("last"))
        return Preview(
            customers=self._customers(customers),
            currency=self.project.amount_unit or self.project.currency,
            customers_total=int(people),
            leavers=leavers,
            later_ends=later_ends,
            rejected=tuple(self._rejected()),
            rows_read=self._rows_read(),
            sampled=tuple(self._sampled_sources()),
            unused_columns=self._unused_columns(),
            **totals,
        )

    def _customers(self, relation: str) -> tuple[dict[str, Any], ...]:
        entity = self._mapping.entities["customers"]
        names = [
            "customer_id",
            *(name for name in ("joined_at", "left_at") if name in entity.mapped),
        ]
        names += [attribute.name for attribute in self._mapping.attributes]
        return self._rows(
            f"select {', '.join(map(self._masked, names))} from {relation} "
            f"where is_current order by is_inferred, customer_id limit {SHOWN_ROWS}"
        )

    def _leavers(self, customers: str, *, last: datetime | None) -> tuple[int | None, int]:
        """Who has left, and who has a date of leaving after the end of the data."""
        if "labels" in self.project.entities:
            labels = self._models.build("stg_labels")
            query = f"from {labels} where churned and rejection_reason is null"
            return self._customers_of(query), 0
        if "left_at" not in self._mapping.entities["customers"].mapped:
            return None, 0
        # Of a sample the last row is not the last one of the data.
        end = self.now if last is None or self.limit is not None else last
        day = f"date '{end + timedelta(days=1):%Y-%m-%d}'"
        left = self._customers_of(f"from {customers} where left_at < {day}")
        return left, self._customers_of(f"from {customers} where left_at >= {day}")

    def _customers_of(self, query: str) -> int:
        return int(self.warehouse.rows(f"select count(distinct customer_id) {query}")[0][0])

    def _totals(self) -> dict[str, Any]:
        facts = self._models.build("fct_transactions")
        counted = self._counted(facts)
        first, last, sales, refunds, net = self.warehouse.rows(
            "select min(occurred_at), max(occurred_at), count(*) filter (kind = 'sale'), "
            f"count(*) filter (kind = 'refund'), coalesce(sum(net), 0) from {counted}"
        )[0]
        months = self.warehouse.rows(
            "select cast(date_trunc('month', occurred_at) as date), count(*), "
            f"count(distinct customer_id), sum(net) from {counted} group by 1 order by 1"
        )
        return {
            "transactions": self._transactions(facts),
            "months": tuple(MonthOfSales(m, int(n), int(c), float(net)) for m, n, c, net in months),
            "first": first,
            "last": last,
            "sales": int(sales),
            "refunds": int(refunds),
            "net_amount": float(net),
        }

    @staticmethod
    def _counted(facts: str) -> str:
        return (
            "(select *, case kind when 'sale' then amount when 'refund' then -abs(amount) else 0 "
            f"end as net from {facts} where is_counted)"
        )

    def _transactions(self, facts: str) -> tuple[dict[str, Any], ...]:
        """A few rows with at least one of each kind, the oldest of each."""
        mapped = self._mapping.entities["transactions"].mapped
        names = [name for name in _TRANSACTIONS if name in mapped or name == "kind"]
        listed = [
            f"'{self.project.currency}' as currency" if name == "currency" else self._masked(name)
            for name in names
        ]
        return self._rows(
            f"select {', '.join(listed)} from (select * from {facts} order by row_number() over "
            f"(partition by kind order by occurred_at, transaction_id), kind desc "
            f"limit {SHOWN_ROWS}) order by occurred_at, transaction_id"
        )

    def _rows(self, sql: str) -> tuple[dict[str, Any], ...]:
        return tuple(self.warehouse.arrow(sql).to_pylist())

    def _masked(self, name: str) -> str:
        """A column as it is shown: personal data never leave the file."""
        column = quoted(name)
        is_personal = name in self.project.personal_data
        if name == "customer_id":  # its beginning tells whether the key is the one that is meant
            which = "true" if is_personal else f"regexp_full_match({column}, '{_PERSONAL_KEY}')"
            begun = f"left({column}, 2) || '{MASK}'"
            return f"case when {which} then {begun} else {column} end as {column}"
        if is_personal:
            return f"case when {column} is not null then '{MASK}' end as {column}"
        return column

    def _rejected(self) -> list[RejectedRows]:
        rejected = []
        for name in self.project.entities:
            relation = self._models.build(f"stg_{name}")
            rejected += [
                RejectedRows(name, str(reason), int(rows))
                for reason, rows in self.warehouse.rows(
                    f"select rejection_reason, count(*) from {relation} "
                    "where rejection_reason is not null group by 1 order by 2 desc, 1"
                )
            ]
        return rejected

    def _rows_read(self) -> dict[str, int]:
        return {
            name: int(
                self.warehouse.rows(
                    f"select count(*) from {self.warehouse.relation('bronze', name)}"
                )[0][0]
            )
            for name in self.project.sources
        }

    def _sampled_sources(self) -> list[str]:
        """Sources of which a file has given as many rows as it was allowed to."""
        files = self.warehouse.relation("ops", "batch_files")
        rows = self.warehouse.rows(f"select source, max(rows) from {files} group by 1 order by 1")
        sources = self.project.sources
        return [
            str(name)
            for name, most in rows
            if most >= (FIRST_ROWS if sources[name].url is not None else self.limit or most + 1)
        ]

    def _unused_columns(self) -> dict[str, tuple[str, ...]]:
        """Columns that nothing reads, by source; those behind a `*` are the derived source's."""
        unused = {}
        handed_on = {
            origin
            for source in self.project.sources.values()
            if source.sql is not None and "*" in source.sql
            for origin in sources_named(source.sql)
        }
        for name, landed in self._landed.items():
            if name in handed_on:
                continue
            known = [column for column in landed if column not in LINEAGE]
            used = {column.raw for column in mapped_columns(self.project, name, known)}
            unused[name] = tuple(column for column in known if column not in used)
        return {name: columns for name, columns in unused.items() if columns}
