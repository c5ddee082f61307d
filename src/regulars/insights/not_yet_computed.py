"""What a quick run left to the next run: named by every surface, never shown as a zero."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.insights.population import left_sql
from regulars.insights.release_reading import Reading
from regulars.release.project_facts import ReleasePart

COMMAND = "regulars run"
NOT_YET = "Not yet computed"
_PARTS: Mapping[ReleasePart, str] = {
    "churn_score": "churn scores",
    "customer_values": "predicted customer values",
}


def not_yet_computed(reading: Reading) -> tuple[str, ...]:
    """Everything that the next run adds to this release, in words; empty for a whole release."""
    return tuple(_PARTS[part] for part in reading.manifest.not_yet_computed)


def not_yet_warning(reading: Reading) -> str:
    """What every surface has to say first of the release of a quick run; else nothing."""
    parts = not_yet_computed(reading)
    if not parts:
        return ""
    return f"{NOT_YET}: {' and '.join(parts)}. `{COMMAND}` computes what is missing."


def why_not_yet(reading: Reading, part: ReleasePart) -> str:
    """Why a release lacks a part that is still to come; empty where it is not to come."""
    if part not in reading.manifest.not_yet_computed:
        return ""
    words = _PARTS[part]
    return f"{words[:1].upper()}{words[1:]} are not yet computed: `{COMMAND}` computes them."


def why_not_scored(reading: Reading, *, has_left: bool) -> str:
    """Why a customer has no score, in a few words."""
    if has_left:
        return "Not scored: this customer has left already."
    return (
        why_not_yet(reading, "churn_score")
        or "Not scored: not among the eligible customers of the churn definition."
    )


def exported_risk(reading: Reading) -> str:
    """The SQL of a risk category that leaves the release: a list travels without its warnings."""
    if "churn_score" not in reading.manifest.not_yet_computed:
        return "risk_category"
    return f"case when {left_sql(reading)} then risk_category else '{NOT_YET}' end"
