"""Fitted estimators of a project: one folder each, and a pointer to the champion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from regulars.core.errors import NotEnoughData


class Registry:
    """The churn estimators in `<state>/estimators/churn`."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "estimators" / "churn"
        self._pointer = self._folder / "CHAMPION"

    def save(self, estimator_id: str, trained: object, report: dict[str, Any]) -> None:
        """Keep a fitted estimator with its report and make it the champion."""
        import joblib

        folder = self._folder / estimator_id
        folder.mkdir(parents=True, exist_ok=True)
        joblib.dump(trained, folder / "estimator.joblib", compress=3)
        _write(folder / "report.json", json.dumps(report, indent=2, sort_keys=True, default=str))
        _write(self._pointer, estimator_id)

    def clear(self) -> None:
        """No champion: the project defines no churn, or nothing could be learned."""
        self._pointer.unlink(missing_ok=True)

    def champion(self) -> Any:
        """The champion, as it was saved. Raises NotEnoughData where there is none."""
        import joblib

        folder = self._champion_folder()
        if folder is None:
            raise NotEnoughData("no churn estimator has been trained yet")
        return joblib.load(folder / "estimator.joblib")

    def current_report(self) -> dict[str, Any] | None:
        """The champion's report; None without a champion."""
        folder = self._champion_folder()
        if folder is None:
            return None
        loaded: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
        return loaded

    def _champion_folder(self) -> Path | None:
        if not self._pointer.exists():
            return None
        return self._folder / self._pointer.read_text("utf-8").strip()


def _write(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(text, "utf-8")
    draft.replace(path)
