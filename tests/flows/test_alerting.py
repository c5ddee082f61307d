"""One message for what is new, none for what was told, one when all is well again."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from regulars.cli.app import main
from regulars.core.errors import RegularsError
from regulars.core.lock import project_lock
from regulars.flows.check_events import record_check_events
from regulars.flows.sending_alerts import alert, open_alerts, snooze, try_channels
from regulars.flows.session import view
from regulars.ingest.quality.findings import Finding
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.operation_events import EventKind, EventLog
from tests.alert_sinks import Sink, mail_sink, web_sink
from tests.small_projects import NOON, SmallProject

ALERTS = """
alerts:
  webhook: ALERT_URL
  heartbeat: BEAT_URL
  email: {{host: 127.0.0.1, port: {port}, security: none, sender: shop@x.org, to: [ann@x.org]}}
  owners: {{check: data team, check.sales: sales team}}
  link: http://dashboard.example/
"""
CANARY = "canary-4711"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    with web_sink() as sink:
        monkeypatch.setenv("ALERT_URL", f"http://127.0.0.1:{sink.port}/{CANARY}")
        monkeypatch.setenv("BEAT_URL", f"http://127.0.0.1:{sink.port}/beat")
        yield sink


@pytest.fixture
def mail() -> Iterator[Sink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def told(shop: SmallProject, web: Sink, mail: Sink) -> SmallProject:
    """The shop, which tells both sinks, after a first look at which all was well."""
    add(shop, ALERTS.format(port=mail.port))
    look(shop)
    return shop


def add(shop: SmallProject, text: str) -> None:
    shop.write({"regulars.yaml": (shop.folder / "regulars.yaml").read_text() + text})


def look(shop: SmallProject, *, hours: float = 0) -> list[str]:
    outcome = alert(shop.project, clock=lambda: NOON + timedelta(hours=hours))
    return [f"{notice.change} {notice.name}" for notice in outcome.notices.sent]


def judged(
    shop: SmallProject, *failing: str, count: int = 20, severity: str = "error", hours: float = 0
) -> None:
    """A run whose checks came out so."""
    findings = [
        Finding(name, "orphans", severity, name not in failing, "", "sales", 3)
        for name in (f"sales.check_{number}" for number in range(count))
    ]
    with view(shop.project, lambda: NOON + timedelta(hours=hours)) as context:
        record_check_events(context, findings)


ALL = [f"sales.check_{number}" for number in range(20)]


def test_twenty_failing_checks_are_one_message_ten_more_runs_none_and_their_end_is_one(
    told: SmallProject, web: Sink, mail: Sink
) -> None:
    judged(told, *ALL)
    assert len(look(told)) == 20
    assert (len(web.received), len(mail.received)) == (1, 1)
    for minutes in range(1, 11):
        judged(told, *ALL, hours=minutes / 60)
        assert look(told, hours=minutes / 60) == []
    assert (len(web.received), len(mail.received)) == (1, 1)
    judged(told, hours=1)
    assert len(look(told, hours=1)) == 20
    assert look(told, hours=1.1) == []
    assert (len(web.received), len(mail.received)) == (2, 2)
    assert mail.received[0]["Subject"] == "[regulars] corner shop: 20 errors"
    assert mail.received[1]["Subject"] == "[regulars] corner shop: 20 resolved"
    assert mail.received[0]["To"] == "ann@x.org"


def test_a_message_says_who_what_and_what_to_do(told: SmallProject, web: Sink, mail: Sink) -> None:
    judged(told, "sales.check_7")
    look(told)
    (posted,) = web.received
    (notice,) = posted["notices"]
    assert (notice["name"], notice["owner"]) == ("check.sales.check_7", "sales team")
    assert (notice["change"], notice["severity"]) == ("opened", "error")
    text = mail.received[0].get_content()
    for part in (
        "sales team",
        "3 rows",
        "regulars check --show sales.check_7",
        "dashboard.example",
    ):
        assert part in text
        assert part in posted["text"]


def test_a_run_that_fails_tells_once_and_the_run_that_heals_tells_that(
    told: SmallProject, web: Sink
) -> None:
    sales = (told.folder / "sales.csv").read_bytes()
    (told.folder / "sales.csv").unlink()
    for _ in range(3):
        with pytest.raises(RegularsError):
            told.run("land")
    assert [[notice["change"] for notice in post["notices"]] for post in web.received] == [
        ["opened"]
    ]
    assert web.received[0]["run_id"] == Ledger(told.project.state).runs()[-1].run_id
    told.write({"sales.csv": sales})
    told.run("land")
    posted, beat = web.received[1:]
    assert [notice["change"] for notice in posted["notices"]] == ["resolved"]
    assert beat == "/beat"


def test_what_is_so_from_the_first_look_on_wakes_nobody(shop: SmallProject, web: Sink) -> None:
    add(shop, "alerts: {webhook: ALERT_URL, remind_hours: 1}\n")
    judged(shop, "sales.check_1")
    assert look(shop) == []
    assert look(shop, hours=5) == []
    judged(shop, "sales.check_1", "sales.check_2")
    assert look(shop, hours=5) == ["opened check.sales.check_2"]
    judged(shop)
    assert look(shop, hours=5.1) == ["resolved check.sales.check_2"]
    judged(shop, "sales.check_1")
    assert look(shop, hours=5.2) == ["opened check.sales.check_1"]


def test_who_snoozes_before_the_first_look_keeps_the_baseline(
    shop: SmallProject, web: Sink
) -> None:
    add(shop, "alerts: {webhook: ALERT_URL}\n")
    snooze(shop.project, "x", until=NOON + timedelta(hours=1), by="ann", clock=lambda: NOON)
    judged(shop, "sales.check_1")
    assert look(shop) == []


def test_a_first_run_that_fails_is_told(shop: SmallProject, web: Sink) -> None:
    add(shop, "alerts: {webhook: ALERT_URL}\n")
    (shop.folder / "sales.csv").unlink()
    with pytest.raises(RegularsError):
        shop.run("land")
    assert [notice["name"] for notice in web.received[0]["notices"]] == ["step.land"]


def test_what_stays_open_is_told_again_after_a_day(told: SmallProject) -> None:
    judged(told, "sales.check_1")
    look(told)
    assert look(told, hours=23.9) == []
    assert look(told, hours=24) == ["reminded check.sales.check_1"]
    assert look(told, hours=25) == []


def test_a_warning_that_becomes_an_error_is_told_again(told: SmallProject) -> None:
    judged(told, "sales.check_1", severity="warning")
    assert look(told) == ["opened check.sales.check_1"]
    judged(told, "sales.check_1", severity="error")
    assert look(told, hours=0.1) == ["opened check.sales.check_1"]
    judged(told, "sales.check_1", severity="warning")
    assert look(told, hours=0.2) == []


def test_a_check_that_was_set_to_off_is_resolved(told: SmallProject) -> None:
    judged(told, "sales.check_19")
    look(told)
    judged(told, count=19)
    assert look(told, hours=0.1) == ["resolved check.sales.check_19"]


def test_in_quiet_hours_warnings_wait_and_errors_do_not(told: SmallProject) -> None:
    add(told, "  quiet: {begin: '12:00', end: '14:00'}\n")
    with view(told.project, lambda: NOON) as context:
        wrong = (("sales.check_1", "warning"), ("x", "error"))
        findings = [Finding(name, "orphans", level, False, "", None, 1) for name, level in wrong]
        record_check_events(context, findings)
    assert look(told, hours=1.9) == ["opened check.x"]
    assert look(told, hours=2) == ["opened check.sales.check_1"]


def test_quiet_hours_go_past_midnight_in_the_time_of_the_project(told: SmallProject) -> None:
    told.change("project: corner shop", "project: corner shop\ntimezone: Asia/Tokyo")
    add(told, "  quiet: {begin: '20:00', end: '08:00', holds: all}\n")  # 11:00 to 23:00 in UTC
    judged(told, "sales.check_1")
    assert look(told, hours=10.9) == []
    assert look(told, hours=11) == ["opened check.sales.check_1"]


def test_a_snoozed_alert_is_silent_until_its_end_and_says_by_whom(told: SmallProject) -> None:
    judged(told, "sales.check_1")
    look(told)
    snooze(
        told.project, "check.sales.check_1", until=NOON + timedelta(hours=30), by="ann",
        clock=lambda: NOON,
    )  # fmt: skip
    assert look(told, hours=29.9) == []
    (listed,) = open_alerts(told.project, clock=lambda: NOON)
    assert listed.state is not None
    assert (listed.state.snoozed_by, listed.owner) == ("ann", "sales team")
    assert look(told, hours=30) == ["reminded check.sales.check_1"]


def test_an_alert_that_comes_and_goes_while_it_is_snoozed_is_not_told(told: SmallProject) -> None:
    snooze(
        told.project, "check.sales.check_1", until=NOON + timedelta(hours=9), by="ann",
        clock=lambda: NOON,
    )  # fmt: skip
    for hours in (1, 3):
        judged(told, "sales.check_1")
        assert look(told, hours=hours) == []
        judged(told)
        assert look(told, hours=hours + 1) == []
    judged(told, "sales.check_1")
    assert look(told, hours=9) == ["opened check.sales.check_1"]


def test_what_no_channel_took_is_told_by_the_next_look(told: SmallProject, web: Sink) -> None:
    told.change("email:", "email_off:")
    text = (told.folder / "regulars.yaml").read_text()
    told.write({"regulars.yaml": "\n".join(x for x in text.splitlines() if "email_off" not in x)})
    judged(told, "sales.check_1")
    web.status = 500
    outcome = alert(told.project, clock=lambda: NOON)
    assert outcome.failures == {"webhook": "webhook: the server answered 500"}
    web.status = 200
    assert look(told, hours=0.1) == ["opened check.sales.check_1"]
    assert look(told, hours=0.2) == []


def test_one_channel_that_is_down_does_not_repeat_the_message_on_the_other(
    told: SmallProject, web: Sink, mail: Sink
) -> None:
    web.status = 500
    judged(told, "sales.check_1")
    look(told)
    assert look(told, hours=0.1) == []
    assert len(mail.received) == 1
    event = EventLog(Ledger(told.project.state)).latest(EventKind.ALERT)["check.sales.check_1"]
    assert event.facts["undelivered"] == ["webhook"]


def test_no_run_since_is_told_within_the_interval_and_five_minutes(told: SmallProject) -> None:
    add(told, "  no_run_hours: 1\n")
    assert look(told) == ["opened no_run"]  # it never ran at all
    ledger = Ledger(told.project.state)
    from regulars.core.step_results import StepOutcome, StepResult, StepStatus

    ledger.start_run("one", command="regulars run", now=NOON, version="1")
    step = ledger.start_step("one", step="publish", fingerprint="", now=NOON)
    result = StepResult(facts={"release_id": "one"})
    done = StepOutcome(name="publish", status=StepStatus.DONE, seconds=1, result=result)
    ledger.end_step(step, done, now=NOON)
    ledger.end_run("one", status="done", now=NOON, as_of=None, error=None)
    assert look(told, hours=1) == ["resolved no_run"]
    with project_lock(told.project.state, command="run", now=NOON):  # one that works now
        ledger.start_run("two", command="regulars run", now=NOON, version="1")
        assert look(told, hours=6) == []
        assert look(told, hours=6.1) == ["opened no_run"]
    assert look(told, hours=6.2) == []


def test_the_test_message_reaches_every_channel_and_names_those_that_fail(
    told: SmallProject, web: Sink, mail: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert try_channels(told.project, clock=lambda: NOON) == {"webhook": None, "email": None}
    assert (len(web.received), len(mail.received)) == (1, 1)
    monkeypatch.delenv("ALERT_URL")
    failed = try_channels(told.project, clock=lambda: NOON)["webhook"]
    assert failed is not None
    assert "ALERT_URL" in failed


def test_no_secret_and_no_address_is_logged_or_stored(
    told: SmallProject,
    web: Sink,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    judged(told, "sales.check_1")
    for status in (500, 302, 200):
        web.status = status
        try_channels(told.project, clock=lambda: NOON)
        look(told)
    assert CANARY not in caplog.text
    with pytest.raises(SystemExit):
        main(["events", "--project", str(told.folder), "--json"])
    assert CANARY not in capsys.readouterr().out
    stored = b"".join(path.read_bytes() for path in told.project.state.rglob("*") if path.is_file())
    assert CANARY.encode() not in stored


def test_a_secret_in_the_project_file_is_refused(shop: SmallProject) -> None:
    add(shop, "alerts: {webhook: 'https://hooks.example/abc'}\n")
    with pytest.raises(RegularsError, match=r"alerts\.webhook"):
        _ = shop.project


def run_main(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0)


def test_the_watch_answers_a_scheduler_by_its_exit_code(
    told: SmallProject, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--project", str(told.folder))
    assert run_main("alerts", "watch", *place) == 0
    judged(told, "sales.check_1", severity="warning")
    assert run_main("alerts", "watch", *place) == 0
    judged(told, "sales.check_1")
    assert run_main("alerts", "watch", *place) == 1
    add(told, "  no_run_hours: 1\n")
    assert run_main("alerts", "watch", *place) == 4
    capsys.readouterr()
    assert run_main("alerts", "list", *place, "--json") == 0
    assert [alert["name"] for alert in json.loads(capsys.readouterr().out)] == [
        "check.sales.check_1",
        "no_run",
    ]
