"""A PostgreSQL server for the tests: its own folder, port and password, gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER, PASSWORD = "owner", "pass word/€"
# Nothing here must outlive the tests, so the disk is never waited for.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "40",
}


@dataclass(frozen=True)
class Server:
    """A running server; `url` of a database in it, with the password unless told otherwise."""

    port: int

    def url(self, database: str, *, password: str = "pass%20word%2F%E2%82%AC") -> str:
        secret = f":{password}" if password else ""
        return f"postgresql://{OWNER}{secret}@127.0.0.1:{self.port}/{database}"


def programs() -> Path | None:
    """The folder of the server's programs, the newest where there are several."""
    found = shutil.which("postgres")
    if found is not None and Path(found).with_name("initdb").exists():
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return folders[-1].parent if folders else None


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server from the programs in `folder`; it refuses root, so root starts it as postgres."""
    user = "postgres" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="regulars-pg-"))
    try:
        secret = home / "password"
        secret.write_text(PASSWORD, "utf-8")
        if user is not None:
            for path in (home, secret):
                shutil.chown(path, user, user)

        def call(program: str, *arguments: str) -> None:
            subprocess.run(
                [folder / program, "-D", home / "data", *arguments],
                check=True,
                user=user,
                group=user,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )

        access = ["--auth-host=scram-sha-256", "--auth-local=reject", f"--pwfile={secret}"]
        call("initdb", "-U", OWNER, "-E", "UTF8", "--no-sync", *access)
        port = free_port()
        settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        call("pg_ctl", "-w", "-l", f"{home}/log", "-o", f"-p {port} -k {home} {settings}", "start")
        try:
            yield Server(port)
        finally:
            # pg_ctl stops the process whose number stands in this folder, and no other.
            call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
