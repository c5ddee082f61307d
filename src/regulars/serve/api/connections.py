"""Connections of the server: one that does not send a whole request head in time is closed."""

from __future__ import annotations

import asyncio
from typing import Any

HEAD_SECONDS = 10.0
_READ_AT_ONCE = 2**16  # asyncio's own 256 KB are copied several times on their way


def timed_protocol(seconds: float = HEAD_SECONDS) -> type[asyncio.Protocol]:
    """The HTTP protocol of uvicorn, with the time limit that it lacks.

    Counts from the opening of the connection, and from the first bytes of every later request;
    between requests uvicorn's own keep-alive limit holds.
    """
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    base: Any = AutoHTTPProtocol

    class Timed(base):  # type: ignore[misc]  # which one it is depends on what is installed
        _head_timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            if hasattr(transport, "max_size"):
                transport.max_size = _READ_AT_ONCE
            self._begin_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._end_head()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._answers:
                self._end_head()
            elif self._head_timer is None:
                self._begin_head()

        @property
        def _answers(self) -> bool:
            """Whether the head of a request has arrived, and its answer is not complete."""
            return self.cycle is not None and not self.cycle.response_complete

        def _begin_head(self) -> None:
            self._head_timer = asyncio.get_running_loop().call_later(seconds, self._close)

        def _end_head(self) -> None:
            if self._head_timer is not None:
                self._head_timer.cancel()
                self._head_timer = None

        def _close(self) -> None:
            self._head_timer = None
            if not self._answers and not self.transport.is_closing():
                self.transport.close()

    return Timed
