"""Stage and publish a release, and die at its n-th file operation, for n = 1, 2, 3, ... in turn.

`python killed_release.py FOLDER`: each death happens to a copy of its own in FOLDER/<n>, which
holds a published release r1 of one delivery; r2 would be of two. Prints the number of deaths.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from regulars.release.event_store import EventStore
from regulars.release.event_tables import write_events
from regulars.release.project_facts import ReleaseManifest
from regulars.release.release_store import Releases
from tests.release.events import AS_OF, DAY, Event, EventWarehouse

_CHANGES = frozenset({"os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir"})


def warehouse_of(deliveries: int) -> EventWarehouse:
    """A warehouse with so many deliveries of one event each."""
    warehouse = EventWarehouse()
    for number in range(deliveries):
        warehouse.deliver(f"d{number}", Event(f"e{number}", AS_OF - DAY, None))
    return warehouse


def release(state: Path, name: str, warehouse: EventWarehouse) -> None:
    """A whole release, published, with older files removed."""
    store, releases = EventStore(state), Releases(state)
    folder = releases.prepare(name)
    tables, files = write_events(warehouse.open, store, folder, days=None, run_id=name)
    releases.seal(
        ReleaseManifest(
            release_id=name, run_id=name, project="shop", created_at="2024-07-01",
            as_of="2024-06-22", tables=tables,
        )
    )  # fmt: skip
    store.keep(files)
    releases.publish(name)
    releases.prune(keep=1)


def _die_at(number: int, state: Path) -> None:
    seen = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in _CHANGES or (event == "open" and str(arguments[0]).startswith(str(state))):
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _in_a_child(act: Callable[[], None]) -> bool:
    """Whether a child, forked before any database of this process starts threads, was killed."""
    child = os.fork()
    if child == 0:
        act()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(root: Path) -> None:
    _in_a_child(lambda: release(root / "before", "r1", warehouse_of(1)))
    number, killed = 0, True
    while killed:
        number += 1
        state = root / str(number)
        shutil.copytree(root / "before", state)

        def die(number: int = number, state: Path = state) -> None:
            warehouse = warehouse_of(2)
            _die_at(number, state)
            release(state, "r2", warehouse)

        killed = _in_a_child(die)
    shutil.rmtree(state)
    print(number - 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
