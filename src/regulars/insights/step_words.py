"""The words for what a step of a run came to: made here from typed facts, for every surface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from regulars.core.step_results import (
    Fact,
    Reason,
    StepOutcome,
    StepResult,
    StepWarning,
    WarningKind,
)
from regulars.insights.amounts import several


def step_words(step: str, result: StepResult | None) -> str:
    """One line on what a step came to; empty where nothing is on record."""
    if result is None:
        return ""
    if result.earlier_words is not None:
        return result.earlier_words
    if result.reason is Reason.DEFERRED:
        return _deferred(result)
    if result.reason in _REASONS:
        return _REASONS[result.reason].format_map(_Facts(result))
    try:
        return STEP_WORDS[step](result)
    except KeyError:  # nothing on record yet, or a result of another version with other facts
        return ""


def outcome_words(outcome: StepOutcome) -> str:
    """One line on how a step of a run ended: its error, or what it came to."""
    return outcome.error or step_words(outcome.name, outcome.result)


class _Facts(dict[str, Any]):
    """The facts of a result by name; one that is not on record is left out of the words."""

    def __init__(self, result: StepResult) -> None:
        super().__init__({**result.counts, **result.facts})

    def __missing__(self, name: str) -> str:
        return ""


_REASONS: Mapping[Reason | None, str] = {
    Reason.UNCHANGED: "nothing changed since {since}",
    Reason.NEED_FAILED: "needs {need}, which failed",
    Reason.NO_CHURN: "the project defines no churn",
    Reason.CHAMPION_CHANGED: "another champion: customers are scored again",
}


def _deferred(result: StepResult) -> str:
    champion = result.facts.get("champion")
    words = "not yet computed: `regulars run` computes this"
    return f"{words}; until then {champion} scores customers" if champion else words


# By the values of `ingest.increments.FullBuild`, and of `features.as_of.AsOfSource` below.
FULL_BUILDS: Mapping[str, str] = {
    "first": "the first build",
    "changed": "settings or code changed",
    "rows_may_change": "{entity} may change rows that are in already",
    "customers_decide": "customers decide which transactions count",
    "identities_changed": "identities changed",
    "rows_replaced": "rows that are in already were replaced",
}
AS_OF_SOURCES: Mapping[str, str] = {
    "asked_for": "as asked for",
    "project_file": "as in the project file",
    "last_event": "the end of the last {grain} with an event",
    "newest_delivery": "the day of the newest delivery",
}
# By the reasons of `ml.lifecycle.training_schedule.DueReason` for which nothing is trained.
NOT_DUE_WORDS: Mapping[str, str] = {
    "same_origin": "data, code and settings are those of {same}",
    "by_hand_only": "churn.retrain is manual",
    "recent": "the newest training is {age_days} days old, and churn.retrain is {schedule}",
}
_LOW_SCORE = "the scores of {as_of} reached an observed ROC AUC of {roc_auc:.2f}, below {bound:g}"
_NAMED_IN_WARNING = 3  # inputs


def major_drift_words(major: Sequence[tuple[str, float]], *, inputs: int) -> str:
    """A warning in a sentence that names the worst; empty without major drift.

    `major` are the inputs with major drift with their stability index, of all `inputs`.
    """
    if not major:
        return ""
    worst = ", ".join(f"{name} (PSI {psi:.2f})" for name, psi in major[:_NAMED_IN_WARNING])
    count = f"{len(major)} of {inputs} features " + ("show" if len(major) > 1 else "shows")
    return f"{count} major drift since training: {worst}"


def _land(result: StepResult) -> str:
    counts = result.counts
    malformed = counts.get("malformed_lines", 0)
    warnings = [_land_warning(warning) for warning in result.warnings]
    outside = counts.get("outside_lines", 0)
    aside = f", {several(malformed, 'line')} quarantined" if malformed else ""
    aside += f", {several(outside, 'line')} outside the tables" if outside else ""
    new = f"{several(counts['rows'], 'row')} from {several(counts['sources'], 'source')}{aside}"
    return "; ".join(["nothing new" if result.reason is Reason.NOTHING_NEW else new, *warnings])


# What is said of a file; its columns follow.
_FILE_WORDS: Mapping[WarningKind, str] = {
    WarningKind.FILE_NO_ROWS: "{file} has no rows",
    WarningKind.FILE_NEW_COLUMNS: "{file} has new columns that nothing reads ({columns})",
    WarningKind.FILE_ABSENT_COLUMNS: "{file} lacks columns, which stay empty ({columns})",
}


def _land_warning(warning: StepWarning) -> str:
    words = _FILE_WORDS.get(warning.kind, "{file}: {detail}")
    facts = {"columns": "", **warning.facts}
    return words.format(file=warning.subject, detail=warning.detail, **facts)


def _clean(result: StepResult) -> str:
    read, kept, rejected, merged = (
        result.counts[name] for name in ("read", "kept", "rejected", "merged")
    )
    rows = f"read {read:,} = kept {kept:,} + rejected {rejected:,} + merged {merged:,}"
    return f"{rows} ({_build(result)})"


def _build(result: StepResult) -> str:
    full, entity = result.facts.get("full_build"), result.facts.get("entity")
    if full is None:
        return several(result.counts["new_deliveries"], "new delivery", "new deliveries")
    return f"everything: {FULL_BUILDS[str(full)].format(entity=entity)}"


def _check(result: StepResult) -> str:
    counts = result.counts
    words = [f"{counts['passed']} of {counts['checks']} checks passed"]
    for name, word in (("errors", "error"), ("warnings", "warning"), ("notes", "note")):
        if counts[name]:
            words.append(several(counts[name], word))
    return ", ".join(words)


def _features(result: StepResult) -> str:
    counts, facts = result.counts, result.facts
    source = AS_OF_SOURCES[str(facts["as_of_source"])].format(grain=facts["grain"])
    return (
        f"{several(counts['features'], 'feature')} of {several(counts['customers'], 'customer')} "
        f"as of {facts['as_of']} ({source}), at {several(counts['cutoffs'], 'date')}"
    )


def _segment(result: StepResult) -> str:
    counts, facts = result.counts, result.facts
    customers, segments = several(counts["customers"], "customer"), counts["segments"]
    words = f"{customers} in {several(segments, 'segment')}"
    if not counts["customers"]:
        words = "no segments: no customer has bought anything"
    lack = result.warning(WarningKind.NO_CLUSTERS)
    if lack is not None:
        return f"{words}, no clusters: {lack.detail}"
    if "clusters" not in counts:
        return words
    agreement, silhouette = facts["agreement"], facts["silhouette"]
    return (
        f"{words}, {several(counts['clusters'], 'cluster')} (agreement {agreement:.2f}, "
        f"silhouette {silhouette:.2f})"
    )


def _train(result: StepResult) -> str:
    from regulars.release.score_cautions import ScoreCaution

    cautions = [
        ScoreCaution.model_validate(warning.facts).sentence
        for warning in result.warnings
        if warning.kind is WarningKind.SCORE_CAUTION
    ]
    return ". ".join([_trained(result).rstrip("."), *cautions]) if cautions else _trained(result)


def _trained(result: StepResult) -> str:
    facts = result.facts
    in_use = _in_use(result)
    if result.reason is Reason.NOT_DUE:
        return f"not trained: {_not_due(facts)}; {in_use}"
    if result.reason is Reason.NOT_ENOUGH_DATA:
        words = f"nothing was learned: {facts['detail']}"
        return f"{words}; {in_use}" if facts.get("champion") else words
    auc, gap = facts.get("roc_auc"), facts.get("calibration_error")
    figures = "" if auc is None else f"ROC AUC {auc:.3f}, "
    figures += "" if gap is None else f"calibration error {gap:.3f}; "
    if result.reason is Reason.REJECTED:
        return f"rejected {facts['estimator_id']}: {facts['detail']}; {figures}{in_use}"
    return f"{facts['shipped']} ships: {figures}{facts['verdict']}"


def _in_use(result: StepResult) -> str:
    champion = result.facts.get("champion")
    words = f"{champion} stays in use" if champion else "nobody is scored"
    low = result.warning(WarningKind.LOW_REALISED_SCORE)
    return words if low is None else f"{words}; warning: {_LOW_SCORE.format_map(low.facts)}"


def _not_due(facts: Mapping[str, Fact]) -> str:
    words = NOT_DUE_WORDS[str(facts["due"])].format_map(facts)
    return f"{words} (rejected: {facts['because']})" if facts.get("status") == "rejected" else words


def _value(result: StepResult) -> str:
    counts, facts = result.counts, result.facts
    if result.reason is Reason.NOT_ENOUGH_DATA:
        words = f"no customer has a predicted value: {facts['detail']}"
    else:
        words = f"{several(counts['customers'], 'customer')} valued over {facts['horizon']}"
        words += f" by {facts['method']}"
    return f"{words}; {_lifetimes(result)}"


def _lifetimes(result: StepResult) -> str:
    members = result.counts["members"]
    if result.facts["no_lifetimes"]:
        return f"time-to-churn is not available: {result.facts['no_lifetimes']}"
    days = result.facts["days_of_next_365"]
    return (
        f"{several(members, 'member')} expected to stay {days:.0f} of the next 365 days on average"
    )


def _score(result: StepResult) -> str:
    if result.reason is Reason.NO_CHAMPION:
        return "nobody is scored: no churn estimator is in use"
    estimator = result.facts.get("estimator_id")
    words = f"{several(result.counts['customers'], 'customer')} scored"
    words += f" by {estimator}" if estimator else ""
    major = [(each.subject, float(each.facts["psi"] or 0)) for each in result.warnings]
    drifted = major_drift_words(major, inputs=int(result.facts.get("inputs") or 0))
    return f"{words}; warning: {drifted}" if drifted else words


def _stage(result: StepResult) -> str:
    counts = result.counts
    return f"{several(counts['tables'], 'table')}, {several(counts['rows'], 'row')}"


def _report(result: StepResult) -> str:
    figures = result.counts["figures"]
    drawn = several(figures, "figure") if figures else "no figures"
    return f"{result.counts['bytes'] / 1e6:.1f} MB, {drawn}"


def _publish(result: StepResult) -> str:
    return f"release {result.facts['release_id']}"


STEP_WORDS: Mapping[str, Callable[[StepResult], str]] = {
    "land": _land,
    "clean": _clean,
    "check": _check,
    "features": _features,
    "segment": _segment,
    "train": _train,
    "value": _value,
    "score": _score,
    "stage": _stage,
    "report": _report,
    "publish": _publish,
}
