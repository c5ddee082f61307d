"""The feature catalogue, resolved for one project: which measures and features it has."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from regulars.core.settings import Project
from regulars.features.entries import (
    Aggregate,
    Combine,
    FeatureEntry,
    MeasureEntry,
    catalogue_file,
    entity_of,
    is_mapped,
    is_possible,
    values_of,
    values_of_any,
)
from regulars.features.frames import InputKind
from regulars.features.operations import (
    known_terms,
    operation,
    quoted,
    suffix_of,
    value_columns,
    words_in,
)
from regulars.features.own import own_features, refuse_attributes, refuse_taken

# The bit of a day within its period, so that a day is counted once however often it is told.
_DAY_BITS = {
    "day": "1",
    "week": "cast(power(2, extract(isodow from occurred_at) - 1) as bigint)",
    "month": "cast(power(2, extract(day from occurred_at) - 1) as bigint)",
}
_BASIC = ("aggregate", "days_since", "tenure")


@dataclass(frozen=True)
class Measure:
    """A column of fct_customer_periods; of `bits`, another measure, those that are set count."""

    name: str
    entity: str
    sql: str
    data_type: str
    empty: int | None
    combine: Combine
    description: str
    bits: str | None = None


@dataclass(frozen=True)
class Feature:
    """A column of customer_features and how it is computed.

    `op` is 'aggregate' (of `measure` over the bands up to `band`; None: all), 'days_since',
    'tenure', or 'ratio', 'deviation', 'geometric', 'share_below', 'parts' and 'sql' with `args`
    over other features; `level` orders the last ones by what they need. `window` is in periods
    (None: ever or none). `kind` is the kind of input it makes for learning, None where it is only
    a step to another feature.
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


def resolve_catalogue(project: Project) -> Catalogue:
    """The measures and features that this project's entities, values and grain make possible."""
    windows = tuple(sorted(project.features.windows or catalogue_file().windows[project.grain]))
    measures = tuple(
        measure for entry in catalogue_file().measures for measure in _measures(entry, project)
    )
    features: list[Feature] = []
    known = _attributes(project)
    own = own_features(project)
    for entry in [*catalogue_file().features, *own]:
        possible = _with_known_terms(entry, known)
        if possible is not None and is_possible(possible, project):
            made = _features(possible, project, windows=windows)
            if entry in own:
                refuse_taken(entry.name, known, where=str(project.file))
            refuse_attributes(project, {one.name for one in made})
            features += made
            known |= {one.name for one in made}
    return Catalogue(windows=windows, measures=measures, features=_levelled(features))


def _attributes(project: Project) -> set[str]:
    customers = project.entities.get("customers")
    if customers is None:
        return set()
    return {name for name, attribute in customers.attributes.items() if attribute.feature}


def _with_known_terms(entry: FeatureEntry, known: set[str]) -> FeatureEntry | None:
    """A score with the terms that this project has; None where it has none of them."""
    if entry.score is None:
        return entry
    terms = known_terms(entry.score, known)
    return entry.model_copy(update={"score": terms}) if terms else None


def _measures(entry: MeasureEntry, project: Project) -> list[Measure]:
    def make(name: str, sql: str, meaning: str) -> Measure:
        return Measure(
            name, entry.entity, sql, entry.type, entry.empty, entry.combine, meaning, entry.bits
        )

    if entry.needs_column is not None and not is_mapped(entry.needs_column, project):
        nothing = "null" if entry.empty is None else str(entry.empty)
        return [make(entry.name, nothing, entry.meaning)]

    if entry.needs_values is not None:
        listed = values_of_any(entry.needs_values, project)
        sql = entry.sql.replace("{values}", _listed(listed))
        return [make(entry.name, sql, entry.meaning)] if listed else []
    if entry.for_each is None:
        sql = entry.sql.replace("{orders}", _orders(project))
        sql = sql.replace("{day_bit}", _DAY_BITS[project.grain])
        sql = sql.replace("{unhappy_below}", str(project.features.unhappy_below))
        return [make(entry.name, sql, entry.meaning)]
    values = values_of(entry.for_each, project)
    return [
        make(
            column,
            entry.sql.replace("{value}", quoted(value)).replace("{values}", _listed(values[value])),
            entry.meaning.replace("{value}", value),
        )
        for value, column in value_columns(entry.name, list(values)).items()
    ]


def _listed(values: list[str]) -> str:
    return ", ".join(quoted(value) for value in values)


def _orders(project: Project) -> str:
    """Orders are counted once where rows are order lines; else every sale row is an order."""
    mapping = project.entities.get("transactions")
    if mapping is not None and "order_id" in mapping.columns:
        return "count(distinct case when kind = 'sale' then order_id end)"
    return "count(case when kind = 'sale' then 1 end)"


def _features(entry: FeatureEntry, project: Project, *, windows: tuple[int, ...]) -> list[Feature]:
    if entry.for_each is None:
        return _windowed(entry, project, windows=windows)
    found = []
    for value, column in value_columns("", list(values_of(entry.for_each, project))).items():
        slug = column.removeprefix("_")
        own = entry.model_copy(
            update={
                "name": f"{entry.name}_{slug}",
                "measure": entry.measure and f"{entry.measure}_{slug}",
                "ratio": entry.ratio and [part.replace("{value}", slug) for part in entry.ratio],
                "meaning": entry.meaning.replace("{value}", value),
                "needs": entry.entity or "transactions",
            }
        )
        found += _windowed(own, project, windows=windows)
    return found


def _windowed(entry: FeatureEntry, project: Project, *, windows: tuple[int, ...]) -> list[Feature]:
    wanted: list[int | None] = []
    if entry.windows == "all":
        wanted += [*windows, None]
    elif entry.windows == "doubled":
        wanted += [window for window in windows if 2 * window in windows]
    else:
        wanted.append(None)
    return [_feature(entry, project=project, windows=windows, window=one) for one in wanted]


def _feature(
    entry: FeatureEntry, *, project: Project, windows: tuple[int, ...], window: int | None
) -> Feature:
    op, args = operation(entry, project=project, window=window)
    suffix = suffix_of(window, project.grain)
    span = "" if entry.windows is None else _span(window, project.grain)
    return Feature(
        name=entry.name if entry.windows is None else f"{entry.name}_{suffix}",
        family=entry.family,
        op=op,
        args=tuple(arg.replace("{w}", suffix) for arg in args),
        data_type=entry.type,
        description=f"{entry.meaning.rstrip('.')}{span}.",
        measure=entry.measure,
        aggregate=entry.aggregate,
        band=None if window is None else windows.index(window),
        window=window if entry.windows != "doubled" else 2 * (window or 0),
        kind=entry.kind if entry.feature else None,
        entity=entry.needs or (entity_of(entry.measure) if entry.measure else None),
        null_rule=entry.null_rule or _null_rule(op, entry),
    )


def _span(window: int | None, grain: str) -> str:
    return " ever" if window is None else f" in the last {window} {grain}{'s' * (window > 1)}"


def _null_rule(op: str, entry: FeatureEntry) -> str:
    if op == "aggregate":
        return "0 without any" if entry.aggregate == "sum" else "null without any"
    return "null where the denominator is 0" if op in ("ratio", "geometric") else ""


def _levelled(features: list[Feature]) -> tuple[Feature, ...]:
    """Features with the level at which everything they are made of exists already."""
    levels = {feature.name: 0 for feature in features if feature.op in _BASIC}
    names = {one.name for one in features}
    waiting = [one for one in features if one.name not in levels]
    while waiting:
        ready = [one for one in waiting if all(part in levels for part in _parts(one) & names)]
        if not ready:
            raise ValueError(f"the catalogue goes in a circle at {waiting[0].name}")
        for one in ready:
            levels[one.name] = 1 + max((levels[part] for part in _parts(one) & names), default=0)
        waiting = [one for one in waiting if one.name not in levels]
    return tuple(replace(feature, level=levels[feature.name]) for feature in features)


def _parts(feature: Feature) -> set[str]:
    """The names that a feature is made from; names of equal parts are no such names."""
    args = feature.args[:1] if feature.op == "parts" else feature.args
    return words_in(" ".join(args))
