"""Repair what can be repaired without a decision of the owner. Nothing damaged is deleted.

What is damaged goes to `.regulars/quarantine`; the next run makes what it held anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from regulars.core.errors import RegularsError
from regulars.core.lock import project_lock
from regulars.core.private_folder import make_private
from regulars.core.settings import Project
from regulars.flows.health.examining import examine
from regulars.flows.health.findings import Damage, Finding
from regulars.ml.registry import Registry, load_estimator
from regulars.release.event_store import EventStore
from regulars.release.project_facts import ReleaseManifest
from regulars.release.release_health import check_release
from regulars.release.release_store import Releases
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.operation_events import EventKind, EventLog, OperationEvent, text_of

QUARANTINE = "quarantine"
# SQLite and DuckDB keep what was written last beside their file.
_LOGS = ("-wal", "-shm", ".wal")


class Deed(StrEnum):
    """What a repair did."""

    CLOSED = "closed"
    QUARANTINED = "quarantined"
    REMOVED = "removed"
    POINTED = "pointed"
    WITHDRAWN = "withdrawn"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True)
class Repair:
    """What was found, what was done about it, and the file, release or estimator used instead."""

    finding: Finding
    deed: Deed
    instead: str = ""


def repair(
    project: Project, *, now: datetime, contents: bool = True
) -> tuple[list[Repair], list[Finding]]:
    """What was done, and what is still to be done by the owner.

    Raises LockedError where a run holds the project.
    """
    repaired: list[Repair] = []
    with project_lock(project.state, command="repair", now=now):
        for finding in _repairable(project, contents=contents):
            repaired.append(_REPAIRS[finding.damage](project, finding, now))
        # Last: the pointer may name a release that was quarantined only now.
        for finding in examine(project, contents=False, is_holder=True).findings:
            if finding.damage == Damage.POINTER:
                repaired.append(_point(project, finding, now))
        left = examine(project, contents=contents, is_holder=True).findings
    away = {done.finding.damage for done in repaired}
    return repaired, [
        finding
        for finding in left
        # It was quarantined a moment ago.
        if not (finding.damage == Damage.WAREHOUSE_GONE and Damage.WAREHOUSE in away)
    ]


def _repairable(project: Project, *, contents: bool) -> list[Finding]:
    order = list(Damage)
    repairable = [
        finding
        for finding in examine(project, contents=contents, is_holder=True).findings
        if finding.is_repairable and finding.damage != Damage.POINTER
    ]
    return sorted(repairable, key=lambda finding: order.index(finding.damage))


def _close(project: Project, finding: Finding, _: datetime) -> Repair:
    make_private(project.state)
    return Repair(finding, Deed.CLOSED)


def _quarantine(project: Project, finding: Finding, now: datetime) -> Repair:
    place = project.state / QUARANTINE / now.strftime("%Y%m%dT%H%M%S")
    for path in (finding.path, *(Path(f"{finding.path}{log}") for log in _LOGS)):
        if path.exists():
            _move(path, place / path.name)
    return Repair(finding, Deed.QUARANTINED, str(place / finding.path.name))


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, target)


def _quarantine_estimators(project: Project, finding: Finding, now: datetime) -> Repair:
    folder = Registry(project.state).index_file.parent
    return _quarantine(project, Finding(finding.damage, folder, finding.detail), now)


def _bring_back_champion(project: Project, finding: Finding, now: datetime) -> Repair:
    """The champion before, where its files can be read; else the next run trains anew."""
    registry = Registry(project.state)
    before = registry.champion_before()
    try:
        if before is not None:
            registry.report_of(before)
            load_estimator(registry.folder(before) / "estimator.joblib")
            registry.roll_back(at=now.isoformat(timespec="seconds"))
            return Repair(finding, Deed.ROLLED_BACK, before)
    except RegularsError:
        pass  # as damaged as the one after it
    return _quarantine_estimators(project, finding, now)


def _remove_release(project: Project, finding: Finding, _: datetime) -> Repair:
    Releases(project.state).remove([finding.path.name])
    return Repair(finding, Deed.REMOVED)


def _remove_events(project: Project, finding: Finding, _: datetime) -> Repair:
    EventStore(project.state).remove_orphans()
    return Repair(finding, Deed.REMOVED)


def _forget_events(project: Project, finding: Finding, now: datetime) -> Repair:
    """A list without the file: the next release writes its rows anew."""
    done = _quarantine(project, finding, now)
    EventStore(project.state).forget(finding.path)
    return done


def _point(project: Project, finding: Finding, now: datetime) -> Repair:
    """The newest release that is whole becomes the current one."""
    releases = Releases(project.state)
    if releases.pointer.is_dir():
        _quarantine(project, finding, now)
    for manifest in releases.sealed():
        if _is_whole(releases, manifest):
            releases.publish(manifest.release_id)
            _note(project, manifest.release_id, "published", now)
            return Repair(finding, Deed.POINTED, manifest.release_id)
    releases.withdraw()
    _note(project, "", "withdrawn", now)
    return Repair(finding, Deed.WITHDRAWN)


def _note(project: Project, release_id: str, status: str, now: datetime) -> None:
    event = OperationEvent(EventKind.RELEASE, release_id, status, text_of(now))
    EventLog(Ledger(project.state)).append([event])


def _is_whole(releases: Releases, manifest: ReleaseManifest) -> bool:
    try:
        check_release(releases.path(manifest.release_id))
    except (RegularsError, OSError):
        return False
    return True


_REPAIRS: dict[Damage, Callable[[Project, Finding, datetime], Repair]] = {
    Damage.OPEN_TO_OTHERS: _close,
    Damage.RECORDS: _quarantine,
    Damage.WAREHOUSE: _quarantine,
    Damage.ESTIMATORS: _quarantine_estimators,
    Damage.CHAMPION: _bring_back_champion,
    Damage.RELEASE: _quarantine,
    Damage.UNFINISHED_RELEASE: _remove_release,
    Damage.EVENTS: _forget_events,
    Damage.UNUSED_EVENTS: _remove_events,
}
