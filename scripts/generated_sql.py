"""The dbt package together with the cleaning models that a project adds to it, as one folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from regulars.ingest.mapping import unmapped_entities
from regulars.ingest.silver.generated import cleaning_models
from regulars.warehouse.engines.duckdb_dialect import DUCKDB


def complete_project(
    transform: Path, folder: Path, *, models: Mapping[str, str] | None = None
) -> Path:
    """Copy the package into a folder, and write generated models (of no mapping) beside its own."""
    shutil.copytree(transform, folder, dirs_exist_ok=True)
    for name, text in (models or cleaning_models(unmapped_entities(), DUCKDB)).items():
        path = folder / "models" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
