"""One way into a project: a session holds it and keeps a record, a view does neither."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from regulars.core.errors import DataError, LockedError
from regulars.core.lock import holder_of
from regulars.flows.context import RunOptions
from regulars.flows.session import session, view
from regulars.warehouse.ledger import Ledger
from tests.small_projects import NOON, SmallProject


def test_a_session_holds_the_project_and_ends_its_record(shop: SmallProject) -> None:
    options = RunOptions(as_of=date(2024, 6, 1))
    with session(shop.project, "regulars caps", lambda: NOON, options=options) as held:
        assert "regulars caps" in str(holder_of(shop.project.state))
        (running,) = Ledger(shop.project.state).runs()
        assert (running.run_id, running.status) == (held.context.run_id, "running")
    assert holder_of(shop.project.state) is None
    (run,) = Ledger(shop.project.state).runs()
    assert (run.status, run.command, run.as_of) == ("done", "regulars caps", "2024-06-01")


def test_an_error_ends_the_record_as_failed_and_lets_go(shop: SmallProject) -> None:
    with pytest.raises(DataError), session(shop.project, "regulars check", lambda: NOON) as held:
        held.context.warehouse.rows("select 1")
        raise DataError("nothing to check")
    assert holder_of(shop.project.state) is None
    (run,) = Ledger(shop.project.state).runs()
    assert (run.status, run.error) == ("failed", "DataError: nothing to check")


def test_a_session_waits_for_nobody(shop: SmallProject) -> None:
    with (
        session(shop.project, "regulars run", lambda: NOON),
        pytest.raises(LockedError, match="regulars run"),
        session(shop.project, "regulars check", lambda: NOON),
    ):
        pass
    assert [run.command for run in Ledger(shop.project.state).runs()] == ["regulars run"]


def test_a_view_leaves_no_record_and_looks_during_a_session(shop: SmallProject) -> None:
    with session(shop.project, "regulars run", lambda: NOON), view(shop.project, clock) as context:
        assert not context.exclusive
        assert context.started_at == clock()
    with view(shop.project, clock):
        pass
    assert len(Ledger(shop.project.state).runs()) == 1


def clock() -> datetime:
    return datetime(2025, 1, 1, tzinfo=UTC)
