"""One way into a project: `session` to change it, `view` to look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from regulars import __version__
from regulars.core.counts import several
from regulars.core.errors import SettingsError
from regulars.core.lock import project_lock
from regulars.core.progress import Progress, Silent
from regulars.core.run_logs import current_run
from regulars.core.settings import Project
from regulars.flows.context import RunContext, RunOptions
from regulars.ml.registry import Registry
from regulars.release.release_store import Releases
from regulars.warehouse.ledger import Ledger

Clock = Callable[[], datetime]


@dataclass
class Session:
    """A held project. `recovered` describes a run that died while it held the project.

    The run record ends as failed where an error leaves the session, or where `failed` is set.
    """

    context: RunContext
    recovered: str | None
    failed: bool = False


@contextmanager
def session(
    project: Project,
    command: str,
    clock: Clock,
    *,
    progress: Progress | None = None,
    options: RunOptions | None = None,
) -> Iterator[Session]:
    """Hold the project, keep a run record, let go of everything at the end.

    Raises SettingsError while a question of `regulars init` is open, and LockedError where
    somebody else holds the project for longer than the options wait for.
    """
    _refuse_open_questions(project)
    wait = options.wait if options else 0
    ledger = Ledger(project.state)
    with (
        project_lock(project.state, command=command, now=clock(), wait=wait) as recovered,
        ledger.kept_open(),
    ):
        started = clock()  # who waited begins now
        run_id = ledger.new_run_id(started)
        context = _context(project, run_id, started, progress=progress, options=options)
        held = Session(context, recovered)
        log_context = current_run.set(run_id)
        ledger.start_run(run_id, command=command, now=started, version=__version__)
        error = None
        try:
            yield held
        except BaseException as problem:
            held.failed, error = True, f"{type(problem).__name__}: {problem}"
            raise
        finally:
            context.close()
            as_of = context.as_of.isoformat() if context.as_of else None
            status = "failed" if held.failed else "done"
            ledger.end_run(run_id, status=status, now=clock(), as_of=as_of, error=error)
            current_run.reset(log_context)


@contextmanager
def view(
    project: Project,
    clock: Clock,
    *,
    progress: Progress | None = None,
    options: RunOptions | None = None,
) -> Iterator[RunContext]:
    """Look at a project without holding it: neither a lock nor a record, also during a run."""
    context = _context(project, "view", clock(), progress=progress, options=options)
    context.exclusive = False
    try:
        yield context
    finally:
        context.close()


def _refuse_open_questions(project: Project) -> None:
    """A company that was only guessed is never published."""
    if project.questions:
        raise SettingsError(
            f"{several(len(project.questions), 'question')} of `regulars init` "
            f"{'is' if len(project.questions) == 1 else 'are'} open: "
            + "; ".join(f"{question.key}: {question.ask}" for question in project.questions),
            where=str(project.file),
            hint="Answer with `regulars init --answer KEY=N`, or correct the settings and remove "
            "the question.",
        )


def _context(
    project: Project,
    run_id: str,
    started_at: datetime,
    *,
    progress: Progress | None,
    options: RunOptions | None,
) -> RunContext:
    return RunContext(
        project,
        run_id,
        started_at,
        progress or Silent(),
        Registry(project.state),
        Releases(project.state),
        options or RunOptions(),
    )
