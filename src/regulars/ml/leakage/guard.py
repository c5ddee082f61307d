"""The guard in one call: structure first, then statistics, then signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.leakage.audit import WHOLE_ESTIMATOR, Audit, AuditLine, LeakageWaiver
from regulars.ml.leakage.pairs import refused_as_pairs
from regulars.ml.leakage.small_groups import SmallGroup, explaining_group, reaches
from regulars.ml.leakage.statistics import (
    SINGLE_AUC,
    refused_alone,
    refused_by_tree,
    single_aucs,
)
from regulars.ml.leakage.structure import refused_by_lineage, refused_by_name
from regulars.ml.leakage.totals import refused_as_totals


def audit_inputs(
    frame: Frame,
    *,
    lineage: Mapping[str, tuple[str, ...]],
    outcome_lineage: Iterable[str] = (),
    outcome_names: Iterable[str] = (),
    looks_ahead: Mapping[str, str] | None = None,
    accept: Iterable[LeakageWaiver] = (),
    seed: int = 0,
) -> Audit:
    """Judge every input of a frame with outcomes; `Audit.enforce` then stops the run or not.

    `looks_ahead` gives the inputs that changed when later rows were deleted, with a reason each;
    None where nobody looked.
    """
    signatures = tuple(accept)
    names = frame.inputs.column_names
    aucs = single_aucs(frame, seed=seed)
    audit = Audit(
        tuple(
            AuditLine(name, lineage.get(name, ()), "passed", auc_alone=round(aucs[name], 6))
            for name in names
        )
    )
    audit = audit.with_refusals(refused_by_name(names, outcome_names=outcome_names))
    audit = audit.with_refusals(refused_by_lineage(lineage, outcome_lineage=outcome_lineage))
    audit = audit.with_future(looks_ahead) if looks_ahead is not None else audit
    audit = audit.with_refusals(refused_alone(aucs))
    audit = audit.with_refusals(refused_as_totals(frame, lineage, seed=seed))
    innocent = [line.input for line in audit.lines if line.verdict == "passed"]
    audit = audit.with_refusals(_refused_together(frame.select(innocent), seed=seed))
    innocent = [line.input for line in audit.lines if line.verdict == "passed"]
    audit = audit.with_refusals(refused_as_pairs(frame.select(innocent), lineage, seed=seed))
    return audit.with_waivers(signatures)


def _refused_together(frame: Frame, *, seed: int) -> dict[str, str]:
    """Reasons for inputs with which few questions tell the outcome, where nothing else does."""
    reasons = refused_by_tree(frame, seed=seed)
    # Clusters far apart need few questions too, but any of their features will do for them.
    if reasons and explaining_group(frame, ceiling=SINGLE_AUC, seed=seed) is None:
        return {}
    return reasons


def judge_estimator(
    audit: Audit,
    frame: Frame,
    *,
    auc: float,
    suspect_above: float,
    accept: Iterable[LeakageWaiver] = (),
    ranks: bool = True,
    seed: int = 0,
) -> Audit:
    """Judge the whole estimator: too good to be true has an explanation, or is suspected.

    One input, or two or three together, that explain it are refused. Where none do, line `*` says
    that a leak is suspected, which stops nothing: honest inputs reach as much when many are strong.
    A waiver for `*` is one for both. Inputs with a waiver explain nothing any more; where without
    them the estimator is below the ceiling, they are the explanation. Nothing is refused where
    nobody will be ranked by the estimator (`ranks` is false).
    """
    if np.isnan(auc) or auc < suspect_above:
        return audit
    signatures = tuple(accept)
    waived = {line.input for line in audit.accepted}
    left = [name for name in frame.inputs.column_names if name not in waived]
    if waived and not (left and reaches(frame.select(left), ceiling=suspect_above, seed=seed)):
        return audit
    reason = _too_good(audit, auc=auc, suspect_above=suspect_above, ranks=ranks)
    line = AuditLine(WHOLE_ESTIMATOR, (), "refused", reason, auc_alone=round(auc, 6))
    if any(waiver.column == WHOLE_ESTIMATOR for waiver in signatures):
        return audit.with_line(line).with_waivers(signatures)
    group = None
    if ranks:
        group = explaining_group(frame.select(left), ceiling=suspect_above, seed=seed)
    if group is None:
        return audit.with_line(replace(line, verdict="suspected"))
    return audit.with_refusals(_explained_by(group, auc)).with_waivers(signatures)


def _explained_by(group: SmallGroup, auc: float) -> dict[str, str]:
    """The reason for each input of a group that explains the estimator."""
    those = "it" if len(group.inputs) == 1 else "them"
    reasons = {}
    for name in group.inputs:
        companions = [f"'{other}'" for other in group.inputs if other != name]
        how = f"with {' and '.join(companions)}" if companions else "alone"
        reasons[name] = (
            f"explains, {how}, the ROC AUC {auc:.3f} of the whole estimator: "
            f"{group.alone:.3f} with nothing else, {group.without:.3f} without {those}"
        )
    return reasons


def _too_good(audit: Audit, *, auc: float, suspect_above: float, ranks: bool) -> str:
    strongest = audit.strongest
    who = "(the whole estimator)" if ranks else "(the estimator that does not ship)"
    alone = ""
    if strongest is not None:
        auc_alone = strongest.auc_alone or 0.5
        alone = f"; its strongest feature is '{strongest.input}' with {auc_alone:.3f} alone"
    return (
        f"{who} reaches ROC AUC {auc:.3f}, at or above the ceiling of {suspect_above:g}, and no "
        f"feature or small group explains it{alone}"
    )
