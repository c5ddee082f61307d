"""Real servers on loopback: a web server, a store that speaks S3, a PostgreSQL server."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from regulars.core.errors import SourceError
from regulars.core.settings import Project, read_project
from regulars.ingest.landed import LandedSource
from regulars.ingest.landing import land
from regulars.ingest.sources.retrying import RetryPolicy
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.protocol import Warehouse
from tests.engines.conftest import new_database, postgres_url, server
from tests.ingest.conftest import FIRST_LANDING

__all__ = ["new_database", "postgres_url", "server"]
SALES = "id,who,total\n1,anna,10\n2,bert,5\n"


@dataclass
class Waits:
    """A sleeper that only remembers; `before` is called ahead of each wait."""

    slept: list[float] = field(default_factory=list)
    before: Any = None

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.before is not None:
            self.before(len(self.slept))

    @property
    def retry_policy(self) -> RetryPolicy:
        return RetryPolicy(sleep=self, jitter=0.0)


@pytest.fixture
def waits() -> Waits:
    """Nobody sleeps in tests."""
    return Waits()


class WebServer:
    """A web server whose files, answers and demands a test sets; `asked` keeps the requests."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.tags: dict[str, str] = {}
        self.encodings: dict[str, str] = {}  # Content-Encoding by path
        self.failures: list[int] = []  # statuses of the next answers
        self.retry_after: str | None = None  # what a busy server asks for
        self.broken: set[str] = set()  # paths whose body ends half-way
        self.moved: dict[str, str] = {}
        self.needs: dict[str, str] = {}  # headers that every request must have
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.bodies_sent = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        self.asked.append((path, headers))
        path = path.split("?", maxsplit=1)[0]
        if self.failures:
            wait = {"Retry-After": self.retry_after} if self.retry_after else {}
            return self.failures.pop(0), wait, b""
        if any(headers.get(name) != value for name, value in self.needs.items()):
            return 401, {}, b""
        if path in self.moved:
            return 302, {"Location": self.moved[path]}, b""
        if path not in self.files:
            return 404, {}, b""
        tag = self.tags.get(path)
        if tag and headers.get("If-None-Match") == tag:
            return 304, {}, b""
        sent = {"ETag": tag, "Content-Encoding": self.encodings.get(path)}
        return 200, {name: value for name, value in sent.items() if value}, self.files[path]

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = server.answer(self.path, dict(self.headers))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                half = self.path in server.broken
                self.wfile.write(body[: len(body) // 2] if half else body)
                server.bodies_sent += bool(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A web server on loopback."""
    server = WebServer()
    yield server
    server.close()


@dataclass
class Landings:
    """Landings of one source named `sales`, a day apart, with a sleeper that only remembers."""

    root: Path
    warehouse: Warehouse
    waits: Waits
    landings: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    name: str = "sales"

    def project(self, **source: Any) -> Project:
        """The project file with this source and further settings."""
        text = {
            "version": 1,
            "project": "shop",
            "sources": {self.name: source},
            "entities": {"customers": {"source": self.name, "columns": {"customer_id": "who"}}},
            **self.settings,
        }
        (self.root / "regulars.yaml").write_text(yaml.safe_dump(text, sort_keys=False))
        return read_project(self.root)

    def __call__(self, **source: Any) -> LandedSource:
        """Land the source as it is described."""
        now = FIRST_LANDING + timedelta(days=self.landings)
        self.landings += 1
        project = self.project(**source)
        landed = land(project, self.warehouse, now=now, retry_policy=self.waits.retry_policy)
        return landed.sources[0]

    def refused(self, **source: Any) -> SourceError:
        """The error of a landing that must fail."""
        with pytest.raises(SourceError) as caught:
            self(**source)
        return caught.value

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        """Rows of the current batches, in the order they were landed."""
        return self.warehouse.rows(
            f"select {columns} from {self.warehouse.relation('bronze', 'sales')} "
            f"where _batch_id in (select batch_id from {self.warehouse.relation('ops', 'batches')} "
            "where is_current) order by _landed_at, _file, _row_number"
        )

    def written(self) -> str:
        """Everything in the project's folder and in the ledger, to look for secrets in."""
        files = [path for path in self.root.rglob("*") if path.is_file()]
        texts = [path.read_bytes().decode("latin-1") for path in files if path.suffix != ".yaml"]
        for table in ("batches", "batch_files", "malformed_rows", "watermarks"):
            texts.append(str(self.warehouse.arrow(f"select * from ops.{table}").to_pylist()))
        return "\n".join(texts)


@pytest.fixture
def landing(tmp_path: Path, waits: Waits) -> Iterator[Landings]:
    """Land `sales` as a test describes it."""
    folder = tmp_path / "shop"
    folder.mkdir()
    warehouse = DuckDBWarehouse(folder / "warehouse.duckdb", threads=1)
    yield Landings(folder, warehouse, waits)
    warehouse.close()
