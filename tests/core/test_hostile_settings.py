"""A project file that is damaged or made to hurt is refused in a sentence, and quickly."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import read_project

LAUGHS = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS, "anchors stand for"),
        ("a: &a [*a]", "anchors stand for"),
        ("a: " + "[" * 3_000, "nested too deeply"),
        ("a: " + "{b: " * 3_000, "nested too deeply"),
        ("a: \0", "not valid YAML"),
        ("a: !!python/object/apply:os.system [ls]", "not valid YAML"),
        ("since: 2024-13-45", "not valid YAML"),
        ("? [a, b]\n: c", "not valid YAML"),
        ("? {a: b}\n: c", "not valid YAML"),
        ("a: *nobody", "not valid YAML"),
    ],
)
def test_a_hostile_project_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "regulars.yaml").write_text(text)
    with pytest.raises(SettingsError, match=words) as refused:
        read_project(tmp_path)
    assert "regulars.yaml" in str(refused.value)


def test_anchors_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_text(
        "version: 1\nproject: shop\nsources: {a: &a {path: a.csv}, b: *a}\n"
        "entities: {customers: {source: b, columns: {customer_id: id}}}\n"
    )
    assert read_project(tmp_path).sources["b"].path == "a.csv"


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_text(
        "version: 1\nproject: shop\nsources: {a: {path: a.csv}}\n"
        "entities: {customers: {source: a, columns: {customer_id: id}}}\n"
        "alerts: {webhook: 'https://hooks.example.com/T0/canary'}\n"
    )
    with pytest.raises(SettingsError, match="name the environment variable") as refused:
        read_project(tmp_path)
    assert "canary" not in str(refused.value)
