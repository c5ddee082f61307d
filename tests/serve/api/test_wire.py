"""What only a real connection shows: half-open ones end, and no body is read for a stranger."""

from __future__ import annotations

import json
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn

from regulars.serve.api.admission import BodyLimits
from regulars.serve.api.connections import timed_protocol
from tests.serve.api.conftest import NOW, PROJECT, Shop
from tests.small_release import SmallRelease

HEAD_SECONDS = 0.6
PIECE = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
POST = "POST /api/audiences HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{more}\r\n"
Connect = Callable[[], socket.socket]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("wire")
    (folder / "regulars.yaml").write_text(PROJECT)
    made = Shop(folder)
    made.publish(SmallRelease())
    return made


@pytest.fixture(scope="module")
def key(shop: Shop) -> str:
    return shop.keys.create("crm", scopes=["read"], at=NOW)[1]


@pytest.fixture(scope="module")
def connect(shop: Shop, key: str) -> Iterator[Connect]:
    """Opens connections to a server in a thread; half-open ones and slow bodies end soon."""
    app = shop.app()
    for middleware in app.user_middleware:
        if middleware.cls.__name__ == "Admission":
            middleware.kwargs["limits"] = BodyLimits(idle=HEAD_SECONDS)
    config = uvicorn.Config(app, log_level="critical", http=timed_protocol(HEAD_SECONDS))
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        address = listening.getsockname()

        def opened() -> socket.socket:
            return socket.create_connection(address, timeout=20)

        while not server.started:
            time.sleep(0.01)
        yield opened
        server.should_exit = True
        thread.join(10)


def answer_of(connection: socket.socket) -> tuple[int, str]:
    """Status and text of an answer, to the end of the connection."""
    text = b""
    while piece := connection.recv(2**16):
        text += piece
    return int(text.split(b" ", 2)[1]), text.decode()


@contextmanager
def posted(connect: Connect, more: str = "") -> Iterator[socket.socket]:
    """A connection on which the head of a request with a chunked body was sent."""
    with connect() as connection:
        connection.sendall(POST.format(more=f"{more}Transfer-Encoding: chunked\r\n").encode())
        yield connection


def test_a_body_without_a_key_costs_no_memory(connect: Connect) -> None:
    def refused_megabytes(number: int) -> int:
        with posted(connect) as connection:
            connection.settimeout(5)
            sent = 0
            try:
                while sent < number * 2**20:
                    connection.sendall(PIECE)
                    sent += 2**16
            except OSError:
                pass  # the server has closed: it does not read for ever
            return sent

    refused_megabytes(1)
    tracemalloc.start()
    try:
        assert refused_megabytes(20) > 0
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_who_streams_without_a_key_reads_the_refusal(connect: Connect) -> None:
    with posted(connect) as connection:
        for _ in range(32):
            connection.sendall(PIECE)
        connection.sendall(b"0\r\n\r\n")
        status, text = answer_of(connection)
    assert status == 401
    assert "connection: close" in text.lower()
    assert json.loads(text.rsplit("\r\n\r\n", 1)[1])["detail"] == "This needs a key."


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        ([b"x" * 2**19, b"x" * 2**19, b"x"], 413),  # a byte more than a megabyte
        ([b"[" + b"[]," * 10**5], 413),  # too many values
        ([b"[" * 10**4], 400),
        ([b"{"], 408),  # and nothing more for a while
    ],
)
def test_a_body_is_measured_as_it_arrives(
    connect: Connect, key: str, pieces: list[bytes], status: int
) -> None:
    with posted(connect, f"X-API-Key: {key}\r\nConnection: close\r\n") as connection:
        for piece in pieces:
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if status != 408:
            connection.sendall(b"0\r\n\r\n")
        assert answer_of(connection)[0] == status


def test_a_body_within_the_limits_is_answered(connect: Connect, key: str) -> None:
    with posted(connect, f"X-API-Key: {key}\r\nConnection: close\r\n") as connection:
        connection.sendall(b'12\r\n{"risks": ["High"]}\r\n0\r\n\r\n'.replace(b"12", b"13"))
        status, text = answer_of(connection)
    assert status == 200
    assert '"customers":1' in text


def test_half_open_connections_end_and_the_rest_is_served(connect: Connect, key: str) -> None:
    with ExitStack() as stack:
        waiting = [stack.enter_context(connect()) for _ in range(100)]
        for number, connection in enumerate(waiting):
            if number % 2:
                connection.sendall(b"GET /api/segments HTTP/1.1\r\nHost: loc")
        started = time.monotonic()
        with connect() as connection:
            connection.sendall(
                f"GET /api/segments HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\n"
                "Connection: close\r\n\r\n".encode()
            )
            assert answer_of(connection)[0] == 200
        assert all(connection.recv(1) == b"" for connection in waiting)
        assert time.monotonic() - started < 20 * HEAD_SECONDS


def test_the_second_request_of_a_connection_must_come_whole_too(connect: Connect, key: str) -> None:
    head = f"GET /api/segments HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\n"
    with connect() as connection:
        connection.sendall(f"{head}\r\n".encode())
        time.sleep(2 * HEAD_SECONDS)  # between requests it may rest
        connection.sendall(head.encode())
        started = time.monotonic()
        status, text = answer_of(connection)
        assert time.monotonic() - started < 20 * HEAD_SECONDS
    assert status == 200
    assert text.count("HTTP/1.1 ") == 1
