"""Ask a server at a steady rate, and say how long each answer took.

A time runs from the moment a question was due, not from when it could be sent, so a server that
falls behind is charged for it. The customers of a release are repeated under new ids until there
are enough, in a folder of their own, and a server is started there as a user would.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from measuring import Failed

from regulars.core.settings import read_project
from regulars.insights.release_reading import read_current
from regulars.release.release_store import Releases
from regulars.warehouse.engines.duckdb import ROWS_IN_GROUP

Question = Callable[[int], tuple[str, str, dict[str, Any] | None]]
_REPEATED = ("customer_360_profile", "customer_scored", "customer_value")


def larger_company(project: Path, target: Path, *, customers: int) -> list[str]:
    """A project folder whose release has so many customers; their ids in no order."""
    source = read_current(read_project(project)).folder
    shutil.copy(project / "regulars.yaml", target)
    releases = Releases(target / ".regulars")
    folder = releases.path(source.name)
    shutil.copytree(source, folder)
    for name in _REPEATED:
        table = pq.read_table(source / f"{name}.parquet")
        pq.write_table(
            repeated(table, customers),
            folder / f"{name}.parquet",
            compression="zstd",
            row_group_size=ROWS_IN_GROUP,
        )
    releases.publish(source.name)
    ids = pq.read_table(folder / "customer_360_profile.parquet", columns=["customer_id"])
    found = ids["customer_id"].to_numpy(zero_copy_only=False)
    np.random.default_rng(1).shuffle(found)
    return [str(one) for one in found]


def repeated(table: pa.Table, rows: int) -> pa.Table:
    """The rows of a table again and again, with ids of their own, in the order of ids."""
    if not table.num_rows:
        return table
    times = -(-rows // table.num_rows)
    whole = pa.concat_tables([table] * times).slice(0, rows)
    numbers = pa.array(np.repeat(np.arange(times), table.num_rows)[:rows]).cast(pa.string())
    ids = pc.binary_join_element_wise(whole["customer_id"], numbers, "-")
    at = whole.column_names.index("customer_id")
    return whole.set_column(at, "customer_id", ids).sort_by("customer_id")


def bodies(project: Path, *, most: int = 200) -> list[dict[str, Any]]:
    """What a company knows of some customers who bought, as they would be posted."""
    folder = read_current(read_project(project)).folder
    events = pq.read_table(
        folder / "fct_transactions.parquet",
        columns=["customer_id", "occurred_at", "amount", "order_id", "kind", "product"],
    ).sort_by("customer_id")
    ids = pc.unique(events["customer_id"]).to_pylist()[:most]
    found = []
    for one in ids:
        rows = events.filter(pc.equal(events["customer_id"], one)).to_pylist()
        known = [
            {name: _plain(value) for name, value in row.items() if value is not None}
            for row in rows
        ]
        found.append({"transactions": known})
    return found


def _plain(value: Any) -> Any:
    return (
        value
        if isinstance(value, str)
        else value.isoformat()
        if hasattr(value, "isoformat")
        else float(value)
    )


class Connections:
    """Plain HTTP over open connections: a client that costs little beside the server."""

    def __init__(self, url: str) -> None:
        self._host, _, port = url.removeprefix("http://").partition(":")
        self._port = int(port)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    def written(self, method: str, path: str, body: dict[str, Any] | None) -> bytes:
        """A request as it goes over the wire."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        return head.encode() + content

    async def ask(self, request: bytes) -> None:
        """Send it and read the answer. Raises Failed where that is not 200."""
        if not self._idle:
            self._idle.append(await asyncio.open_connection(self._host, self._port))
        reader, writer = connection = self._idle.pop()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise Failed(head.decode())
        length = next(one for one in head.lower().split(b"\r\n") if one.startswith(b"content-le"))
        await reader.readexactly(int(length.split(b":")[1]))
        self._idle.append(connection)


async def asked(url: str, question: Question, *, rate: float, seconds: float) -> np.ndarray:
    """Seconds from when each question was due to its answer."""
    client = Connections(url)
    requests = [client.written(*question(at)) for at in range(round(rate * seconds))]
    begin = time.perf_counter() + 0.5
    taken = np.zeros(len(requests))

    async def ask(number: int) -> None:
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await client.ask(requests[number])
        taken[number] = time.perf_counter() - due

    await asyncio.gather(*(ask(number) for number in range(len(requests))))
    return taken


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """The address of a server of this project, which ends with the block."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "regulars", "-p", str(folder)),
        *("serve", "--port", str(port), "--rate", "0"),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            if not server.stdout.readline():
                raise Failed("the server did not start: `regulars serve` says why")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def processor_seconds(url: str) -> float:
    """What the server has used of its processors so far."""
    lines = httpx.get(f"{url}/metrics").text.splitlines()
    line = next(one for one in lines if one.startswith("process_cpu_seconds_total"))
    return float(line.split()[1])
