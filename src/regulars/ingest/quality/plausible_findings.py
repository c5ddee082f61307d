"""One finding of kind plausibility: a sign that a mapping is wrong, whatever its rows say."""

from __future__ import annotations

from regulars.ingest.quality.findings import Finding

KIND = "plausibility"
JUDGED = 100  # Fewer rows or customers may be alike by chance, or be a trial.


def plausible(name: str, *, passed: bool, message: str) -> Finding:
    """A check that stops the run where it fails and no waiver accepts it."""
    return Finding(name, KIND, "error", passed, message, name.partition(".")[0])
