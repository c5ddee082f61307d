"""Global options stand anywhere; verbs stand in groups; `regulars` alone greets."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from regulars.cli.app import app
from regulars.cli.verb_groups import VERB_GROUPS
from regulars.core.errors import SettingsError
from tests.cli.test_answers import ask, publish
from tests.small_release import RELEASE_ID, SmallRelease

ROOT: Any = get_command(app)


def commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command below `command` with its words."""
    for name, child in getattr(command, "commands", {}).items():
        yield (*words, name), child
        yield from commands(child, (*words, name))


EVERY = list(commands(ROOT))


@pytest.mark.parametrize(("words", "command"), EVERY, ids=[" ".join(words) for words, _ in EVERY])
def test_every_verb_takes_the_global_options(words: tuple[str, ...], command: Any) -> None:
    required = [
        "x" for option in command.params if option.param_type_name == "argument" and option.required
    ]
    context = command.make_context(words[-1], ["--json", "-p", "shop", *required])
    assert context.params["global_json"]
    assert context.params["global_project"] == Path("shop")
    context = command.make_context(words[-1], ["--project", "shop", "--debug", *required])
    assert context.params.get("global_debug", True)


@pytest.mark.parametrize(
    "words",
    [
        "--json -p {shop} churn history", "-p {shop} churn --json history",
        "churn -p {shop} history --json", "churn history --json --project {shop}",
    ],
)  # fmt: skip
def test_options_before_between_and_after_verbs_mean_the_same(tmp_path: Path, words: str) -> None:
    publish(SmallRelease(), tmp_path)
    project = tmp_path / "regulars.yaml"
    project.write_text(project.read_text() + "churn: {kind: silence, horizon: 90}\n")
    result = CliRunner().invoke(app, words.format(shop=tmp_path).split())
    assert result.exit_code == 0, result.exception
    assert '"estimators": []' in result.stdout


def test_options_of_one_invocation_end_with_it(tmp_path: Path) -> None:
    publish(SmallRelease(), tmp_path)
    assert ask(tmp_path, "segments", "--json").startswith("[")
    assert not ask(tmp_path, "segments").startswith("[")


def test_regulars_alone_greets_and_is_no_error() -> None:
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0
    assert all(verb in result.stdout for verb in ("regulars demo", "init", "run", "regulars help"))


def test_every_verb_stands_in_one_group() -> None:
    grouped = sorted(verb for verbs in VERB_GROUPS.values() for verb in verbs)
    assert grouped == sorted(ROOT.commands)
    shown = CliRunner().invoke(app, ["help"]).stdout
    assert [shown.index(f" {group} ") for group in VERB_GROUPS] == sorted(
        shown.index(f" {group} ") for group in VERB_GROUPS
    )


def test_help_explains_a_verb_and_names_the_nearest_of_one_that_there_is_not() -> None:
    assert "backtested" in CliRunner().invoke(app, ["help", "churn", "history"]).stdout
    result = CliRunner().invoke(app, ["help", "chrn"])
    assert isinstance(result.exception, SettingsError)
    assert "did you mean 'churn'" in str(result.exception)


def test_what_changes_a_project_answers_as_json_too(tmp_path: Path) -> None:
    publish(SmallRelease(), tmp_path)
    key = json.loads(ask(tmp_path, "keys", "create", "crm", "--json"))
    revoked = json.loads(ask(tmp_path, "keys", "revoke", key["key_id"], "--json"))
    assert revoked["revoked_at"]
    assert json.loads(ask(tmp_path, "release", "rollback", RELEASE_ID, "--json")) == {
        "release_id": RELEASE_ID
    }
    written = json.loads(ask(tmp_path / "new", "init", "--recipe", "retail", "--json"))
    assert Path(written["file"]).is_file()


def test_the_bare_words_release_and_keys_list(tmp_path: Path) -> None:
    publish(SmallRelease(), tmp_path)
    assert ask(tmp_path, "release") == ask(tmp_path, "release", "list")
    assert ask(tmp_path, "keys") == ask(tmp_path, "keys", "list")


def test_the_command_line_loads_no_heavy_library() -> None:
    heavy = "{'duckdb', 'pyarrow', 'numpy', 'pandas', 'dbt', 'sklearn', 'fastapi', 'pydantic'}"
    program = f"import sys, regulars.cli.app; sys.exit(sorted({heavy} & set(sys.modules)) or 0)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (loaded.returncode, loaded.stderr) == (0, "")
