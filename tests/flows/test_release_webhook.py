"""A program is told of a published release: once, with an HMAC, and again until it took it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator

import pytest
from httpx_retries import Retry

from regulars.cli.app import main
from regulars.core.errors import DeliveryError
from regulars.flows.announcing_releases import announce_after_run, announce_release
from regulars.release.release_store import Releases
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.operation_events import EventKind, EventLog, OperationEvent
from tests.alert_sinks import Sink, web_sink
from tests.small_projects import NOON, SmallProject
from tests.small_release import ANNA, RELEASE_ID, SmallRelease

AT_ONCE = Retry(total=3, allowed_methods=["POST"], respect_retry_after_header=False)
KEY = b"secret of the shop"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    with web_sink() as sink:
        monkeypatch.setenv("RELEASE_URL", f"http://127.0.0.1:{sink.port}/canary-4711")
        monkeypatch.setenv("RELEASE_SECRET", f"whsec_{base64.b64encode(KEY).decode()}")
        yield sink


@pytest.fixture
def published(shop: SmallProject) -> SmallProject:
    """The shop with a release that a run has published."""
    text = (shop.folder / "regulars.yaml").read_text()
    webhook = "alerts: {release_webhook: {url: RELEASE_URL, secret: RELEASE_SECRET}}\n"
    shop.write({"regulars.yaml": text + webhook})
    publish(shop)
    return shop


def publish(shop: SmallProject) -> None:
    releases = Releases(shop.project.state)
    if not releases.is_published:
        SmallRelease(customers=[ANNA]).write(releases.path(RELEASE_ID))
        releases.publish(RELEASE_ID)
    log(shop).append(
        [OperationEvent(EventKind.RELEASE, RELEASE_ID, "published", NOON.isoformat(), "run-1")]
    )


def log(shop: SmallProject) -> EventLog:
    return EventLog(Ledger(shop.project.state))


def announce(shop: SmallProject) -> str | None:
    return announce_release(shop.project, clock=lambda: NOON, retry=AT_ONCE)


def test_a_release_is_announced_once_with_an_hmac_of_what_was_sent(
    published: SmallProject, web: Sink
) -> None:
    assert announce(published) == RELEASE_ID
    assert announce(published) is None
    ((headers, body),) = web.posts
    event = json.loads(body)
    assert event["type"] == "release.published"
    assert event["data"] == {
        "project": "corner shop", "release_id": RELEASE_ID, "run_id": "run-1",
        "as_of": event["data"]["as_of"],
    }  # fmt: skip
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(KEY, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    publish(published)  # once more
    assert announce(published) == RELEASE_ID
    assert web.posts[1][0]["webhook-id"] != headers["webhook-id"]


def test_a_receiver_that_is_down_for_a_moment_gets_the_same_event(
    published: SmallProject, web: Sink
) -> None:
    web.refusals = 3
    assert announce(published) == RELEASE_ID
    assert len(web.posts) == 4
    assert len({(headers["webhook-id"], body) for headers, body in web.posts}) == 1


def test_what_a_receiver_did_not_take_is_posted_by_the_next_look(
    published: SmallProject, web: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    web.refusals = 4
    with pytest.raises(DeliveryError, match="503"):
        announce(published)
    assert log(published).latest(EventKind.RELEASE)[RELEASE_ID].status == "published"
    assert announce(published) == RELEASE_ID
    assert log(published).latest(EventKind.RELEASE)[RELEASE_ID].status == "announced"
    publish(published)
    web.status = 400  # this is not asked again
    announce_after_run(published.project, clock=lambda: NOON)
    assert len(web.posts) == 6
    assert "400" in caplog.text
    assert "canary" not in caplog.text


def test_an_older_release_that_is_current_again_is_not_announced(
    published: SmallProject, web: Sink
) -> None:
    assert announce(published) == RELEASE_ID
    log(published).append(
        [OperationEvent(EventKind.RELEASE, "another", "published", NOON.isoformat(), "run-2")]
    )
    assert announce(published) is None


def test_the_end_of_a_run_announces_what_was_published(shop: SmallProject, web: Sink) -> None:
    text = (shop.folder / "regulars.yaml").read_text()
    webhook = "alerts: {release_webhook: {url: RELEASE_URL, secret: RELEASE_SECRET}}\n"
    shop.write({"regulars.yaml": text + webhook})
    publish(shop)
    shop.run("land")  # any run posts what was not posted yet
    assert json.loads(web.posts[0][1])["data"]["release_id"] == RELEASE_ID


def test_the_watch_says_what_is_wrong_also_where_nobody_takes_the_news(
    published: SmallProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DeliveryError("release_webhook: the server answered 500")

    monkeypatch.setattr("regulars.flows.announcing_releases.post_event", refuse)
    with pytest.raises(SystemExit) as left:
        main(["alerts", "watch", "--project", str(published.folder)])
    said = capsys.readouterr()
    assert left.value.code == 4  # no run has ended well since
    assert "the server answered 500" in said.err
    assert "1 wrong, 0 sent now" in said.out
