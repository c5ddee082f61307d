"""The feature catalogue, resolved for one project: which measures and features it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import inf
from typing import Any

from regulars.core.settings import Project
from regulars.features.computations import (
    Aggregate,
    MeasureAggregate,
    Operation,
    WeightedScore,
)
from regulars.features.entries import (
    FeatureEntry,
    catalogue_file,
    is_possible,
)
from regulars.features.expressions import suffix_of, value_columns, values_of
from regulars.features.frames import InputKind
from regulars.features.own import own_features, refuse_attributes, refuse_taken
from regulars.features.rollup_measures import Measure, measures_of

# Operations that look at all customers of an as-of date.
STANDINGS = ("share_below", "parts")


@dataclass(frozen=True)
class Feature:
    """A column of customer_features and how it is computed.

    `op` is 'aggregate' (of `measure` over the bands up to `band`; None: all), 'days_since',
    'tenure', or 'ratio', 'deviation', 'geometric', 'share_below', 'parts' and 'sql' with `args`
    over other features. `uses` are the names in `args`, None where it is computed first of all;
    `level` orders the others by what they use, standings in levels of their own. `window` is in
    periods (None: ever or none). `kind` is the kind of input it makes for learning, None where it
    is only a step to another feature.
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
    uses: frozenset[str] | None = frozenset()

    def variable(self) -> dict[str, Any]:
        """What the dbt macros read of it."""
        fields = {name: value for name, value in asdict(self).items() if name != "uses"}
        return {**fields, "args": list(self.args)}


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
            "features": [feature.variable() for feature in self.features],
        }

    @property
    def inputs(self) -> dict[str, InputKind]:
        """Names and kinds of the features that learning may see."""
        return {feature.name: feature.kind for feature in self.features if feature.kind is not None}


def resolve_catalogue(project: Project) -> Catalogue:
    """The measures and features that this project's entities, values and grain make possible."""
    windows = tuple(sorted(project.features.windows or catalogue_file().windows[project.grain]))
    measures = tuple(
        measure for entry in catalogue_file().measures for measure in measures_of(entry, project)
    )
    features: list[Feature] = []
    known = _attributes(project)
    own = own_features(project)
    for entry in [*catalogue_file().features, *own]:
        possible = _with_known_terms(entry, known)
        if possible is not None and is_possible(possible, project):
            entry_features = _features(possible, project, windows=windows)
            if entry in own:
                refuse_taken(entry.name, known, where=str(project.file))
            refuse_attributes(project, {feature.name for feature in entry_features})
            features += entry_features
            known |= {feature.name for feature in entry_features}
    whole = _without_missing_inputs(features, of_project={entry.name for entry in own})
    return Catalogue(windows=windows, measures=measures, features=_levelled(whole))


def _without_missing_inputs(features: list[Feature], *, of_project: set[str]) -> list[Feature]:
    """The features whose inputs are there: contacts per order need contacts and orders.

    A feature of the project's own stays: its error names what is missing.
    """
    standard = standard_feature_names()
    while True:
        missing = standard - {feature.name for feature in features}
        whole = [
            feature
            for feature in features
            if feature.name in of_project or not (feature.uses or frozenset()) & missing
        ]
        if len(whole) == len(features):
            return whole
        features = whole


def standard_feature_names() -> frozenset[str]:
    """Names that features may have at any grain, where a project sets no windows of its own.

    Features per category are named by values, which nobody knows before the data.
    """
    return frozenset(
        name
        for entry in catalogue_file().features
        if entry.for_each is None
        for grain, windows in catalogue_file().windows.items()
        for name in _standard_names(entry, grain=grain, windows=windows)
    )


def _standard_names(entry: FeatureEntry, *, grain: str, windows: Sequence[int]) -> list[str]:
    if entry.windows is None:
        return [entry.name]
    ever = [] if entry.windows == "doubled" else [None]
    return [f"{entry.name}_{suffix_of(window, grain)}" for window in [*windows, *ever]]


def _attributes(project: Project) -> set[str]:
    customers = project.entities.get("customers")
    if customers is None:
        return set()
    return {name for name, attribute in customers.attributes.items() if attribute.feature}


def _with_known_terms(entry: FeatureEntry, known: set[str]) -> FeatureEntry | None:
    """A score with the terms that this project has; None where it has none of them."""
    if not isinstance(entry.computation, WeightedScore):
        return entry
    score = entry.computation.within(known)
    return entry.model_copy(update={"computation": score}) if score else None


def _features(entry: FeatureEntry, project: Project, *, windows: tuple[int, ...]) -> list[Feature]:
    if entry.for_each is None:
        return _windowed(entry, project, windows=windows)
    features = []
    for value, column in value_columns("", list(values_of(entry.for_each, project))).items():
        slug = column.removeprefix("_")
        for_value = entry.model_copy(
            update={
                "name": f"{entry.name}_{slug}",
                "computation": entry.computation.for_value(slug),
                "meaning": entry.meaning.replace("{value}", value),
                "entity": entry.entity or "transactions",
            }
        )
        features += _windowed(for_value, project, windows=windows)
    return features


def _windowed(entry: FeatureEntry, project: Project, *, windows: tuple[int, ...]) -> list[Feature]:
    wanted: list[int | None] = []
    if entry.windows == "all":
        wanted += [*windows, None]
    elif entry.windows == "doubled":
        wanted += [window for window in windows if 2 * window in windows]
    else:
        wanted.append(None)
    return [_feature(entry, project, windows=windows, window=window) for window in wanted]


def _feature(
    entry: FeatureEntry, project: Project, *, windows: tuple[int, ...], window: int | None
) -> Feature:
    computation = entry.computation
    stated = computation.operation(project, window=window)
    suffix = suffix_of(window, project.grain)
    operation = Operation(stated.op, tuple(arg.replace("{w}", suffix) for arg in stated.args))
    span = "" if entry.windows is None else _span(window, project.grain)
    measure = computation if isinstance(computation, MeasureAggregate) else None
    return Feature(
        name=entry.name if entry.windows is None else f"{entry.name}_{suffix}",
        family=entry.family,
        op=operation.op,
        args=operation.args,
        data_type=entry.type,
        description=f"{entry.meaning.rstrip('.')}{span}.",
        measure=measure.of if measure else None,
        aggregate=measure.aggregate if measure else "sum",
        band=None if window is None else windows.index(window),
        window=window if entry.windows != "doubled" else 2 * (window or 0),
        kind=entry.kind if entry.feature else None,
        entity=entry.entity,
        null_rule=entry.null_rule or computation.null_rule,
        uses=None if computation.is_first else frozenset(computation.uses(operation)),
    )


def _span(window: int | None, grain: str) -> str:
    return " ever" if window is None else f" in the last {window} {grain}{'s' * (window > 1)}"


def _levelled(features: list[Feature]) -> tuple[Feature, ...]:
    """Features with the level at which everything they use exists already.

    A level of standings costs a pass over all customers, so standings share as few as they can.
    """
    names = {feature.name for feature in features}
    places = {feature.name: (0, 0.0) for feature in features if feature.uses is None}
    waiting = [feature for feature in features if feature.uses is not None]
    while waiting:
        known = dict(places)
        for feature in waiting:
            needs = (feature.uses or frozenset()) & names
            if needs <= known.keys():
                places[feature.name] = _place_after(feature, [known[need] for need in needs])
        if len(places) == len(known):
            raise ValueError(f"the catalogue goes in a circle at {waiting[0].name}")
        waiting = [feature for feature in waiting if feature.name not in places]
    order = sorted({(0, 0.0), *places.values()})
    levels = {place: level for level, place in enumerate(order)}
    return tuple(replace(feature, level=levels[places[feature.name]]) for feature in features)


def _place_after(feature: Feature, needs: list[tuple[int, float]]) -> tuple[int, float]:
    """How many levels of standings lie before a feature, and its place after the last of them."""
    after = [(stage + 1, 0.0) if place == inf else (stage, place) for stage, place in needs]
    stage, place = max(after, default=(0, 0.0))
    return stage, inf if feature.op in STANDINGS else place + 1
