"""Three files of a project's log: everything, errors, and the time and memory of each step."""

from __future__ import annotations

import json
import logging
import logging.handlers
from contextvars import ContextVar
from pathlib import Path
from typing import Literal

from regulars.core.private_folder import make_private

LogFormat = Literal["text", "json"]
PERFORMANCE = "regulars.performance"
_BYTES, _OLD_FILES = 5_000_000, 3
_TEXT = "%(asctime)s %(levelname)s %(run_id)s %(name)s: %(message)s"
# The run that this process is at; a log line without it belongs to no run.
current_run: ContextVar[str] = ContextVar("current_run", default="-")


class _JsonLines(logging.Formatter):
    """One JSON object per line; `facts` are the values that a line was logged with."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "run_id": record.__dict__.get("run_id"),
            "logger": record.name,
            "message": record.getMessage(),
            **record.__dict__.get("facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class _RunId(logging.Filter):
    """Adds the run to every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.run_id = current_run.get()
        return True


def configure_logging(state: Path, *, log_format: LogFormat = "text") -> None:
    """Write to `logs` in the state: regulars.log, errors.log and performance.log; all rotate."""
    make_private(state)
    logs = state / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    root = logging.getLogger("regulars")
    earlier = [handler for handler in root.handlers if isinstance(handler, _LogFile)]
    if earlier and all(handler.is_of(logs, log_format) for handler in earlier):
        return
    for handler in earlier:  # of another project in the same process
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.INFO)
    root.propagate = False  # other libraries put handlers of their own on the root logger
    root.addHandler(_handler(logs / "regulars.log", logging.INFO, log_format))
    root.addHandler(_handler(logs / "errors.log", logging.ERROR, log_format))
    performance = _handler(logs / "performance.log", logging.INFO, log_format)
    performance.addFilter(logging.Filter(PERFORMANCE))
    root.addHandler(performance)


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log of one project."""

    def __init__(self, path: Path, log_format: LogFormat) -> None:
        super().__init__(path, maxBytes=_BYTES, backupCount=_OLD_FILES, encoding="utf-8")
        self._place = (path.parent, log_format)

    def is_of(self, logs: Path, log_format: LogFormat) -> bool:
        """Whether it lies in this folder and has this form."""
        return self._place == (logs, log_format)


def _handler(path: Path, level: int, log_format: LogFormat) -> logging.Handler:
    handler = _LogFile(path, log_format)
    handler.setLevel(level)
    handler.setFormatter(_JsonLines() if log_format == "json" else logging.Formatter(_TEXT))
    handler.addFilter(_RunId())
    return handler
