"""Files of a release that an older version wrote, under today's names: one function per file.

Most map the plain content of format 1 to that of format 2; those of format 2 say so in their names.
What is not named stays as it is, so a function is the list of what was renamed. The content is
checked by its model afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Content = dict[str, Any]

_KINDS = {"ours": "champion"}
_VERDICTS = {"accepted": "waived"}
_DRIFT = {"moved": "moderate", "moved far": "major"}


def migrate_manifest(old: Content) -> Content:
    """Sources with synthetic rows are fallback sources."""
    return _renamed(old, {"synthetic": "fallback_sources"})


def migrate_project(old: Content) -> Content:
    """Settings of churn are cut to what readers need; accepted leaks are waivers."""
    new = _renamed(
        old,
        {
            "value": "value_column",
            "synthetic": "fallback_sources",
            "accepted_leaks": "waivers",
        },
        without=("churn_kind", "segments"),
    )
    new["churn"] = _churn_terms(old)
    new["value_window"] = _value_window(old.get("value"))
    return _without_none(new)


def migrate_estimator_run(old: Content) -> Content:
    """`kept` said whether the files are still there."""
    new = _renamed(old, {"kept": "has_files"})
    new["checks"] = [_renamed(check, {"found": "finding"}) for check in old.get("checks") or ()]
    return new


def migrate_training(old: Content) -> Content:
    """The report of one training."""
    new = _renamed(
        old,
        {
            "ships_ranking": "ranks_customers",
            "gains": "improvements",
            "segments": "segment_calibration",
            "audit": "leakage_audit",
        },
    )
    board = old.get("scoreboard") or {}
    curves = old.get("curves") or {}
    new["scoreboard"] = {
        "rows": _scores(board.get("rows")),
        "subgroups": _scores(board.get("slices")),
    }
    new["validation"] = _scores(old.get("validation"))
    new["curves"] = {
        "calibration": [_predicted(point) for point in curves.get("calibration") or ()],
        "cumulative_gains": curves.get("gain") or [],
    }
    new["confusion"] = _confusion(old.get("confusion"))
    new["segment_calibration"] = [
        _predicted(segment, without=("kept",)) for segment in old.get("segments") or ()
    ]
    new["leakage_audit"] = [_audited(line) for line in old.get("audit") or ()]
    return _without_none(new)


def migrate_churn(old: Content) -> Content:
    """The report of the estimator in use, with what became of it since."""
    new = _renamed(
        migrate_training(old),
        {"money_tested": "money_on_test", "realised": "backtests", "history": "trainings"},
    )
    if old.get("estimator"):
        new["estimator"] = migrate_estimator_run(old["estimator"])
    if old.get("drift"):
        new["drift"] = migrate_drift(old["drift"])
    new["backtests"] = [_predicted(score) for score in old.get("realised") or ()]
    new["trainings"] = [
        _renamed(training, {"files": "has_files"}) for training in old.get("history") or ()
    ]
    return new


def migrate_drift(old: Content) -> Content:
    """Verdicts have the field's names; the warning is made where it is read."""
    new = _renamed(old, {}, without=("warning",))
    new["inputs"] = [
        {**line, "verdict": _DRIFT.get(line["verdict"], line["verdict"])}
        for line in old.get("inputs") or ()
    ]
    new["thresholds"] = _renamed(old.get("thresholds") or {}, _DRIFT)
    return new


def migrate_value(old: Content) -> Content:
    """The horizon was a text; remaining lives were `time_to_churn`."""
    new = _renamed(old, {"way": "method", "factor": "level_factor", "time_to_churn": "lifetimes"})
    new["horizon"] = _horizon(old.get("horizon"))
    new["lifetimes"] = _lifetimes(old.get("time_to_churn") or {})
    return _without_none(new)


def migrate_advice(old: Content) -> Content:
    """Quantiles of gaps have their numbers in their names."""
    new = _renamed(old, {"rhythm": "purchase_gaps"})
    new["horizons"] = [
        _renamed(facts, {"closed": "is_closed"}) for facts in old.get("horizons") or ()
    ]
    if old.get("rhythm"):
        quantiles = {"eightieth": "percentile_80", "ninetieth": "percentile_90"}
        new["purchase_gaps"] = _renamed(old["rhythm"], quantiles)
    return new


def migrate_scoring(old: Content) -> Content:
    """Tables say what they hold; bounds are `min` and `max`."""
    new = _renamed(
        old,
        {
            "posted": "posted_columns",
            "empty": "empty_tables",
            "ops": "ops_tables",
            "mapped": "mapped_columns",
            "made_from": "feature_entities",
        },
    )
    new["caps"] = {
        entity: {
            column: _renamed(bounds, {"least": "min", "most": "max"})
            for column, bounds in columns.items()
        }
        for entity, columns in (old.get("caps") or {}).items()
    }
    return new


def migrate_project_of_format_2(old: Content) -> Content:
    """What a contact costs had stood with churn, and did not say what was assumed."""
    terms = dict(old.get("churn") or {})
    names = ("contact_cost", "offer_cost", "save_rate")
    stated = {name: terms.pop(name, None) for name in names}
    costs = {name: value for name, value in stated.items() if value is not None}
    new = {**old, "churn": terms or None}
    new["contacts"] = {**costs, "assumed": [name for name in names if name not in costs]}
    return _without_none(new)


def columns_of_format_2(*, value_column: str | None, value_from: str | None) -> str:
    """What to select from a table of customers whose only value was `customer_value`.

    Without a value column, every customer had counted as 1: that was no value.
    """
    value, basis, priority = "null", "null", "churn_probability"
    if value_column is not None:
        bases = {"attribute": "delivered", "predicted": "predicted"}
        kind = bases.get(value_from or "", "past")
        value, priority = "customer_value", "priority"
        basis = f"case when customer_value is not null then '{kind}' end"
    at_risk = f"churn_probability * {value}"
    past = value if value_from in (None, "spend") else "null"
    return (
        f"* exclude (customer_value, priority), cast({past} as double) as past_value, "
        f"cast({value} as double) as value_if_stays, cast({basis} as varchar) as value_basis, "
        f"cast({at_risk} as double) as value_at_risk, cast({priority} as double) as priority"
    )


MIGRATIONS: Mapping[str, Callable[[Content], Content]] = {
    "manifest.json": migrate_manifest,
    "project.json": migrate_project,
    "model_run_metadata.json": migrate_estimator_run,
    "report.json": migrate_training,
    "churn.json": migrate_churn,
    "value.json": migrate_value,
    "advice.json": migrate_advice,
    "scoring.json": migrate_scoring,
}
MIGRATIONS_OF_FORMAT_2: Mapping[str, Callable[[Content], Content]] = {
    "project.json": migrate_project_of_format_2,
}


def migrated(file_name: str, content: Content, *, version: int) -> Content:
    """The content of a file that a format before today's wrote, under today's names."""
    steps = {1: MIGRATIONS, 2: MIGRATIONS_OF_FORMAT_2}
    for format_version, migrations in steps.items():
        if version <= format_version and file_name in migrations:
            content = {**migrations[file_name](content), "format": format_version + 1}
    return content


def _renamed(old: Content, names: Mapping[str, str], *, without: tuple[str, ...] = ()) -> Content:
    gone = {*without, "format"}
    return {names.get(name, name): value for name, value in old.items() if name not in gone}


def _without_none(content: Content) -> Content:
    """Where nothing is said, the model's own default says it."""
    return {name: value for name, value in content.items() if value is not None}


def _predicted(old: Content, *, without: tuple[str, ...] = ()) -> Content:
    return _renamed(old, {"promised": "predicted", "seen": "observed"}, without=without)


def _scores(rows: list[Content] | None) -> list[Content]:
    return [{**row, "kind": _KINDS.get(row["kind"], row["kind"])} for row in rows or ()]


def _audited(old: Content) -> Content:
    new = _renamed(old, {"accepted_by": "waived_by", "accepted_why": "waiver_reason"})
    return {**new, "verdict": _VERDICTS.get(old["verdict"], old["verdict"])}


def _confusion(old: Content | None) -> Content | None:
    if not old:
        return None
    return _renamed(
        old,
        {
            "called_and_churned": "true_positives",
            "called_and_stayed": "false_positives",
            "missed": "false_negatives",
            "rightly_left": "true_negatives",
        },
    )


def _churn_terms(old: Content) -> Content | None:
    terms = dict(old.get("churn") or {})
    terms.setdefault("kind", old.get("churn_kind"))
    if terms["kind"] is None:
        return None
    read = (
        "kind", "horizon", "activity_window", "contact_cost", "offer_cost", "save_rate",
        "tenure_attribute",
    )  # fmt: skip
    return {name: terms[name] for name in read if name in terms}


def _horizon(words: str | None) -> Content | None:
    """`365 days`: the only form that format 1 was written in."""
    match = re.fullmatch(r"(\d+) (day|week|month)s?", words or "")
    return {"periods": int(match[1]), "unit": match[2]} if match else None


def _value_window(column: str | None) -> Content | None:
    """`net_amount_52w`: only the name of the column held the window."""
    match = re.fullmatch(r"net_amount_(\d+)([dwm])", column or "")
    units = {"d": "day", "w": "week", "m": "month"}
    return {"periods": int(match[1]), "unit": units[match[2]]} if match else None


def _lifetimes(old: Content) -> Content:
    new = _renamed(old, {"mean_expected_days_in_next_365": "expected_days_in_next_365"})
    new["curves"] = [
        _renamed(curve, {"curve": "group", "pooled": "is_pooled", "survival": "points"})
        for curve in old.get("curves") or ()
    ]
    return new
