"""Fingerprints: equal for equal things, different for different ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from regulars.core.fingerprints import closure_files, code_fingerprint, fingerprint

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(plain)
def test_the_same_gives_the_same_text(value: object) -> None:
    assert fingerprint("clean", value) == fingerprint("clean", value)


@given(st.dictionaries(st.text(), st.integers()))
def test_the_order_of_settings_does_not_matter(value: dict[str, int]) -> None:
    assert fingerprint(value) == fingerprint(dict(reversed(value.items())))


@given(plain, plain)
def test_different_things_differ(one: object, other: object) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (
        repr(one) == repr(other) or _equal(one, other)
    )


def _equal(one: object, other: object) -> bool:
    import json

    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def test_dates_and_paths_count_as_their_text() -> None:
    assert fingerprint(date(2024, 6, 22)) == fingerprint("2024-06-22")
    assert fingerprint(Path("a")) != fingerprint(Path("b"))


def test_modules_have_fingerprints_of_their_own() -> None:
    modules = ("regulars.core.lock", "regulars.features.catalogue", "regulars.ml.splits")
    assert len({code_fingerprint(module) for module in modules}) == len(modules)


def test_data_beside_a_module_is_part_of_its_code() -> None:
    files = {path.name for path in closure_files(["regulars.features.catalogue"])}
    assert {"catalogue.py", "catalogue.yaml"} <= files
