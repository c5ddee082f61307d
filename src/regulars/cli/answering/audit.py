"""The audit of inputs on the terminal."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.flows.auditing import AuditAnswer
from regulars.ml.leakage import AuditLine


def answer_audit(found: AuditAnswer, *, as_json: bool) -> None:
    """What was done and the verdict first, then every input with its lineage."""
    if as_json:
        print_json(found.to_json())
        return
    console, lines = answer_console(), found.audit.lines
    refused, signed = len(found.audit.refused), len(found.audit.accepted)
    passed = sum(line.verdict == "passed" for line in lines)
    say(
        console,
        f"{len(lines)} inputs: {passed} passed, {refused} refused, {signed} signed for.",
        style="bold",
    )
    say(console, f"{found.words[0].upper()}{found.words[1:]}.")
    say(console)
    table = answer_table(["input", "verdict", "ROC AUC alone", "future", "made from", "because"])
    for line in sorted(lines, key=_first_what_matters):
        alone = None if line.auc_alone is None else f"{line.auc_alone:.3f}"
        made = ", ".join(line.lineage) or None
        add_row(table, line.input, line.verdict, alone, line.future or None, made, _why(line))
    print_table(console, table)


def _first_what_matters(line: AuditLine) -> tuple[bool, bool, float]:
    return (line.verdict == "passed", line.verdict == "accepted", -(line.auc_alone or 0.0))


def _why(line: AuditLine) -> str:
    signed = f"; signed by {line.accepted_by}: {line.accepted_why}" if line.accepted_by else ""
    return f"{line.reason}{signed}"
