"""Print the leak audit of all features."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.flows.churn_commands import AuditAnswer
from regulars.ml.leakage import AuditLine


def answer_audit(answer: AuditAnswer, *, as_json: bool) -> None:
    """Print what was done and the verdict, then every feature with its lineage."""
    if as_json:
        print_json(answer.to_json())
        return
    console, lines = answer_console(), answer.audit.lines
    refused, waived = len(answer.audit.refused), len(answer.audit.accepted)
    passed = sum(line.verdict == "passed" for line in lines)
    say(
        console,
        f"{len(lines)} features: {passed} passed, {refused} refused, "
        f"{waived} accepted by a waiver.",
        style="bold",
    )
    say(console, f"{answer.words[0].upper()}{answer.words[1:]}.")
    say(console)
    table = answer_table(
        ["feature", "verdict", "ROC AUC alone", "future deleted", "made from", "reason"],
        ["ROC AUC alone"],
        drop=["made from", "future deleted"],
    )
    for line in sorted(lines, key=_first_what_matters):
        alone = None if line.auc_alone is None else f"{line.auc_alone:.3f}"
        lineage = ", ".join(line.lineage) or None
        add_row(table, line.input, line.verdict, alone, line.future or None, lineage, _reason(line))
    print_table(console, table)


def _first_what_matters(line: AuditLine) -> tuple[bool, bool, float]:
    return (line.verdict == "passed", line.verdict == "accepted", -(line.auc_alone or 0.0))


def _reason(line: AuditLine) -> str:
    waiver = f"; waiver of {line.accepted_by}: {line.accepted_why}" if line.accepted_by else ""
    return f"{line.reason}{waiver}"
