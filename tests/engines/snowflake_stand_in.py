"""A stand-in for Snowflake, started by the tests in an environment of its own, gone at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from regulars.core.settings import EngineSettings
from regulars.warehouse.engines.snowflake import SnowflakeWarehouse
from regulars.warehouse.engines.snowflake_connection import Account
from tests.conftest import ENGINES
from tests.engines.server import free_port

_ENVIRONMENT = ENGINES / "snowflake-server"
_PYTHON = _ENVIRONMENT / "bin" / "python"
PASSWORD = "pass word/€"
_PATIENCE = 60


def is_installed() -> bool:
    """Whether there are both the stand-in and what connects to it."""
    has_client = find_spec("snowflake") is not None and find_spec("dbt.adapters.snowflake")
    return (_ENVIRONMENT / "installed").exists() and bool(has_client)


@dataclass(frozen=True)
class SnowflakeStandIn:
    """A running server; each database is another company's."""

    port: int
    key: Path  # of the user, with a passphrase
    password: str = PASSWORD
    passphrase: str = PASSWORD
    _databases: Iterator[int] = field(default_factory=count)

    def settings(self, database: str | None = None) -> dict[str, Any]:
        """The engine of a project file, with an empty database unless one is named."""
        return {
            "type": "snowflake",
            "account": "stand_in",
            "user": "regulars",
            "database": database or f"shop_{next(self._databases)}",
            "warehouse": "small",
            "role": "analyst",
            "host": "localhost",
            "port": self.port,
            "protocol": "http",
        }

    def logins(self) -> list[dict[str, Any]]:
        """What connections asked for, the newest last."""
        return list(httpx.get(f"http://localhost:{self.port}/logins").json())

    def warehouse(self, **settings: Any) -> SnowflakeWarehouse:
        """An empty warehouse, or that of a database."""
        return SnowflakeWarehouse(Account.of(EngineSettings(**self.settings() | settings)))


@contextmanager
def running_stand_in(folder: Path) -> Iterator[SnowflakeStandIn]:
    """A server of its own; the key of its user lies in the folder."""
    port = free_port()
    key = folder / "key.p8"
    public = made_key(key)
    program = Path(__file__).with_name("snowflake_server.py")
    # It must not see this environment's packages, which have the same names in other versions.
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"STAND_IN_PASSWORD": PASSWORD, "STAND_IN_KEY": public}
    server = subprocess.Popen(
        [_PYTHON, "-P", program, str(port)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, server)
        yield SnowflakeStandIn(port, key)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def made_key(file: Path) -> str:
    """Write a private key, and give the public one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PASSWORD.encode()),
        )
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public.decode()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the stand-in for Snowflake does not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the stand-in for Snowflake does not answer")
