"""Every key of the project file in exactly one group; a step lists the groups that it reads.

A step is stale once a value in one of its groups changes. A key stands for all keys below it, `*`
for every name that a user gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from regulars.core.settings.model import Project


class SettingsGroup(StrEnum):
    """Settings that are read by the same steps."""

    DELIVERIES = "deliveries"  # what a landed row is
    PLACE = "place"  # where the warehouse is
    CLEANING = "cleaning"  # what a clean row is
    PERIODS = "periods"
    COLUMNS = "columns"  # values that get columns of their own, in the cleaned tables too
    WINDOWS = "windows"
    AS_OF = "as_of"
    CHECKS = "checks"
    OUTCOMES = "outcomes"  # what churn is, and at which dates it is observed
    LIFETIMES = "lifetimes"
    LEARNING = "learning"  # how an estimator is trained and judged, and when
    CONTACTS = "contacts"  # what a contact costs and saves
    LEAKAGE = "leakage"
    SEGMENTS = "segments"
    VALUE = "value"
    UNITS = "units"
    RELEASE = "release"
    # What no step's result depends on:
    CONNECTIONS = "connections"  # how patiently, and with what name, a source is asked
    RESOURCES = "resources"
    EXPECTATIONS = "expectations"  # of a load as a whole, judged by `regulars check --verify` only
    SURFACES = "surfaces"  # what only readers of the file and of releases look at


GROUPS: Mapping[SettingsGroup, tuple[str, ...]] = {
    SettingsGroup.DELIVERIES: (
        "sources.*.path", "sources.*.sql", "sources.*.table", "sources.*.query",
        "sources.*.since_column", "sources.*.overlap", "sources.*.window", "sources.*.changed_by",
        "sources.*.format", "sources.*.skip", "sources.*.header_rows", "sources.*.totals",
        "sources.*.order_lines", "sources.*.load", "sources.*.delimiter", "sources.*.quote",
        "sources.*.escape", "sources.*.encoding", "sources.*.header", "sources.*.columns",
        "sources.*.widths", "sources.*.sheet", "sources.*.types", "sources.*.floor",
        "sources.*.deleted", "sources.*.other_names",
    ),
    SettingsGroup.PLACE: (
        "engine.type", "engine.path", "engine.location", "engine.schema_prefix", "engine.account",
        "engine.database",
    ),
    SettingsGroup.CLEANING: ("entities", "timezone", "currency"),
    SettingsGroup.PERIODS: ("grain",),
    SettingsGroup.COLUMNS: (
        "features.categories", "features.channels", "features.payments",
        "features.interaction_kinds", "features.interaction_channels", "features.touch_channels",
        "features.support_kinds", "features.unhappy_below", "features.category_groups",
        "features.own",
    ),
    SettingsGroup.WINDOWS: ("features.windows",),
    SettingsGroup.AS_OF: ("as_of",),
    SettingsGroup.CHECKS: (
        "checks.strict", "checks.severity", "checks.rows", "checks.missing",
        "checks.mostly_missing", "checks.rejected", "checks.outliers", "checks.far_out",
        "checks.skew", "checks.constant", "checks.largest", "checks.distinct", "checks.churn_rate",
        "checks.usual_churn_rate", "checks.fresh_days", "checks.waivers",
    ),
    SettingsGroup.OUTCOMES: (
        "churn.kind", "churn.horizon", "churn.gap", "churn.activity_window", "churn.decline_below",
        "churn.cutoff_step", "churn.max_cutoffs",
    ),
    SettingsGroup.LIFETIMES: ("churn.tenure_attribute", "churn.tenure_unit", "churn.life_by"),
    SettingsGroup.LEARNING: (
        "churn.suspect_above", "churn.estimators", "churn.balance", "churn.search", "churn.track",
        "churn.gates", "churn.retrain", "churn.retrain_below", "churn.keep_estimators",
    ),
    SettingsGroup.CONTACTS: ("contacts",),
    SettingsGroup.LEAKAGE: ("leakage",),
    SettingsGroup.SEGMENTS: ("segments",),
    SettingsGroup.VALUE: ("value",),
    SettingsGroup.UNITS: ("amount_unit",),
    SettingsGroup.RELEASE: ("project", "recipe", "personal_data", "not_used", "release"),
    SettingsGroup.CONNECTIONS: (
        # Landing itself compares addresses of servers, without their passwords.
        "engine.url", "engine.user", "engine.warehouse", "engine.role", "engine.host",
        "engine.port", "engine.protocol",
        "sources.*.url", "sources.*.headers", "sources.*.timeout", "sources.*.follow_links",
        "sources.*.retries", "sources.*.retry_delay",
        "sources.*.on_failure", "s3", "synthetic",
    ),
    SettingsGroup.RESOURCES: (
        "engine.threads", "engine.memory_limit", "engine.master", "engine.options",
    ),
    SettingsGroup.EXPECTATIONS: ("checks.expect",),
    SettingsGroup.SURFACES: ("questions", "version", "cache", "dashboard", "alerts", "schedule"),
}  # fmt: skip

# What decides a clean row: the step that cleans, and the check that deletes the future, read them.
CLEAN_SETTINGS = (
    SettingsGroup.DELIVERIES,
    SettingsGroup.CLEANING,
    SettingsGroup.PERIODS,
    SettingsGroup.COLUMNS,
)


def settings_in(project: Project, groups: Iterable[SettingsGroup]) -> dict[str, Any]:
    """The values of these groups by key, as plain values."""
    plain = project.model_dump(mode="json")
    return {key: _value(plain, key.split(".")) for group in groups for key in GROUPS[group]}


def _value(plain: Any, names: list[str]) -> Any:
    if not names or plain is None:
        return plain
    first, *rest = names
    if first == "*":
        return {name: _value(inner, rest) for name, inner in plain.items()}
    return _value(plain.get(first), rest)
