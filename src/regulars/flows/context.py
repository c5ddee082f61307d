"""What a step may use: the project, the open warehouse, run records, releases, the run's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from regulars.core.progress import Progress
from regulars.core.settings import Project
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.opening import open_warehouse
from regulars.warehouse.protocol import Warehouse

# What is imported here is code of every step: a correction of it would run all of them again.
if TYPE_CHECKING:
    from regulars.ml.registry import Registry
    from regulars.release.release_store import Releases
    from regulars.warehouse.building import ModelBuilder


@dataclass(frozen=True)
class RunOptions:
    """What a user asks of a run besides its steps."""

    as_of: date | None = None  # overrides the project file
    strict: bool = False  # a failed check of severity error stops the run
    accept_shrink: bool = False  # accept full deliveries that are much smaller than the last one
    accept_schema: bool = False  # accept files whose mapped columns are missing or written anew
    plots: bool = True  # draw PNG figures beside the report
    retrain: bool = False  # train, whatever the schedule says
    wait: float = 0  # seconds to wait for another run to end
    quick: bool = False  # learn nothing: defer training and values to the next run


@dataclass
class RunContext:
    """One session with a project; `session` and `view` make it. The warehouse opens at first use.

    Without `exclusive` it only looks: it neither waits for a writer nor keeps one out.
    """

    project: Project
    run_id: str
    started_at: datetime
    progress: Progress
    estimators: Registry
    releases: Releases
    options: RunOptions = RunOptions()
    exclusive: bool = True
    models: ModelBuilder | None = None  # made by `transforming.model_builder` at first use
    opened: list[Warehouse] = field(default_factory=list)

    @property
    def as_of(self) -> date | None:
        """The as-of date that was asked for; None leaves it to the project file or the data."""
        return self.options.as_of

    @cached_property
    def warehouse(self) -> Warehouse:
        """The project's warehouse, opened at first use."""
        warehouse = open_warehouse(self.project, exclusive=self.exclusive, run_id=self.run_id)
        self.opened.append(warehouse)
        return warehouse

    @cached_property
    def ledger(self) -> Ledger:
        """The run records of the project."""
        return Ledger(self.project.state)

    def close(self) -> None:
        """Let go of the warehouse."""
        while self.opened:
            self.opened.pop().close()
