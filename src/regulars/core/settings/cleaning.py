"""Which cleaning rules fit which kind of column: found out when the project file is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regulars.core.settings.entities import ENTITY_COLUMNS, EntityName
from regulars.core.settings.mappings import Attribute, ColumnMapping, EntityMapping

_TEXTS = {"text", "category"}
_NUMBERS = {"number", "integer"}
_DATES = {"timestamp", "date"}
_DEFAULTS = {str: _TEXTS, bool: {"flag"}, float: _NUMBERS, int: _NUMBERS}


def check_cleaning(name: EntityName, entity: EntityMapping) -> None:
    """Raise ValueError for the first rule that its column cannot have."""
    for at, rules, kind in _mapped(name, entity):
        _check_rules(at, rules, kind)
    if entity.funnel != "keep" and name != "touches":
        raise ValueError(f"entities.{name}.funnel: only touches have a funnel")


def _mapped(
    name: EntityName, entity: EntityMapping
) -> Iterator[tuple[str, ColumnMapping | Attribute, str]]:
    types = {column.name: column.type for column in ENTITY_COLUMNS[name]}
    needed = {column.name for column in ENTITY_COLUMNS[name] if column.needed}
    for column, rules in entity.columns.items():
        at = f"entities.{name}.columns.{column}"
        if rules.default is not None and column in needed:
            raise ValueError(f"{at}.default: rows without '{column}' are rejected instead")
        yield at, rules, types[column]
    for attribute, mapping in entity.attributes.items():
        yield f"entities.{name}.attributes.{attribute}", mapping, mapping.type


def _check_rules(at: str, rules: ColumnMapping, kind: str) -> None:
    texts = {"values": rules.values, "others": rules.others, "case": rules.case}
    _refuse(at, texts, "texts", unless=kind in _TEXTS)
    _refuse(at, {"min": rules.min, "max": rules.max}, "numbers", unless=kind in _NUMBERS)
    _refuse(at, {"not_before": rules.not_before}, "dates", unless=kind in _DATES)
    if rules.others is not None and not rules.values:
        raise ValueError(f"{at}.others: needs 'values', the texts that are known")
    if rules.min is not None and rules.max is not None and rules.min > rules.max:
        raise ValueError(f"{at}.min: is above 'max'")
    if rules.default is not None and kind not in _DEFAULTS[type(rules.default)]:
        raise ValueError(f"{at}.default: {rules.default!r} is not a {kind}")


def _refuse(at: str, stated: Mapping[str, object], fitting: str, *, unless: bool) -> None:
    for rule, value in stated.items():
        if value not in (None, {}) and not unless:
            raise ValueError(f"{at}.{rule}: is for {fitting} only")
