"""Refusing inputs that know the outcome: by name, lineage, value, and by deleting the future."""

from regulars.ml.leakage.audit import Audit, AuditLine, LeakageWaiver
from regulars.ml.leakage.canary import Canary, shuffled_outcomes
from regulars.ml.leakage.guard import audit_inputs, judge_estimator
from regulars.ml.leakage.invariance import inputs_that_look_ahead, refuse_looking_ahead

__all__ = [
    "Audit",
    "AuditLine",
    "Canary",
    "LeakageWaiver",
    "audit_inputs",
    "inputs_that_look_ahead",
    "judge_estimator",
    "refuse_looking_ahead",
    "shuffled_outcomes",
]
