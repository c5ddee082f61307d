"""Folders of projects to measure: real files, or those of a share of their customers."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
from measuring import DATA, ROOT, Skipped

# Only purchases and contacts, from raw files, with six dates: what plain windows have too.
WINDOWS_ONLY = """
version: 1
project: crm
currency: USD
grain: day
sources:
  purchases: {path: data/transactions_raw.parquet, load: replace}
  calls: {path: data/interactions_raw.parquet, load: replace}
entities:
  transactions:
    source: purchases
    columns:
      transaction_id: transaction_id
      customer_id: customer_id
      occurred_at: transaction_date
      amount: total_amount
      discount: discount_amount
      category: product_category
      payment: payment_method
      channel: channel
  interactions:
    source: calls
    columns:
      interaction_id: interaction_id
      customer_id: customer_id
      occurred_at: interaction_date
      kind: interaction_type
      channel: channel
      duration: duration_seconds
      satisfaction: satisfaction_score
churn: {kind: silence, horizon: 90, activity_window: 365, max_cutoffs: 5}
"""
RFM_ONLY = WINDOWS_ONLY[: WINDOWS_ONLY.index("  interactions:\n    source")].replace(
    "  calls: {path: data/interactions_raw.parquet, load: replace}\n", ""
)
_CUSTOMERS = {
    "crm": "customer_id", "airline": "Loyalty Number", "telco": "customerID",
    "retail": "CustomerID",
}  # fmt: skip
_SHARES = 1000


def files_of(company: str, place: Path, *, scale: float) -> Path:
    """The folder of a company's files; below `place` a copy with a share of the customers."""
    source = DATA / company
    if not source.is_dir():
        raise Skipped(f"there is no {source}")
    if scale >= 1:
        return source
    target = place / f"{company}-files"
    target.mkdir(exist_ok=True)
    for file in sorted(path for path in source.iterdir() if path.suffix in (".csv", ".parquet")):
        _share(file, target / file.name, key=_CUSTOMERS[company], scale=scale)
    return target


def _share(file: Path, target: Path, *, key: str, scale: float) -> None:
    read = f"read_csv('{file}', all_varchar = true)" if file.suffix == ".csv" else f"'{file}'"
    form = "header" if file.suffix == ".csv" else "format parquet"
    names = [column[0] for column in duckdb.execute(f"describe select * from {read}").fetchall()]
    if key not in names:
        shutil.copy(file, target)
        return
    duckdb.execute(
        f'copy (select * from {read} where hash("{key}") % {_SHARES} < {scale * _SHARES}) '
        f"to '{target}' ({form})"
    )


def project_of(company: str, place: Path, *, scale: float, settings: str | None = None) -> Path:
    """A project folder on the files of a company: the example of that name, or these settings."""
    from regulars.ingest.recipes import recipe_text

    data = files_of(company, place, scale=scale)
    folder = place / company
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    example = ROOT / "examples" / company / "regulars.yaml"
    text = settings or (example.read_text("utf-8") if example.exists() else recipe_text(company))
    (folder / "regulars.yaml").write_text(text, "utf-8")
    (folder / "data").symlink_to(data)
    return folder


def cutoffs_of(folder: Path) -> list[str]:
    """The dates at which a project that ran has features."""
    return [str(day) for (day,) in _rows(folder, "select distinct cast(as_of as date) "
                                         "from ops.cutoffs order by 1")]  # fmt: skip


def feature_columns(folder: Path) -> int:
    """How many features a project that ran has."""
    from regulars.core.settings import read_project
    from regulars.warehouse.opening import open_warehouse

    warehouse = open_warehouse(read_project(folder))
    try:
        return len(warehouse.columns("gold", "customer_features")) - 2
    finally:
        warehouse.close()


def _rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    from regulars.core.settings import read_project
    from regulars.warehouse.opening import open_warehouse

    warehouse = open_warehouse(read_project(folder))
    try:
        return warehouse.rows(sql)
    finally:
        warehouse.close()
