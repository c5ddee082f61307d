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
    for at, one, kind in _mapped(name, entity):
        _check_rules(at, one, kind)
    if entity.funnel != "keep" and name != "touches":
        raise ValueError(f"entities.{name}.funnel: only touches have a funnel")


def _mapped(
    name: EntityName, entity: EntityMapping
) -> Iterator[tuple[str, ColumnMapping | Attribute, str]]:
    types = {column.name: column.type for column in ENTITY_COLUMNS[name]}
    needed = {column.name for column in ENTITY_COLUMNS[name] if column.needed}
    for column, one in entity.columns.items():
        at = f"entities.{name}.columns.{column}"
        if one.default is not None and column in needed:
            raise ValueError(f"{at}.default: rows without '{column}' are rejected instead")
        yield at, one, types[column]
    for attribute, mapping in entity.attributes.items():
        yield f"entities.{name}.attributes.{attribute}", mapping, mapping.type


def _check_rules(at: str, one: ColumnMapping, kind: str) -> None:
    texts = {"values": one.values, "others": one.others, "case": one.case}
    _refuse(at, texts, "texts", unless=kind in _TEXTS)
    _refuse(at, {"least": one.least, "most": one.most}, "numbers", unless=kind in _NUMBERS)
    _refuse(at, {"not_before": one.not_before}, "dates", unless=kind in _DATES)
    if one.others is not None and not one.values:
        raise ValueError(f"{at}.others: needs 'values', the texts that are known")
    if one.least is not None and one.most is not None and one.least > one.most:
        raise ValueError(f"{at}.least: is above 'most'")
    if one.default is not None and kind not in _DEFAULTS[type(one.default)]:
        raise ValueError(f"{at}.default: {one.default!r} is not a {kind}")


def _refuse(at: str, rules: Mapping[str, object], fitting: str, *, unless: bool) -> None:
    for rule, value in rules.items():
        if value not in (None, {}) and not unless:
            raise ValueError(f"{at}.{rule}: is for {fitting} only")
