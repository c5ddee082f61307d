"""Connections to PostgreSQL: by URL, errors in plain words, and one writer per project."""

from __future__ import annotations

import getpass
import hashlib
import os
import socket
from typing import TYPE_CHECKING, Any

from regulars.core.errors import EngineError, LockedError, MissingExtra

if TYPE_CHECKING:
    import psycopg

SECRET = "DBT_ENV_SECRET_REGULARS_PASSWORD"  # dbt blots variables of this prefix out of its logs
_LONGEST_NAME = 63
# A run's statements are few and large: compiling them costs more than it gains, and sorts and
# hash tables need more memory than the server's default, which is for many small sessions.
SESSION = {"TimeZone": "UTC", "jit": "off", "work_mem": "64MB", "client_min_messages": "warning"}
# A holder whose machine is gone is noticed within two minutes, not within two hours.
_KEEPALIVE = {"tcp_keepalives_idle": 60, "tcp_keepalives_interval": 10, "tcp_keepalives_count": 6}
_ADVICE = {
    "password authentication failed": "Check user and password in engine.url, or set PGPASSWORD.",
    "no password supplied": "Put the password into engine.url as ${VARIABLE}, or set PGPASSWORD.",
    "does not exist": "Create it: create database NAME template template0 encoding 'UTF8'.",
    "no pg_hba.conf entry": "The server does not let this host or user in: see its pg_hba.conf.",
    "resolve": "Check the host in engine.url.",
    "translate host name": "Check the host in engine.url.",
    "too many connections": "Wait for other programs to end, or raise max_connections.",
}
_NO_ANSWER = "Start the server, or check host and port in engine.url."


def driver() -> Any:
    """The driver. Raises MissingExtra where it is not installed."""
    try:
        import psycopg
    except ImportError:
        raise MissingExtra("psycopg", extra="postgres") from None
    return psycopg


def parameters(url: str) -> dict[str, str]:
    """Host, port, user, password, dbname and options of a URL."""
    pg = driver()
    try:
        settings = pg.conninfo.conninfo_to_dict(url)
    except pg.ProgrammingError as error:
        raise EngineError(
            f"engine.url cannot be read: {first_line(error)}",
            hint="It looks like postgresql://user:${PGPASSWORD}@host:5432/database",
        ) from None
    return {name: str(value) for name, value in settings.items()}


def password(url: str) -> str:
    """The password of the URL or of the environment; empty where neither has one."""
    return parameters(url).get("password") or os.environ.get("PGPASSWORD", "")


def place(url: str) -> str:
    """Where the database is, without the password."""
    settings = parameters(url)
    user = f"{settings['user']}@" if "user" in settings else ""
    port = f":{settings['port']}" if "port" in settings else ""
    return (
        f"postgresql://{user}{settings.get('host', 'localhost')}{port}/{settings.get('dbname', '')}"
    )


def connect(url: str) -> psycopg.Connection[Any]:
    """An open connection in UTC. Raises EngineError that says what to do next."""
    pg = driver()
    try:
        connection = pg.connect(
            url,
            autocommit=True,
            application_name=_application_name(),
            connect_timeout=int(parameters(url).get("connect_timeout", 10)),
        )
    except pg.OperationalError as error:
        raise _refused(error, url) from None
    settings = SESSION if connection.info.host.startswith("/") else SESSION | _KEEPALIVE
    for name, value in settings.items():
        connection.execute(f"set {name} = '{value}'")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise EngineError(
            f"the database holds text as {encoding}, not as UTF8",
            where=place(url),
            hint="Use another: create database NAME template template0 encoding 'UTF8'.",
        )
    return connection  # type: ignore[no-any-return]


def take_lock(connection: psycopg.Connection[Any], *, schema_prefix: str, url: str) -> None:
    """Keep every other writer of the same schemas out until the connection ends.

    The lock belongs to the server, so it holds between machines, and it ends with its holder.
    Raises LockedError that names the holder.
    """
    key = int.from_bytes(
        hashlib.sha256(f"regulars {schema_prefix}".encode()).digest()[:8], signed=True
    )
    row = connection.execute(f"select pg_try_advisory_lock({key})").fetchone()
    if row is not None and row[0]:
        return
    holder = connection.execute(
        "select activity.application_name, activity.client_addr, activity.backend_start "
        "from pg_locks as locks inner join pg_stat_activity as activity "
        "on activity.pid = locks.pid "
        "where locks.locktype = 'advisory' and locks.granted and locks.objsubid = 1 "
        "and locks.database = (select oid from pg_database where datname = current_database()) "
        f"and (locks.classid::bigint << 32) | locks.objid::bigint = {key}"
    ).fetchone()
    connection.close()
    raise LockedError(
        f"another run holds this warehouse: {_holder(holder)}",
        where=place(url),
        hint="Wait for it to end, or stop that process. Reading commands work meanwhile.",
    )


def _holder(row: Any) -> str:
    if row is None:
        return "it ended just now"
    name, address, since = row
    origin = f" from {address}" if address else ""
    return f"{name or 'a program without a name'}{origin}, since {since:%Y-%m-%d %H:%M} UTC"


def _application_name() -> str:
    name = f"regulars by {getpass.getuser()} on {socket.gethostname()} (process {os.getpid()})"
    if len(name.encode()) > _LONGEST_NAME:
        name = f"regulars on {socket.gethostname()[:30]} (process {os.getpid()})"
    return name


def _refused(error: Exception, url: str) -> EngineError:
    message = str(error)
    reason = next((line for line in message.splitlines() if "FATAL" in line), first_line(error))
    advice = next((hint for words, hint in _ADVICE.items() if words in message), _NO_ANSWER)
    return EngineError(
        f"the PostgreSQL server cannot be used: {reason.split('FATAL:')[-1].strip()}",
        where=place(url),
        hint=advice,
    )


def first_line(error: Exception) -> str:
    """What the server says, in one line."""
    return str(error).split("\n", 1)[0]
