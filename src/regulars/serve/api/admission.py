"""What stands before a body: who sends it is asked first, then it is measured as it arrives."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regulars.serve.api.access import Dependencies, admit
from regulars.serve.api.problems import Refusal, refused

_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_LINGER = 2.0  # seconds in which the rest of a refused body is thrown away


@dataclass(frozen=True)
class BodyLimits:
    """The largest body of a route, in bytes and in JSON values, and how slowly it may come.

    `values` bounds memory: a megabyte of `[],` becomes sixty of empty lists. `idle` and `whole` are
    seconds, until the next piece and until the last.
    """

    size: int = 2**20
    values: int = 100_000
    idle: float = 10.0
    whole: float = 120.0


_ROWS = BodyLimits(size=64 * 2**20, values=3_000_000)
LIMITS = {"/api/score": _ROWS, "/api/score/jobs": _ROWS}


class Admission:
    """Refuses a request with a body by its head alone, and else lets in so much of the body.

    The stream itself is counted: what a caller states of its length is believed only where it says
    that there is too much.
    """

    def __init__(
        self, app: ASGIApp, *, dependencies: Dependencies, limits: BodyLimits | None = None
    ) -> None:
        self._app = app
        self._dependencies = dependencies
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY:
            await self._app(scope, receive, send)
            return
        limits = self._limits or LIMITS.get(scope["path"], BodyLimits())
        request = Request(scope)
        body = _Body(request, receive, limits)
        answer = _Closing(send, body)
        try:
            admit(self._dependencies, request)
            body.check_stated_length()
        except Refusal as refusal:
            await refused(request, refusal)(scope, body.receive, answer.send)
        except HTTPException as error:
            await refused(request, Refusal(error.status_code, error.detail))(
                scope, body.receive, answer.send
            )
        else:
            await self._app(scope, body.receive, answer.send)


class _Body:
    """The body of one request: how much came, and whether all of it did."""

    def __init__(self, request: Request, receive: Receive, limits: BodyLimits) -> None:
        self._receive = receive
        self._stated = request.headers.get("content-length", "")
        self._limits = limits
        self._size = self._values = 0
        self._until = time.monotonic() + limits.whole
        chunked = "transfer-encoding" in request.headers
        self.is_complete = not chunked and self._stated in ("", "0")

    def check_stated_length(self) -> None:
        """Raises 413 where the caller itself says that the body is too large."""
        if self._stated.isdigit() and int(self._stated) > self._limits.size:
            raise self._too_large()

    async def receive(self) -> Message:
        """The next message; raises 413 for a body that is too large, 408 for one too slow."""
        if self.is_complete:  # only the end of the connection is still to come
            return await self._receive()
        seconds = min(self._limits.idle, self._until - time.monotonic())
        try:
            message = await asyncio.wait_for(self._receive(), max(seconds, 0))
        except TimeoutError:
            raise HTTPException(408, "The body did not arrive in time.") from None
        self._count(message)
        return message

    async def discard(self) -> None:
        """Throw away the rest, for a short time: the caller can read the refusal meanwhile."""
        until = time.monotonic() + _LINGER
        while not self.is_complete and (left := until - time.monotonic()) > 0:
            try:
                message = await asyncio.wait_for(self._receive(), left)
            except TimeoutError:
                return
            self._note_end(message)

    def _count(self, message: Message) -> None:
        self._note_end(message)
        piece: bytes = message.get("body", b"")
        self._size += len(piece)
        self._values += sum(map(piece.count, (b",", b"[", b"{")))
        if self._size > self._limits.size:
            raise self._too_large()
        if self._values > self._limits.values:
            raise HTTPException(
                413,
                f"A body has at most {self._limits.values:,} values here.",
            )

    def _note_end(self, message: Message) -> None:
        self.is_complete = message["type"] != "http.request" or not message.get("more_body")

    def _too_large(self) -> HTTPException:
        return HTTPException(413, f"A body has at most {self._limits.size:,} bytes here.")


class _Closing:
    """Sends an answer; where the body was not read to its end, the connection closes after it."""

    def __init__(self, send: Send, body: _Body) -> None:
        self._send = send
        self._body = body
        self._closes = False

    async def send(self, message: Message) -> None:
        """Send a message; the last one waits until the rest of the body was thrown away."""
        if message["type"] == "http.response.start" and not self._body.is_complete:
            self._closes = True
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        if not self._closes or message["type"] != "http.response.body" or message.get("more_body"):
            await self._send(message)
            return
        await self._send({**message, "more_body": True})
        await self._body.discard()
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})
