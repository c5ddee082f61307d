"""A mail server and a web server on this machine that keep what they are sent."""

from __future__ import annotations

import email
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Sink:
    """What arrived at a port, in order; `status` is what the web server answers."""

    port: int = 0
    status: int = 200
    received: list[Any] = field(default_factory=list)
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    refusals: int = 0  # how many requests are answered 503 first


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """An SMTP server without encryption, as one on the same machine is."""
    sink = Sink()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 sink\r\n")
            while line := self.rfile.readline():
                verb = line.split(b":")[0].strip().upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    mail = email.message_from_bytes(b"".join(lines), policy=default)
                    assert isinstance(mail, EmailMessage)
                    sink.received.append(mail)
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
                if verb == b"QUIT":
                    return

    with served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        sink.port = port
        yield sink


@contextmanager
def web_sink() -> Iterator[Sink]:
    """A web server that takes JSON; a GET arrives as its path."""
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            sink.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.answer(json.loads(body))

        def do_GET(self) -> None:
            self.answer(self.path)

        def answer(self, content: Any) -> None:
            sink.received.append(content)
            sink.refusals -= 1
            self.send_response(503 if sink.refusals >= 0 else sink.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with served(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        sink.port = port
        yield sink


@contextmanager
def served(server: socketserver.TCPServer) -> Iterator[int]:
    """The port of a server that runs meanwhile."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
