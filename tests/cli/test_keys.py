"""`regulars keys` and `regulars serve`: a key is shown once; a server says why it cannot start."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.cli.app import app
from regulars.core.errors import DataError, ReleaseError, SettingsError
from tests.cli.test_answers import PROJECT, ask, publish
from tests.small_release import SmallRelease


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    publish(SmallRelease(), tmp_path)
    return tmp_path


def test_a_key_is_created_listed_and_revoked(shop: Path) -> None:
    assert "no keys" in ask(shop, "keys", "list")
    text = ask(shop, "keys", "create", "crm", "--scope", "read", "--scope", "score").strip()
    listed = ask(shop, "keys", "list")
    key_id = text.split("_")[1]
    assert key_id in listed
    assert "read, score" in listed
    assert text not in listed
    assert "works no more" in ask(shop, "keys", "revoke", key_id)
    (told,) = json.loads(ask(shop, "--json", "keys", "list"))
    assert told["revoked_at"]
    assert "digest" not in told


def test_a_key_may_expire(shop: Path) -> None:
    ask(shop, "keys", "create", "crm", "--expires", "2999-01-31")
    ask(shop, "keys", "create", "audit", "--expires", "90d")
    first, second = json.loads(ask(shop, "--json", "keys", "list"))
    assert first["expires_at"] == "2999-01-31T00:00:00+00:00"
    days = datetime.fromisoformat(second["expires_at"]) - datetime.fromisoformat(
        second["created_at"]
    )
    assert 89 <= days.total_seconds() / 86_400 <= 91
    for wrong in ("soon", "2024-01-01", "0d", "999999999999d"):
        refused = CliRunner().invoke(
            app, ["-p", str(shop), "keys", "create", "crm", "--expires", wrong]
        )
        assert isinstance(refused.exception, SettingsError), wrong


def test_a_lost_key_file_is_said(shop: Path) -> None:
    ask(shop, "keys", "create", "crm")
    (shop / ".regulars" / "api_keys.json").unlink()
    assert "Restore it from a backup" in ask(shop, "keys", "list")


def test_a_scope_that_there_is_not_is_named(shop: Path) -> None:
    found = CliRunner().invoke(app, ["-p", str(shop), "keys", "create", "crm", "--scope", "write"])
    assert isinstance(found.exception, DataError)
    assert "read, personal, score, admin" in str(found.exception)


def test_a_server_without_a_release_says_what_to_do(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn", reason="needs the extra 'api'")
    (tmp_path / "regulars.yaml").write_text(PROJECT)
    found = CliRunner().invoke(app, ["-p", str(tmp_path), "serve"])
    assert isinstance(found.exception, ReleaseError)
    assert "regulars run" in str(found.exception)


def test_a_server_for_others_needs_a_key(shop: Path) -> None:
    pytest.importorskip("uvicorn", reason="needs the extra 'api'")
    found = CliRunner().invoke(app, ["-p", str(shop), "serve", "--host", "0.0.0.0"])
    assert isinstance(found.exception, DataError)
    assert "keys create" in str(found.exception)
