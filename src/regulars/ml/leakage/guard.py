"""The guard in one call: structure first, then statistics, then signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.leakage.audit import WHOLE_ESTIMATOR, Audit, AuditLine, LeakageWaiver, Verdict
from regulars.ml.leakage.statistics import refused_alone, refused_by_tree, single_aucs
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
    audit = audit.with_refusals(refused_by_tree(frame.select(innocent), seed=seed))
    return audit.with_waivers(signatures)


def judge_estimator(
    audit: Audit,
    *,
    auc: float,
    suspect_above: float,
    accept: Iterable[LeakageWaiver] = (),
    ranks: bool = True,
) -> Audit:
    """Add the line of the whole estimator: too good to be true needs a waiver under `*`.

    Where nobody will be ranked by it (`ranks` is false) it is suspected and stops nothing.
    """
    if np.isnan(auc) or auc < suspect_above:
        return audit
    strongest = max(audit.lines, key=lambda line: line.auc_alone or 0.0)
    who = "(the whole estimator)" if ranks else "the estimator that does not ship"
    reason = (
        f"{who} reaches ROC AUC {auc:.3f}, at or above the ceiling of "
        f"{suspect_above:g}; its strongest feature is '{strongest.input}' with "
        f"{strongest.auc_alone or 0.5:.3f} alone"
    )
    verdict: Verdict = "refused" if ranks else "suspected"
    line = AuditLine(WHOLE_ESTIMATOR, (), verdict, reason, auc_alone=round(auc, 6))
    return audit.with_line(line).with_waivers(accept)
