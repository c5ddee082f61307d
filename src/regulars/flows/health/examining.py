"""Look at every part of a project's state, and at each file as its readers do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from regulars.core.errors import LockedError, NewerRelease, RegularsError
from regulars.core.lock import holder_of
from regulars.core.private_folder import is_open_to_others
from regulars.core.settings import Project
from regulars.flows.health.findings import Damage, Examination, Finding
from regulars.ml.registry import Registry, load_estimator
from regulars.release.event_store import EventStore
from regulars.release.release_health import check_release
from regulars.release.release_store import MANIFEST, Releases
from regulars.serve.api.keys import Keys
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.opening import warehouse_exists
from regulars.warehouse.warehouse_health import check_warehouse

# A run writes the warehouse and a release anew: it needs about as much again as they take now.
_SPARE_BYTES = 200_000_000
_READ_ERRORS = (RegularsError, ValueError, OSError)


def examine(project: Project, *, contents: bool = True, is_holder: bool = False) -> Examination:
    """All damage of a project's state; `contents` also reads every table to its last row.

    `is_holder` is for who holds the project: nobody else writes to it then.
    """
    if not project.state.exists():
        return Examination((), ())
    holder = None if is_holder else holder_of(project.state)
    parts = {
        "folder": _folder(project),
        "records of runs": _records(project),
        "warehouse": _warehouse(project, contents=contents),
        "estimators": _estimators(project, contents=contents),
        "releases": _releases(project, contents=contents, is_held=holder is not None),
        "pointer": _pointer(project),
        "events": _events(project, is_held=holder is not None),
        "keys": _keys(project),
    }
    findings: list[Finding] = []
    busy: list[str] = []
    for name, part_findings in parts.items():
        try:
            findings += part_findings
        except LockedError:
            busy.append(name)
    examined = tuple(name for name in parts if name not in busy)
    return Examination(tuple(findings), examined, tuple(busy), holder)


def _folder(project: Project) -> Iterator[Finding]:
    state = project.state
    if is_open_to_others(state):
        yield Finding(Damage.OPEN_TO_OTHERS, state)
    if not os.access(state, os.W_OK | os.X_OK):
        yield Finding(Damage.CANNOT_BE_WRITTEN, state)
    free, taken = shutil.disk_usage(state).free, _size(state)
    if free < min(taken, _SPARE_BYTES * 50) + _SPARE_BYTES:
        yield Finding(Damage.DISK_NEARLY_FULL, state, f"{free:,} bytes free, {taken:,} in use")


def _records(project: Project) -> Iterator[Finding]:
    ledger = Ledger(project.state)
    try:
        ledger.check()
    except _READ_ERRORS as error:
        yield Finding(Damage.RECORDS, ledger.path, _what(error))


def _warehouse(project: Project, *, contents: bool) -> Iterator[Finding]:
    path = project.root / project.engine.path
    if project.engine.type == "duckdb" and not warehouse_exists(project):
        try:
            has_landed = Ledger(project.state).last_result("land") is not None
        except _READ_ERRORS:
            return  # the records are a finding of their own
        if has_landed:
            yield Finding(Damage.WAREHOUSE_GONE, path)
        return
    trouble = check_warehouse(project, contents=contents)
    if trouble is not None:
        yield Finding(Damage.WAREHOUSE, path, trouble)


def _estimators(project: Project, *, contents: bool) -> Iterator[Finding]:
    registry = Registry(project.state)
    try:
        champion = registry.index.champion
        registry.scorings()
    except _READ_ERRORS as error:
        yield Finding(Damage.ESTIMATORS, registry.index_file, _what(error))
        return
    if champion is None:
        return
    path = registry.folder(champion) / "estimator.joblib"
    try:
        registry.report_of(champion)
        if not path.exists():
            yield Finding(Damage.CHAMPION, path)
        elif contents:
            load_estimator(path)
    except _READ_ERRORS as error:
        yield Finding(Damage.CHAMPION, path, _what(error))


def _releases(project: Project, *, contents: bool, is_held: bool) -> Iterator[Finding]:
    """A folder without a manifest may belong to the run that goes on."""
    folder = Releases(project.state).folder
    for name in [] if is_held else Releases(project.state).unsealed():
        yield Finding(Damage.UNFINISHED_RELEASE, folder / name)
    for release in sorted(path.parent for path in folder.glob(f"*/{MANIFEST}")):
        try:
            check_release(release, contents=contents)
        except NewerRelease as error:
            yield Finding(Damage.NEWER_RELEASE, release, _what(error))
        except _READ_ERRORS as error:
            yield Finding(Damage.RELEASE, release, _what(error))


def _pointer(project: Project) -> Iterator[Finding]:
    releases = Releases(project.state)
    if not releases.pointer.exists():
        if any(releases.folder.glob(f"*/{MANIFEST}")):
            yield Finding(Damage.POINTER, releases.pointer)
        return
    try:
        current = releases.current_id()
    except _READ_ERRORS as error:
        yield Finding(Damage.POINTER, releases.pointer, _what(error))
        return
    if not (releases.path(current) / MANIFEST).exists():
        yield Finding(Damage.POINTER, releases.pointer, current)


def _events(project: Project, *, is_held: bool) -> Iterator[Finding]:
    """Files that nobody lists may be what a run is writing."""
    events = EventStore(project.state)
    for name in events.damaged():
        yield Finding(Damage.EVENTS, events.folder / name)
    if not is_held and (unused := events.orphans()):
        yield Finding(Damage.UNUSED_EVENTS, events.folder, ", ".join(unused))


def _keys(project: Project) -> Iterator[Finding]:
    keys = Keys(project.state)
    try:
        keys.all()
        if keys.are_lost:
            yield Finding(Damage.API_KEYS_GONE, keys.file)
    except _READ_ERRORS as error:
        yield Finding(Damage.API_KEYS, keys.file, _what(error))


def _what(error: Exception) -> str:
    return error.what if isinstance(error, RegularsError) else str(error).splitlines()[0]


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
