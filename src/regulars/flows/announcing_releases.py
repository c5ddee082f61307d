"""Tell the release webhook which release was published, once, and again until it was taken."""

from __future__ import annotations

import os

from httpx_retries import Retry

from regulars.core.settings import Project
from regulars.flows.sending_alerts import alone, log_undelivered
from regulars.flows.session import Clock
from regulars.release.release_store import Releases
from regulars.serve.alerts.release_webhook import RETRY, post_event
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.operation_events import EventKind, EventLog, OperationEvent, text_of

ANNOUNCED = "announced"


def announce_after_run(project: Project, *, clock: Clock) -> None:
    """The same at the end of a run, which nothing of this may break."""
    try:
        announce_release(project, clock=clock)
    except Exception as error:
        log_undelivered(error)


def announce_release(project: Project, *, clock: Clock, retry: Retry = RETRY) -> str | None:
    """Post the current release where that was not done yet; its id, or None.

    What the receiver did not take (DeliveryError) is posted by the next run or look.
    """
    settings, releases = project.alerts.release_webhook, Releases(project.state)
    if settings is None or not releases.is_published:
        return None
    with alone(project):
        log, manifest = EventLog(Ledger(project.state)), releases.current()
        newest = log.latest(EventKind.RELEASE).get(manifest.release_id)
        if newest is None or newest.status != "published":
            return None
        event = {
            "type": "release.published",
            "timestamp": newest.at,
            "data": {
                "project": project.project,
                "release_id": manifest.release_id,
                "run_id": newest.run_id,
                "as_of": manifest.as_of,
            },
        }
        event_id = f"{manifest.release_id}.{newest.event_id}"
        post_event(
            settings, event, event_id=event_id, at=clock(), environment=os.environ, retry=retry
        )
        log.append(
            [
                OperationEvent(
                    EventKind.RELEASE, manifest.release_id, ANNOUNCED, text_of(clock()),
                    newest.run_id,
                )
            ]
        )  # fmt: skip
        return manifest.release_id
