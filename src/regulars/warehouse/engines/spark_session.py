"""A Spark session as the warehouse needs it, and what can go wrong with it as sentences."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.core.errors import EngineError, MissingExtra

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_QUIET = Path(__file__).with_name("spark_log4j2.properties")
_SESSIONS: list[SparkSession] = []
_SETTINGS = {
    "spark.app.name": "regulars",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.extraJavaOptions": f"-Dlog4j.configurationFile={_QUIET.as_uri()}",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    # Parts of expressions would be computed before the condition that they stand behind.
    "spark.sql.subexpressionElimination.enabled": "false",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.sources.partitionOverwriteMode": "static",
    "spark.sql.maxMetadataStringLength": "100",
    "spark.sql.debug.maxToStringFields": "10",
    "spark.python.worker.reuse": "true",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}
# Planning and compiling code takes longer than computing with as few rows as a small company has.
_OF_FEW_ROWS = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
}
_OF_MANY_ROWS = {
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
}


def start(master: str, *, options: Mapping[str, str]) -> SparkSession:
    """A session of its own views on the one connection to Spark that a process can have.

    Raises MissingExtra without pyspark, EngineError without Java or where no master answers.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtra("pyspark", extra="spark") from None
    _check_java()
    _check_master(master)
    held = {session.sparkContext.master for session in _SESSIONS} - {master}
    if held:
        raise EngineError(
            f"this process is connected to {held.pop()} already",
            where=master,
            hint="One process has one connection to Spark: run the two projects one by one.",
        )
    # What goes wrong is said once, by the errors of this project.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    # Workers must run the Python that this program runs, which has its packages.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    address = "127.0.0.1" if _is_on_this_machine(master) else None
    if address is not None:
        os.environ.setdefault("SPARK_LOCAL_IP", address)
    settings = dict(_SETTINGS)
    if address is not None:
        settings |= {"spark.driver.host": address, "spark.driver.bindAddress": address}
    builder = SparkSession.builder.master(master)
    for name, value in (settings | dict(options)).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate().newSession()
    except (PySparkException, OSError, RuntimeError) as error:
        raise EngineError(
            f"Spark does not start: {first_line(error)}",
            where=master,
            hint="Look at engine.master and engine.options in regulars.yaml.",
        ) from error
    _SESSIONS.append(session)
    return session


def end(session: SparkSession) -> None:
    """Let go of a session; with the last one the connection to Spark ends."""
    _SESSIONS.remove(session)
    if not _SESSIONS:
        session.sparkContext.stop()


def fit(session: SparkSession, *, is_small: bool, options: Mapping[str, str]) -> None:
    """Let a session plan for few rows or for many; `options` of the project go before ours."""
    for name, value in (_OF_FEW_ROWS if is_small else _OF_MANY_ROWS).items():
        session.conf.set(name, options.get(name, value))
    if not is_small and "spark.sql.shuffle.partitions" not in options:
        cores = session.sparkContext.defaultParallelism
        session.conf.set("spark.sql.shuffle.partitions", str(max(4, 2 * cores)))


@contextmanager
def mapped_errors() -> Iterator[None]:
    """What Spark says, as an error of ours in one line."""
    from py4j.protocol import Py4JError, Py4JNetworkError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JNetworkError, ConnectionError) as error:
        raise EngineError(
            "Spark has gone away",
            hint="Look at its log; when it answers again, run again: what was done is kept.",
        ) from error
    except (PySparkException, Py4JError) as error:
        raise EngineError(first_line(error)) from error


def first_line(error: BaseException) -> str:
    """What an error of Spark says, without its classes and the statement."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if line.startswith(("Caused by: ", ": "))]
    line = causes[-1] if causes else lines[0] if lines else type(error).__name__
    return line.removeprefix("Caused by: ").removeprefix(": ").partition(" SQLSTATE")[0]


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    is_there = (Path(home) / "bin" / "java").exists() if home else shutil.which("java") is not None
    if not is_there:
        raise EngineError(
            "Spark needs Java, and there is none",
            where=f"JAVA_HOME={home}" if home else "PATH",
            hint="Install Java 17 (Debian: apt-get install openjdk-17-jre-headless), or let "
            "JAVA_HOME name the folder of one.",
        )


def _check_master(master: str) -> None:
    """A master that does not answer would be waited for by Spark for minutes."""
    if not master.startswith("spark://"):
        return
    addresses = [_address(part, master) for part in master.removeprefix("spark://").split(",")]
    for host, port in addresses:
        try:
            socket.create_connection((host, port), timeout=5).close()
            return
        except OSError:
            continue
    raise EngineError(
        "no Spark master answers",
        where=master,
        hint="Start it, or correct engine.master in regulars.yaml.",
    )


def _address(text: str, master: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise EngineError(
            "this is no address of a Spark master",
            where=master,
            hint="Write engine.master as spark://host:7077, or local[2] for this machine.",
        )
    return host, int(port)


def _is_on_this_machine(master: str) -> bool:
    return master.startswith(("local", "spark://127.0.0.1:", "spark://localhost:"))
