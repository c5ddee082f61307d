"""A Spark cluster of the tests' own: a master and two workers on this machine, on free ports."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 120  # seconds, on a machine that is busy with other tests


def is_absent() -> str | None:
    """Why there is no Spark here, if there is none."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed: make test-engines ENGINE=spark"
    return None if shutil.which("java") else "no Java is installed"


@dataclass
class Cluster:
    """A running cluster: the address of its master, and the processes of its workers."""

    master: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def running(folder: Path, *, workers: int = 2, memory: str = "1g") -> Iterator[Cluster]:
    """A cluster for as long as it is needed; logs and work lie in the folder."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        master = _process(folder, "master", "Master", "--host", "127.0.0.1", "--port", "0")
        started.append(master)
        address = _said(folder / "master.log", r"Starting Spark master at (spark://\S+)", master)
        cluster = Cluster(address, [])
        for number in range(workers):
            name = f"worker{number}"
            options = ["--host", "127.0.0.1", "--cores", "1", "--memory", memory]
            work = ["--work-dir", str(folder / name), "--webui-port", "0", address]
            worker = _process(folder, name, "Worker", *options, *work)
            started.append(worker)
            cluster.workers.append(worker)
            _said(folder / f"{name}.log", r"Successfully registered with (master)", worker)
        yield cluster
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def _process(folder: Path, name: str, role: str, *options: str) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    if role == "Master":
        options = (*options, "--webui-port", "0")
    settings = {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOG_DIR": str(folder),
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "PYSPARK_PYTHON": sys.executable,
        # Its log tells when it is there.
        "SPARK_MASTER_OPTS": "-Dlog4j2.level=INFO",
        "SPARK_WORKER_OPTS": "-Dlog4j2.level=INFO",
    }
    config = folder / "log4j2.properties"
    config.write_text(_LOGGING, "utf-8")
    command = [
        str(home / "bin" / "spark-class"),
        f"org.apache.spark.deploy.{'master' if role == 'Master' else 'worker'}.{role}",
        *options,
    ]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            command, env=os.environ | settings | {"SPARK_CONF_DIR": str(folder)},
            stdout=log, stderr=subprocess.STDOUT, cwd=folder,
        )  # fmt: skip


_LOGGING = """
rootLogger.level = info
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %m%n
"""


def _said(log: Path, pattern: str, process: subprocess.Popen[bytes]) -> str:
    """What a process says of itself in its log, once it does."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if match := re.search(pattern, log.read_text("utf-8", errors="replace")):
            return match[1]
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(f"{log.name}: {log.read_text('utf-8', errors='replace')[-2000:]}")
