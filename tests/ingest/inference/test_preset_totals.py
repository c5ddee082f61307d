"""Every preset: totals of an export in the published layout equal independent counts to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from regulars.core.settings import Project, read_project
from regulars.features.tables import write_run_context
from regulars.ingest.delivery_order import write_file_order
from regulars.ingest.inference.preset_files import shipped_presets
from regulars.ingest.inference.project_text import write
from regulars.ingest.inference.proposing import propose
from regulars.ingest.landing import land
from regulars.ingest.mapping import resolve_mapping
from regulars.ingest.silver.generated import cleaning_models
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.engines.duckdb_dialect import DUCKDB
from regulars.warehouse.model_rendering import ModelPreview
from tests.ingest.inference.export_worlds import sales
from tests.ingest.inference.preset_layouts import EXPORTS
from tests.small_projects import NOON

TOTALS = """
select
    coalesce(sum(amount) filter (kind = 'sale'), 0) as sold,
    coalesce(-sum(amount) filter (kind = 'refund'), 0) as given_back,
    count(distinct customer_id) filter (kind in ('sale', 'refund')) as customers
from {facts}
"""
MONTHS = """
select strftime(occurred_at, '%Y-%m') as month, sum(amount) as net
from {facts} where kind in ('sale', 'refund') group by 1 order by 1
"""


def proposed(folder: Path, files: dict[str, str]) -> Project:
    """The project that is proposed for these files; two currencies are the only question."""
    data = folder / "data"
    data.mkdir()
    for name, text in files.items():
        (data / name).write_text(text, "utf-8")
    proposal = propose([data], name=None, recipe=None, today=date(2024, 6, 22))
    (folder / "regulars.yaml").write_text(write(proposal, folder), "utf-8")
    project = read_project(folder)
    assert [question.key for question in project.questions if question.key != "currency"] == []
    return project


def cleaned(project: Project, model: str, *queries: str) -> list[list[tuple[Any, ...]]]:
    """Rows of queries over a model (`{facts}`), after landing and cleaning, without dbt."""
    warehouse = DuckDBWarehouse(None)
    try:
        land(project, warehouse, now=NOON)
        write_run_context(warehouse, run_id="test", started_at=NOON, as_of=None)
        write_file_order(warehouse)
        landed = {name: warehouse.columns("bronze", name) for name in project.sources}
        mapping = resolve_mapping(project, landed, dialect=DUCKDB)
        models = ModelPreview(
            warehouse,
            models=cleaning_models(mapping.entities, DUCKDB),
            variables=mapping.variables(),
        )
        relation = models.build(model)
        return [warehouse.rows(query.replace("{facts}", relation)) for query in queries]
    finally:
        warehouse.close()


@pytest.mark.parametrize("name", EXPORTS)
def test_totals_of_an_export_are_those_counted_by_hand(name: str, tmp_path: Path) -> None:
    export = EXPORTS[name]
    made = sales(name)
    project = proposed(tmp_path, {"export.csv": export.files(made)})
    text = (tmp_path / "regulars.yaml").read_text("utf-8")
    assert f"recognised as an export of {name.split(', German', maxsplit=1)[0]}" in text
    truth = export.truth(made)
    totals, months = cleaned(project, "fct_transactions", TOTALS, MONTHS)
    assert totals == [(truth.sold, truth.given_back, len(truth.customers))]
    assert dict(months) == {month: Decimal(net) for month, net in sorted(truth.months.items())}
    assert project.currency == export.currency


def test_every_preset_of_transactions_has_an_export_here() -> None:
    titles = {preset.title for preset in shipped_presets() if preset.entity == "transactions"}
    assert titles == {name.split(", German")[0] for name in EXPORTS}
