"""Who gets in: keys, scopes, limits; and what everybody is told who does not."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars.core.errors import DataError, ReleaseError
from regulars.core.settings import read_project
from regulars.serve.api.access import is_this_machine
from regulars.serve.api.access_trail import AccessTrail
from regulars.serve.api.app import Options
from regulars.serve.api.server import check_before_serving
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.operation_events import EventKind, EventLog
from tests.serve.api.conftest import NOW, Shop, TestClient
from tests.small_release import ANNA, SmallRelease


def test_only_a_digest_of_a_key_is_kept(shop: Shop) -> None:
    key, text = shop.keys.create("crm", scopes=["read"], at=NOW)
    kept = shop.keys.file.read_text("utf-8")
    assert text not in kept
    assert text.split("_", 2)[2] not in kept
    assert key.digest in kept
    assert stat.S_IMODE(shop.keys.file.stat().st_mode) == 0o600


def test_as_soon_as_there_is_a_key_everybody_needs_one(shop: Shop) -> None:
    client = shop.client()
    assert client.get("/api/segments").status_code == 200
    _, text = shop.keys.create("crm", scopes=["read"], at=NOW)
    refused = client.get("/api/segments")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert client.get("/api/health").status_code == 200
    assert client.get("/api/segments", headers={"X-API-Key": text}).status_code == 200
    assert (
        client.get("/api/segments", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    )


@pytest.mark.parametrize("wrong", ["", "rg_", "rg_abc_def", "nonsense", "rg_{id}_wrong", "é"])
def test_a_wrong_key_is_refused(shop: Shop, wrong: str) -> None:
    key, _ = shop.keys.create("crm", scopes=["read"], at=NOW)
    sent = f"Bearer {wrong.format(id=key.key_id)}".encode()
    assert shop.client().get("/api/segments", headers=[(b"Authorization", sent)]).status_code == 401


def test_a_revoked_key_stops_working_on_a_server_that_runs(shop: Shop) -> None:
    client = shop.client("read")
    assert client.get("/api/segments").status_code == 200
    shop.keys.revoke(shop.keys.all()[0].key_id, at=NOW)
    assert client.get("/api/segments").status_code == 401


def test_a_scope_opens_its_own_door_only(shop: Shop) -> None:
    reader, admin = shop.client("read"), shop.client("admin")
    assert reader.get("/api/keys").status_code == 403
    assert admin.get("/api/segments").status_code == 403
    listed = admin.get("/api/keys").json()
    assert [one["scopes"] for one in listed] == [["read"], ["admin"]]
    assert "digest" not in listed[0]
    key_id = listed[0]["key_id"]
    assert admin.delete(f"/api/keys/{key_id}").json()["revoked_at"] == NOW
    assert admin.delete("/api/keys/nobody").status_code == 404
    assert reader.get("/api/segments").status_code == 401


def test_a_key_needs_a_scope_that_there_is(shop: Shop) -> None:
    with pytest.raises(DataError, match="no scope 'write'"):
        shop.keys.create("crm", scopes=["read", "write"], at=NOW)


def test_without_keys_a_page_under_another_name_gets_nothing(shop: Shop) -> None:
    assert shop.client().get("/api/segments", headers={"Host": "evil.example"}).status_code == 403
    assert shop.client().get("/api/segments", headers={"Host": "[::1]:80"}).status_code == 200


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),  # its Host is localhost, which anybody can write
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),  # a proxy on this machine
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 403),
    ],
)
def test_without_keys_the_address_of_the_peer_decides(
    shop: Shop, peer: str, headers: dict[str, str], status: int
) -> None:
    client = TestClient(shop.app(), base_url="http://localhost", client=(peer, 50_000))
    assert client.get("/api/segments", headers=headers).status_code == status


@pytest.mark.parametrize("is_new_server", [True, False])
def test_a_key_file_that_is_gone_locks_everybody_out(shop: Shop, is_new_server: bool) -> None:
    client = shop.client("read")
    assert client.get("/api/segments").status_code == 200
    shop.keys.file.unlink()
    if is_new_server:
        key = client.headers["Authorization"]
        client = shop.client()
        client.headers["Authorization"] = key
    assert problem(client.get("/api/segments"), 503)["hint"].startswith("Restore")
    del client.headers["Authorization"]
    assert client.get("/api/segments").status_code == 503
    again = shop.client("read", app=client.app)
    assert again.get("/api/segments").status_code == 200


def test_a_project_of_an_earlier_version_has_no_mark_and_needs_its_keys(shop: Shop) -> None:
    client = shop.client("read")
    shop.keys.mark.unlink()
    assert client.get("/api/segments").status_code == 200
    shop.keys.file.write_text("{")
    assert client.get("/api/segments").status_code == 503
    assert shop.client().get("/api/segments").status_code == 503


@pytest.mark.parametrize(
    ("expires_at", "status"),
    [("2024-06-22T12:00:01+00:00", 200), (NOW, 401), ("2024-06-22T13:00:00+02:00", 401)],
)
def test_a_key_stops_working_when_it_expires(shop: Shop, expires_at: str, status: int) -> None:
    _, text = shop.keys.create("crm", scopes=["read"], at=NOW, expires_at=expires_at)
    answer = shop.client().get("/api/segments", headers={"X-API-Key": text})
    assert answer.status_code == status


def test_the_log_says_which_key_saw_which_customer(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    client = shop.client("read", "personal")
    (key,) = shop.keys.all()
    with caplog.at_level(logging.INFO, logger="regulars.serve.api.observing"):
        client.get("/api/customers/anna")
        client.get("/api/customers/anna%0Aby%20nobody/reasons")
        client.get("/api/customers?q=Berg")
    seen, forged, search = caplog.messages
    assert f"by key {key.key_id}, customer 'anna'" in seen
    assert "Berg" not in caplog.text
    assert "\n" not in forged
    assert search.endswith(f"by key {key.key_id}")


def test_the_log_holds_no_id_that_is_personal(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.publish(SmallRelease(customers=[ANNA], about={"personal_data": ["customer_id"]}), "r2")
    with caplog.at_level(logging.INFO, logger="regulars.serve.api.observing"):
        shop.client("read", "personal").get("/api/customers/anna")
    assert "customer sha256:" in caplog.text
    assert "anna" not in caplog.text


def test_no_answer_about_customers_is_kept_on_the_way(shop: Shop) -> None:
    client = shop.client("read", "personal")
    for path in ("/api/customers/anna", "/api/artifacts/manifest.json", "/api/customers?q=x"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_who_asks_too_often_waits_and_others_do_not(shop: Shop) -> None:
    app = shop.app(Options(rate=0.01, burst=3))  # three in five minutes
    busy, other = shop.client("read", app=app), shop.client("read", app=app)
    assert [busy.get("/api/segments").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = busy.get("/api/segments")
    assert refused.headers["Retry-After"] == "300"
    assert other.get("/api/segments").status_code == 200


def test_when_the_window_has_moved_on_the_caller_is_answered_again(shop: Shop) -> None:
    client = shop.client("read", app=shop.app(Options(rate=1e4, burst=1)))  # one in 0.1 ms
    assert [client.get("/api/segments").status_code for _ in range(3)] == [200, 200, 200]


def test_guessing_keys_is_limited_too(shop: Shop) -> None:
    client = shop.client("read", app=shop.app(Options(rate=0.01, burst=2)))
    wrong = {"Authorization": "Bearer rg_a_b"}
    found = [client.get("/api/segments", headers=wrong).status_code for _ in range(3)]
    assert found == [401, 401, 429]


def problem(answer: Any, status: int) -> dict[str, Any]:
    """A problem of the one shape that all errors have."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "request_id"} <= set(told)
    assert told["status"] == status
    assert told["request_id"] == answer.headers["X-Request-ID"]
    return told


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/customers/nobody", 404),
        ("GET", "/api/customers?limit=x", 422),
        ("GET", "/api/customers?limmit=1", 422),
        ("GET", "/api/customers?segment=Nobody", 404),
        ("GET", "/api/customers?where=city", 422),
        ("PUT", "/api/customers", 405),
        ("POST", "/api/audiences", 422),
    ],
)
def test_every_error_has_one_shape(shop: Shop, method: str, path: str, status: int) -> None:
    told = problem(shop.client().request(method, path), status)
    assert told["instance"] == path.split("?", maxsplit=1)[0]


@pytest.mark.parametrize("body", ["{", "[]", '{"nobody": 1}', '{"most": -1}', "\x00"])
def test_a_body_that_cannot_be_read_is_named(shop: Shop, body: str) -> None:
    answer = shop.client().post(
        "/api/audiences", content=body, headers={"Content-Type": "application/json"}
    )
    assert problem(answer, 422)["errors"]


@pytest.mark.parametrize(
    "body",
    [
        r'{"segments": ["\ud800"]}',
        r'{"attributes": {"city": ["\ud800"]}}',
        r'{"attributes": {"\ud800": ["Oslo"]}}',
        r'{"ranges": {"\udfff": {"low": 1}}}',
        r'{"\ud800": 1}',
    ],
)
def test_half_a_character_is_no_text(shop: Shop, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    problem(shop.client().post("/api/audiences", content=body, headers=headers), 422)


def test_a_body_that_is_too_large_is_not_read(shop: Shop) -> None:
    answer = shop.client().post("/api/audiences", headers={"Content-Length": str(10**9)})
    problem(answer, 413)


def test_the_inside_of_a_failure_is_not_told(shop: Shop) -> None:
    app = shop.app()

    def fails() -> None:
        raise RuntimeError("the password is in here")

    app.get("/api/fails")(fails)
    answer = shop.client(app=app).get("/api/fails")
    assert "password" not in answer.text
    problem(answer, 500)


def test_without_a_release_the_answer_is_later(new_shop: Callable[[], Shop]) -> None:
    client = new_shop().client()
    assert client.get("/api/health").json()["status"] == "no release"
    answer = client.get("/api/segments")
    problem(answer, 503)
    assert answer.headers["Retry-After"]


def test_a_request_id_is_kept_where_it_is_harmless(shop: Shop) -> None:
    client = shop.client()
    given = client.get("/api/health", headers={"X-Request-ID": "order-17.b"})
    assert given.headers["X-Request-ID"] == "order-17.b"
    given = client.get("/api/health", headers={"X-Request-ID": "a b\tc"})
    assert given.headers["X-Request-ID"] != "a b\tc"


def test_other_sites_may_call_only_where_they_are_named(shop: Shop) -> None:
    origin = {"Origin": "https://crm.example"}
    assert (
        "access-control-allow-origin"
        not in shop.client().get("/api/health", headers=origin).headers
    )
    app = shop.app(Options(rate=0, origins=("https://crm.example",)))
    allowed = shop.client(app=app).get("/api/health", headers=origin)
    assert allowed.headers["access-control-allow-origin"] == "https://crm.example"
    other = shop.client(app=app).get("/api/health", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers


def test_a_server_for_others_needs_a_key_and_a_release(
    shop: Shop, new_shop: Callable[[], Shop]
) -> None:
    project = read_project(shop.root)
    check_before_serving(project, "127.0.0.1")
    with pytest.raises(DataError, match="others can call"):
        check_before_serving(project, "0.0.0.0")
    shop.keys.create("crm", scopes=["read"], at=NOW)
    check_before_serving(project, "0.0.0.0")
    (shop.root / ".regulars" / "releases" / "CURRENT").unlink()
    with pytest.raises(ReleaseError, match="nothing has been published"):
        check_before_serving(project, "127.0.0.1")


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("shop.example", False),
    ],
)
def test_which_addresses_are_of_this_machine(host: str, alone: bool) -> None:
    assert is_this_machine(host) is alone


def test_a_damaged_file_of_keys_is_said(shop: Shop) -> None:
    shop.keys.file.write_text(json.dumps({"keys": [{"id": 1}]}))
    with pytest.raises(DataError, match="file of keys is damaged"):
        shop.keys.all()


def test_refusals_and_the_right_to_personal_data_are_events_without_the_customer(
    shop: Shop,
) -> None:
    for _ in range(3):
        shop.client("read", "personal").get("/api/customers/anna")
        shop.client("read").get("/api/customers/anna")
    shop.client("read").get("/api/keys")
    events = EventLog(Ledger(shop.root / ".regulars")).history(EventKind.ACCESS)
    routes = [(event.status, event.facts["route"]) for event in events]
    assert routes.count(("refused", "/api/keys")) == 1
    assert ("personal", "/api/customers/{customer_id:path}") in routes
    assert "anna" not in str(events)


def test_an_hour_of_one_caller_and_route_is_one_event(tmp_path: Path) -> None:
    trail = AccessTrail(tmp_path)
    for at in ("2024-06-22T12:00", "2024-06-22T12:59", "2024-06-22T13:00"):
        trail.note("key a", route="/api/segments", status=200, sees_personal=True, at=at)
    trail.note("key a", route="/api/segments", status=404, sees_personal=True, at=at)
    assert [event.at[:13] for event in EventLog(Ledger(tmp_path)).history(EventKind.ACCESS)] == [
        "2024-06-22T12",
        "2024-06-22T13",
    ]
