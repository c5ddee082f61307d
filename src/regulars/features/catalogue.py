"""The feature catalogue, resolved for one project: which measures and features it has."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from regulars.core.names import unique_names
from regulars.core.settings import Project
from regulars.features.frames import InputKind

Aggregate = Literal["sum", "min", "max"]
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MeasureEntry(_Entry):
    """A measure as the catalogue states it."""

    name: str
    entity: str
    sql: str
    type: str
    meaning: str
    empty: int | None = None
    combine: Aggregate = "sum"
    for_each: str | None = None


class FeatureEntry(_Entry):
    """A feature as the catalogue states it; exactly one way to compute it is given."""

    name: str
    family: str
    type: str
    meaning: str
    windows: Literal["all", "ever", "doubled"] | None = None
    measure: str | None = None
    aggregate: Aggregate = "sum"
    ratio: list[str] | None = None
    deviation: list[str] | None = None
    change: str | None = None
    momentum: str | None = None
    days_since: str | None = None
    tenure: bool = False
    sql: str | None = None
    for_each: str | None = None
    needs: str | None = None
    needs_column: str | None = None
    grain: list[str] = []
    feature: bool = True
    null_rule: str = ""


class CatalogueFile(_Entry):
    """The whole catalogue file."""

    windows: dict[str, list[int]]
    measures: list[MeasureEntry]
    features: list[FeatureEntry]


@dataclass(frozen=True)
class Measure:
    """A column of fct_customer_periods."""

    name: str
    entity: str
    sql: str
    data_type: str
    empty: int | None
    combine: Aggregate
    description: str


@dataclass(frozen=True)
class Feature:
    """A column of customer_features and how it is computed.

    `op` is 'aggregate' (of `measure` over the bands up to `band`; None: all), 'days_since',
    'tenure', 'ratio', 'deviation' or 'sql' with `args` over other features; `level` orders the
    last ones by what they need. `window` is in periods (None: ever or none). `kind` is the kind
    of input it makes for learning, None where it is only a step to another feature.
    """

    name: str
    family: str
    op: str
    data_type: str
    description: str
    args: tuple[str, ...] = ()
    measure: str | None = None
    aggregate: Aggregate = "sum"
    band: int | None = None
    window: int | None = None
    level: int = 0
    kind: InputKind | None = "number"
    entity: str | None = None
    null_rule: str = ""


@dataclass(frozen=True)
class Catalogue:
    """Measures and features of one project, and its windows in periods."""

    windows: tuple[int, ...]
    measures: tuple[Measure, ...]
    features: tuple[Feature, ...]

    def variables(self) -> dict[str, Any]:
        """What the dbt macros read."""
        return {
            "windows": list(self.windows),
            "measures": [asdict(measure) for measure in self.measures],
            "features": [{**asdict(one), "args": list(one.args)} for one in self.features],
        }

    @property
    def inputs(self) -> dict[str, InputKind]:
        """Names and kinds of the features that learning may see."""
        return {one.name: one.kind for one in self.features if one.kind is not None}


@cache
def _file() -> CatalogueFile:
    text = resources.files("regulars.features").joinpath("catalogue.yaml").read_text("utf-8")
    return CatalogueFile.model_validate(yaml.safe_load(text))


def resolve_catalogue(project: Project) -> Catalogue:
    """The measures and features that this project's entities, values and grain make possible."""
    windows = tuple(sorted(project.features.windows or _file().windows[project.grain]))
    measures = tuple(
        measure for entry in _file().measures for measure in _measures(entry, project)
    )
    features = [
        feature
        for entry in _file().features
        if _possible(entry, project)
        for feature in _features(entry, project, windows=windows)
    ]
    return Catalogue(windows=windows, measures=measures, features=_levelled(features))


def value_columns(prefix: str, values: list[str]) -> dict[str, str]:
    """Column names of per-value measures and features, by value: {'Food': 'lines_in_food'}."""
    return {
        value: f"{prefix}_{name}" for value, name in zip(values, unique_names(values), strict=True)
    }


def _values(for_each: str | None, project: Project) -> list[str]:
    return [] if for_each is None else getattr(project.features, for_each)


def _measures(entry: MeasureEntry, project: Project) -> list[Measure]:
    def make(name: str, sql: str, meaning: str) -> Measure:
        return Measure(
            name, entry.entity, sql, entry.type, entry.empty, entry.combine, meaning
        )

    if entry.for_each is None:
        sql = entry.sql.replace("{orders}", _orders(project))
        return [make(entry.name, sql, entry.meaning)]
    return [
        make(
            column,
            entry.sql.replace("{value}", _quoted(value)),
            entry.meaning.replace("{value}", value),
        )
        for value, column in value_columns(entry.name, _values(entry.for_each, project)).items()
    ]


def _orders(project: Project) -> str:
    """Orders are counted once where rows are order lines; else every sale row is an order."""
    mapping = project.entities.get("transactions")
    if mapping is not None and "order_id" in mapping.columns:
        return "count(distinct case when kind = 'sale' then order_id end)"
    return "sum(case when kind = 'sale' then 1 else 0 end)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _possible(entry: FeatureEntry, project: Project) -> bool:
    needs = entry.needs or (_entity_of(entry.measure) if entry.measure else None)
    if needs is not None and needs not in project.entities:
        return False
    if entry.needs_column is not None:
        mapping = project.entities.get("transactions")
        if mapping is None or entry.needs_column not in mapping.columns:
            return False
    return not entry.grain or project.grain in entry.grain


def _entity_of(measure: str) -> str:
    return next(entry.entity for entry in _file().measures if entry.name == measure)


def _features(entry: FeatureEntry, project: Project, *, windows: tuple[int, ...]) -> list[Feature]:
    if entry.for_each is None:
        return _windowed(entry, project, windows=windows)
    found = []
    for value, column in value_columns("", _values(entry.for_each, project)).items():
        slug = column.removeprefix("_")
        own = entry.model_copy(
            update={
                "name": f"{entry.name}_{slug}",
                "measure": entry.measure and f"{entry.measure}_{slug}",
                "ratio": entry.ratio and [part.replace("{value}", slug) for part in entry.ratio],
                "meaning": entry.meaning.replace("{value}", value),
                "needs": entry.needs or "transactions",
            }
        )
        found += _windowed(own, project, windows=windows)
    return found


def _windowed(entry: FeatureEntry, project: Project, *, windows: tuple[int, ...]) -> list[Feature]:
    if entry.windows is None:
        return [_feature(entry, entry.name, project=project, windows=windows, window=None, suffix="")]
    wanted: list[int | None] = []
    if entry.windows == "all":
        wanted += windows
    if entry.windows == "doubled":
        wanted += [window for window in windows if 2 * window in windows]
    else:
        wanted.append(None)
    found = []
    for window in wanted:
        suffix = _suffix(window, project.grain)
        found.append(
            _feature(
                entry, f"{entry.name}_{suffix}", project=project, windows=windows, window=window,
                suffix=suffix,
            )
        )
    return found


def _suffix(window: int | None, grain: str) -> str:
    return "ever" if window is None else f"{window}{grain[0]}"


def _feature(
    entry: FeatureEntry, name: str, *, project: Project, windows: tuple[int, ...],
    window: int | None, suffix: str,
) -> Feature:
    op, args = _operation(entry, grain=project.grain, window=window)
    span = "" if entry.windows is None else _span(window, project.grain)
    return Feature(
        name=name,
        family=entry.family,
        op=op,
        args=tuple(arg.replace("{w}", suffix) for arg in args),
        data_type=entry.type,
        description=f"{entry.meaning.rstrip('.')}{span}.",
        measure=entry.measure,
        aggregate=entry.aggregate,
        band=None if window is None else windows.index(window),
        window=window if entry.windows != "doubled" else 2 * (window or 0),
        kind="number" if entry.feature else None,
        entity=entry.needs or (_entity_of_any(entry.measure) if entry.measure else None),
        null_rule=entry.null_rule or _null_rule(op, entry),
    )


def _entity_of_any(measure: str) -> str:
    """The entity of a measure, also of one made for a value (`lines_in_food`)."""
    return next(entry.entity for entry in _file().measures if measure.startswith(entry.name))


def _span(window: int | None, grain: str) -> str:
    return " ever" if window is None else f" in the last {window} {grain}{'s' * (window > 1)}"


def _null_rule(op: str, entry: FeatureEntry) -> str:
    if op == "aggregate":
        return "0 without any" if entry.aggregate == "sum" else "null without any"
    return "null where the denominator is 0" if op == "ratio" else ""


def _operation(
    entry: FeatureEntry, *, grain: str, window: int | None
) -> tuple[str, tuple[str, ...]]:
    if entry.measure is not None:
        return "aggregate", ()
    if entry.days_since is not None:
        return "days_since", (entry.days_since,)
    if entry.tenure:
        return "tenure", ()
    if entry.ratio is not None:
        return "ratio", tuple(entry.ratio)
    if entry.deviation is not None:
        return "deviation", tuple(entry.deviation)
    if window is not None and (entry.change or entry.momentum):
        now = f"{entry.change or entry.momentum}_{_suffix(window, grain)}"
        both = f"{entry.change or entry.momentum}_{_suffix(2 * window, grain)}"
        before = f"({both} - {now})"
        return ("sql", (f"{now} - {before}",)) if entry.change else ("ratio", (now, before))
    if entry.sql is None:
        raise ValueError(f"the catalogue does not say how to compute {entry.name}")
    return "sql", (entry.sql,)


def _levelled(features: list[Feature]) -> tuple[Feature, ...]:
    """Features with the level at which everything they are made of exists already."""
    levels: dict[str, int] = {}
    made = []
    for feature in features:
        if feature.op in ("aggregate", "days_since", "tenure"):
            levels[feature.name] = 0
    waiting = [one for one in features if one.name not in levels]
    names = {one.name for one in features}
    while waiting:
        ready = [
            one for one in waiting if all(part in levels for part in _parts(one) & names)
        ]
        if not ready:
            raise ValueError(f"the catalogue goes in a circle at {waiting[0].name}")
        for one in ready:
            levels[one.name] = 1 + max((levels[part] for part in _parts(one) & names), default=0)
        waiting = [one for one in waiting if one.name not in levels]
    for feature in features:
        made.append(Feature(**{**asdict(feature), "level": levels[feature.name]}))
    return tuple(made)


def _parts(feature: Feature) -> set[str]:
    return set(_WORD.findall(" ".join(feature.args)))
