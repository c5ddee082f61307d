"""One run at a time per project: a lock that names its holder and does not outlive it.

The lock itself belongs to the operating system, which releases it when the holder dies in any
way; the file beside it only says who holds it and since when.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from regulars.core.errors import LockedError
from regulars.core.private_folder import make_private


@contextmanager
def project_lock(
    state: Path, *, command: str, now: datetime, wait: float = 0
) -> Iterator[str | None]:
    """Hold the project; yields what a dead holder left, or None.

    Raises LockedError where somebody else holds it for longer than `wait` seconds.
    """
    make_private(state)
    lock = FileLock(state / "run.lock")
    holder = state / "run.holder.json"
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise LockedError(
            f"another run holds this project: {_describe(holder)}",
            where=str(state.parent),
            hint="Wait for it to end (`regulars run --wait 600`), or stop that process. Reading "
            "commands work meanwhile.",
        ) from None
    try:
        dead_holder = _describe(holder) if holder.exists() else None
        holder.write_text(json.dumps(_this_process(command, now)), "utf-8")
        yield dead_holder
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def holder_of(state: Path) -> str | None:
    """Who holds the project now, in words; None where nobody does."""
    lock = FileLock(state / "run.lock")
    if not (state / "run.lock").exists():
        return None
    try:
        with lock.acquire(timeout=0):
            return None
    except Timeout:
        return _describe(state / "run.holder.json")
    except OSError:  # a folder that may only be read: the lock cannot be tried
        holder = state / "run.holder.json"
        return _describe(holder) if holder.exists() else None


def _this_process(command: str, now: datetime) -> dict[str, str | int]:
    return {
        "command": command,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "user": user_name(),
        "since": now.isoformat(timespec="seconds"),
    }


def user_name() -> str:
    """The user's name; a container may run under a number that has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "somebody"


def _describe(holder: Path) -> str:
    try:
        process = json.loads(holder.read_text("utf-8"))
        return (
            f"`{process['command']}` by {process['user']} on {process['host']} "
            f"(process {process['pid']}), since {process['since']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has not written its name yet"
