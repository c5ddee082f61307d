"""Files for schedulers: every target from one schedule, quoted, with secrets by name only."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from regulars.cli.app import main
from regulars.core.errors import SettingsError
from regulars.flows.deployment.targets import TARGETS, deployed_files, secret_names
from tests.small_projects import SmallProject

SCHEDULE = """
timezone: Europe/London
schedule: {run: "30 2 * * 1-5", data: "*/2 * * * *", wait: 60}
alerts: {webhook: ALERT_URL, heartbeat: BEAT_URL}
"""


def scheduled(shop: SmallProject) -> SmallProject:
    shop.write({"regulars.yaml": (shop.folder / "regulars.yaml").read_text() + SCHEDULE})
    return shop


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_file_says_in_its_head_how_it_was_checked(shop: SmallProject, target: str) -> None:
    texts = deployed_files(scheduled(shop).project, target)
    assert texts
    for name, text in texts.items():
        if name != "requirements.txt":
            assert text.startswith("#")
            assert TARGETS[target].checked in text.splitlines()[0]


@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"terraform", "compose"}))
def test_every_time_of_the_schedule_is_in_the_files(shop: SmallProject, target: str) -> None:
    text = "\n".join(deployed_files(scheduled(shop).project, target).values())
    times = ["Mon,Tue,Wed,Thu,Fri *-*-* 02:30:00"] if target == "systemd" else [
        "30 2 * * 1-5", "*/2 * * * *",
    ]  # fmt: skip
    assert all(time in text for time in times)
    assert target == "github-actions" or "Europe/London" in text


def test_a_task_of_airflow_has_one_retry_and_a_locked_project_is_no_failure(
    shop: SmallProject,
) -> None:
    (text,) = deployed_files(scheduled(shop).project, "airflow").values()
    compile(text, "dag.py", "exec")
    assert '"retries": 1' in text
    assert "skip_on_exit_code=75" in text


@pytest.mark.parametrize("target", ["compose", "github-actions", "kubernetes", "prefect"])
def test_yaml_is_yaml(shop: SmallProject, target: str) -> None:
    for name, text in deployed_files(scheduled(shop).project, target).items():
        if name.endswith((".yaml", ".yml")):
            assert all(isinstance(part, dict) for part in yaml.safe_load_all(text))


def test_a_project_without_a_schedule_says_what_to_add(shop: SmallProject) -> None:
    with pytest.raises(SettingsError, match="schedule"):
        deployed_files(shop.project, "cron")
    assert deployed_files(shop.project, "terraform")


def test_a_time_that_is_none_is_refused_with_its_line(shop: SmallProject) -> None:
    shop.change("version: 1", "version: 1\nschedule: {run: '61 2 * * *'}")
    with pytest.raises(SettingsError, match=r"schedule\.run.*minute"):
        _ = shop.project


def test_secrets_are_named_and_never_written(
    shop: SmallProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_KEY", "canary-4711")
    shop.change("project: corner shop", "project: corner shop\ncache: 'redis://:${DB_KEY}@host/0'")
    project = scheduled(shop).project
    assert secret_names(project) == ["ALERT_URL", "BEAT_URL", "DB_KEY"]
    for target in TARGETS:
        assert "canary-4711" not in "".join(deployed_files(project, target).values())


def test_a_shell_runs_the_line_of_cron_in_a_folder_of_any_name(tmp_path: Path) -> None:
    from tests.flows.conftest import SALES, SETTINGS
    from tests.small_projects import small_project

    folder = tmp_path / "ann's 50% shop"
    shop = scheduled(small_project(folder, {"regulars.yaml": SETTINGS, "sales.csv": SALES}))
    shop.write({"regulars.env": "COLOUR=blue\n"})
    crontab = deployed_files(shop.project, "cron")["regulars.crontab"]
    (line,) = [line for line in crontab.splitlines() if line.startswith("30 2")]
    command = line.split(" ", 5)[5].replace(r"\%", "%")
    assert "%" not in line.split(" ", 5)[5].replace(r"\%", "")
    environment, _, call = command.rpartition("; ")
    words = shlex.split(call)
    assert words[1:3] == ["--project", str(folder.resolve())]
    assert words[3:6] == ["run", "--wait", "60"]
    printed = subprocess.run(
        ["sh", "-c", f"{environment}; printf %s $COLOUR"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout == "blue"


def deploy(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["deploy", *words])
    return int(left.value.code or 0)


def test_a_file_that_was_changed_is_not_overwritten_unless_asked(
    shop: SmallProject, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--project", str(scheduled(shop).folder))
    assert deploy("prefect", *place) == 0
    assert deploy("prefect", *place) == 0
    file = shop.folder / "deploy" / "prefect" / "flows.py"
    file.write_text("mine\n")
    assert deploy("prefect", *place) == 2
    assert file.read_text() == "mine\n"
    assert deploy("prefect", *place, "--replace") == 0
    assert "regulars.flows.prefect" in file.read_text()
    capsys.readouterr()
    assert deploy("systemd", *place, "--json", "--out", str(shop.folder / "units")) == 0
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["files"]) == 6
    assert answer["secrets"] == ["ALERT_URL", "BEAT_URL"]
    assert deploy("sistemd", *place) == 2
    assert "did you mean 'systemd'" in capsys.readouterr().err
