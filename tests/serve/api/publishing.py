"""Publishes releases one after the other until it is killed: run by a test as a process."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from regulars.release.project_facts import ReleaseManifest
from regulars.release.release_store import MANIFEST, Releases
from tests.small_release import SmallRelease, person

NAMES = tuple(f"c{at}" for at in range(5))


def release_of(number: int) -> SmallRelease:
    """Five customers whose value is the number of the release."""
    return SmallRelease(customers=[person(one, risk=0.5, value=float(number)) for one in NAMES])


def publish(state: Path, number: int) -> None:
    """Write, seal and publish release `rN`, and let old ones go, as a run does."""
    releases = Releases(state)
    release_id = f"r{number:06d}"
    draft = release_of(number).write(state / "drafts" / release_id)
    (draft / MANIFEST).unlink()  # sealing writes it, last
    shutil.copytree(draft, releases.prepare(release_id), dirs_exist_ok=True)
    releases.seal(
        ReleaseManifest(
            release_id=release_id,
            run_id=release_id,
            project="shop",
            created_at=f"2024-06-22T12:00:00+00:00 {number:06d}",
            as_of="2024-06-22",
            tables={},
        )
    )
    releases.publish(release_id)
    releases.prune(keep=5)


if __name__ == "__main__":
    for at in range(int(sys.argv[2]), 10**6):
        sys.stdin.readline()  # one release a line
        publish(Path(sys.argv[1]), at)
        print(at, flush=True)
