"""What a step may use: the project, the open warehouse, dbt, the clock of the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from regulars.core.progress import Progress
from regulars.core.settings import Project
from regulars.features.variables import feature_variables
from regulars.ingest.ledger import replaced_sources
from regulars.ingest.mapping import mapping_variables
from regulars.ml.registry import Registry
from regulars.release.release_store import Releases
from regulars.segments.rules import segment_variables
from regulars.warehouse.dbt import DbtProject
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.opening import open_warehouse
from regulars.warehouse.protocol import Warehouse


@dataclass
class RunContext:
    """One run. The warehouse and dbt are opened when a step first asks for them."""

    project: Project
    run_id: str
    started_at: datetime
    progress: Progress
    as_of: date | None = None
    strict: bool = False  # a failed check of severity error stops the run
    accept_shrink: bool = False  # let full deliveries in that are below their floor
    plots: bool = True  # draw PNG figures beside the report
    retrain: bool = False  # learn anew, whatever the schedule says
    exclusive: bool = True  # False only looks: it neither waits for a writer nor keeps one out
    opened: list[Warehouse] = field(default_factory=list)

    @cached_property
    def warehouse(self) -> Warehouse:
        """The project's warehouse, opened at first use."""
        warehouse = open_warehouse(self.project, exclusive=self.exclusive)
        self.opened.append(warehouse)
        return warehouse

    @property
    def ledger(self) -> Ledger:
        """The run records of the project."""
        return Ledger(self.project.state)

    @property
    def releases(self) -> Releases:
        """The releases of the project."""
        return Releases(self.project.state)

    @property
    def estimators(self) -> Registry:
        """The fitted estimators of the project."""
        return Registry(self.project.state)

    @cached_property
    def dbt(self) -> DbtProject:
        """The dbt project, with variables made from the project file and the landed columns."""
        return DbtProject(
            self.project.state,
            output=self.warehouse.dbt_output(),
            environment=self.warehouse.dbt_environment(),
            variables=transform_variables(self.project, self.warehouse),
        )

    def close(self) -> None:
        """Let go of the warehouse."""
        for warehouse in self.opened:
            warehouse.close()


def transform_variables(project: Project, warehouse: Warehouse) -> dict[str, Any]:
    """Everything that the dbt project needs to know, from the project file and bronze."""
    bronze = {name: warehouse.columns("bronze", name) for name in project.sources}
    mapping = mapping_variables(project, bronze, replaced=replaced_sources(warehouse))
    return {
        **mapping,
        **feature_variables(project, attributes=mapping["attributes"]),
        "segments": segment_variables(project),
    }
