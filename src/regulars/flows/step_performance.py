"""One line of the log for what a step took: time, processor time, and the peak of memory."""

from __future__ import annotations

import logging
import sys

from regulars.core.run_logs import PERFORMANCE
from regulars.core.step_results import StepOutcome

_log = logging.getLogger(PERFORMANCE)


def log_performance(outcome: StepOutcome, *, processor_seconds: float) -> None:
    """Write the line; the peak is that of the process so far, where the system knows it."""
    facts = {
        "step": outcome.name,
        "status": str(outcome.status),
        "seconds": round(outcome.seconds, 3),
        "processor_seconds": round(processor_seconds, 3),
        "peak_megabytes": _peak_megabytes(),
    }
    words = " ".join(f"{name}={value}" for name, value in facts.items())
    _log.info("%s", words, extra={"facts": facts})


def _peak_megabytes() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)
