"""Every setting is in one staleness group, and the groups of a step are those that it reads."""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from regulars.core.settings import Project
from regulars.core.settings.staleness_groups import GROUPS, SettingsGroup, settings_in
from regulars.flows.steps import STEPS
from tests.small_projects import SmallProject

# What no step's result depends on.
IDLE = {
    SettingsGroup.CONNECTIONS,
    SettingsGroup.RESOURCES,
    SettingsGroup.EXPECTATIONS,
    SettingsGroup.SURFACES,
}
GROUPED = [key for keys in GROUPS.values() for key in keys]


def keys_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every key of the settings, `*` for names that users give, down to what has no keys."""
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}"
        if key in GROUPED:
            yield key  # stands for all below it
            continue
        inner, is_named = inner_model(field.annotation)
        if inner is None:
            yield key
        else:
            yield from keys_of(inner, f"{key}.*." if is_named else f"{key}.")


def inner_model(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model in an annotation, and whether users give names to several of it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return inner_model(arguments[1])[0], True
    if origin in (Union, types.UnionType):
        models = [inner_model(argument) for argument in arguments]
        return next((found for found in models if found[0] is not None), (None, False))
    return None, False


def test_every_setting_is_in_exactly_one_group() -> None:
    assert [key for key, count in Counter(GROUPED).items() if count > 1] == []
    assert sorted(keys_of(Project)) == sorted(GROUPED)


def test_no_group_is_part_of_another() -> None:
    above = {(key, other) for key in GROUPED for other in GROUPED if other.startswith(f"{key}.")}
    assert above == set()


def test_every_group_is_read_by_a_step_or_said_to_be_read_by_none() -> None:
    read = {group for step in STEPS for group in step.settings}
    assert read == set(SettingsGroup) - IDLE


@pytest.mark.parametrize("group", list(SettingsGroup))
def test_values_of_a_group_are_found_by_key(shop: SmallProject, group: SettingsGroup) -> None:
    assert list(settings_in(shop.project, [group])) == list(GROUPS[group])


def test_a_value_below_a_name_is_found_for_every_name(shop: SmallProject) -> None:
    deliveries = settings_in(shop.project, [SettingsGroup.DELIVERIES])
    assert deliveries["sources.*.path"] == {"sales": "sales*.csv"}
    outcomes = settings_in(shop.project, [SettingsGroup.OUTCOMES])
    assert (outcomes["churn.horizon"], outcomes["churn.activity_window"]) == (30, 365)


def test_settings_of_a_project_without_churn_are_empty(shop_without_churn: SmallProject) -> None:
    outcomes = settings_in(shop_without_churn.project, [SettingsGroup.OUTCOMES])
    assert set(outcomes.values()) == {None}
