"""Run the API: on this machine only unless asked otherwise, and never open to others unlocked."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

from regulars.core.errors import DataError, MissingExtra
from regulars.core.settings import Project
from regulars.release.release_store import Releases
from regulars.serve.api.access import is_this_machine
from regulars.serve.api.keys import Keys

_THREADS = 2 * (os.cpu_count() or 2) + 2


def check_before_serving(project: Project, host: str) -> None:
    """Raises what would make a server useless or unsafe: no extra, no release, no key for others.

    ReleaseError without a published release, DataError where others could call without a key.
    """
    try:
        import fastapi
        import prometheus_client
        import uvicorn
    except ImportError as error:
        raise MissingExtra(error.name or "fastapi", extra="api") from None
    del fastapi, prometheus_client, uvicorn
    Releases(project.state).current()
    if not is_this_machine(host) and not Keys(project.state).are_needed:
        raise DataError(
            f"on {host}, others can call this server, and the project has no key",
            hint="Create one with `regulars keys create NAME --scope read`, or leave --host out.",
        )


def serve(app: object, *, host: str, port: int, started: Callable[[], None]) -> None:
    """Answer until interrupted; `started` is called once the port is open."""
    import uvicorn
    from anyio import to_thread

    from regulars.serve.api.connections import timed_protocol

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            # answers are work, not waiting: more threads than processors only get in their own way
            to_thread.current_default_thread_limiter().total_tokens = _THREADS
            await super().startup(sockets)
            if self.started:
                started()

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the address of the peer is what a header cannot claim
        http=timed_protocol(),
        timeout_graceful_shutdown=10,
        timeout_keep_alive=75,
    )
    Server(config).run()
