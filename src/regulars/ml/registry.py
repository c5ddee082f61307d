"""Fitted estimators of a project: a folder of files for each, and one index that is replaced whole.

The index names the champion, so a promotion is one move of one small file: a reader sees the state
before it or after it, while a run goes on as well.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from regulars.core.errors import DataError, NotEnoughData
from regulars.ml.estimator_index import Cause, EstimatorRecord, Index, Promotion
from regulars.ml.registry_migration import (
    migrated_estimator,
    migrated_index,
    migrated_scorings,
)
from regulars.release.churn_report import TrainingReport
from regulars.release.release_files import read_file

FORMAT = 2


class Registry:
    """The churn estimators in `<state>/estimators/churn`."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "estimators" / "churn"
        self.index_file = self._folder / "index.json"

    @property
    def index(self) -> Index:
        """What is known now; empty before the first training.

        Raises DataError where the file is damaged or a newer version wrote it.
        """
        with _readable(self.index_file):
            stored = _stored(self.index_file)
            if stored is None:
                return Index()
            if stored["format"] > FORMAT:
                raise DataError(
                    f"a newer version of regulars wrote the estimators (format {stored['format']})",
                    where=str(self.index_file),
                    hint="Use that version, or a newer one.",
                )
            # The next change writes what was migrated: until then the first version can read it.
            if stored["format"] == 1:
                stored = migrated_index(stored)
            return Index(
                stored["champion"],
                tuple(EstimatorRecord.from_json(record) for record in stored["estimators"]),
                tuple(Promotion(**promotion) for promotion in stored["promotions"]),
            )

    def folder(self, estimator_id: str) -> Path:
        """Where the files of an estimator lie."""
        return self._folder / estimator_id

    def new_id(self, wished: str) -> str:
        """The wished id, or the next free one after it."""
        known = {estimator.estimator_id for estimator in self.index.estimators}
        estimator_id, number = wished, 1
        while estimator_id in known:
            number += 1
            estimator_id = f"{wished}-{number}"
        return estimator_id

    def add(
        self, record: EstimatorRecord, trained: object, *, files: Mapping[str, str | bytes]
    ) -> None:
        """Keep a fitted estimator with its files, then its record; it is no champion by that."""
        import joblib

        folder = self.folder(record.estimator_id)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        joblib.dump(trained, folder / "estimator.joblib", compress=3)
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(data)
        self._write(self.index.with_record(record))

    def promote(
        self, estimator_id: str, *, at: str, why: str, cause: Cause = "passed_gates"
    ) -> None:
        """Make an estimator the champion. Raises DataError where its files are gone."""
        index = self.index
        record = index.record(estimator_id)
        if not record.kept:
            raise DataError(
                f"the files of {estimator_id} were removed to save space",
                hint="Raise churn.keep_estimators, and train again.",
            )
        self._write(index.promoted(estimator_id, at=at, why=why, cause=cause))

    def roll_back(self, *, at: str) -> EstimatorRecord:
        """Make the champion before this one the champion again; its record."""
        index = self.index
        before = self.champion_before()
        if before is None:
            raise DataError(
                "there is no champion before this one", hint="`regulars churn history` lists all."
            )
        self.promote(before, at=at, why=f"rolled back from {index.champion}", cause="rolled_back")
        return self.index.record(before)

    def champion_before(self) -> str | None:
        """The champion that the current one replaced, however often champions were rolled back."""
        index = self.index
        trail: list[str] = []
        for step in index.promotions:
            if step.cause == "rolled_back" and step.estimator_id in trail:
                del trail[trail.index(step.estimator_id) + 1 :]
            else:
                trail.append(step.estimator_id)
        known = {estimator.estimator_id for estimator in index.estimators if estimator.kept}
        earlier = [
            estimator_id
            for estimator_id in trail[:-1]
            if estimator_id != index.champion and estimator_id in known
        ]
        return earlier[-1] if earlier else None

    def champion(self) -> Any:
        """The champion, as it was saved. Raises NotEnoughData where there is none."""
        champion = self.index.champion
        if champion is None:
            raise NotEnoughData("no churn estimator is in use", hint="`regulars churn train`")
        return self.load(champion)

    def load(self, estimator_id: str) -> Any:
        """A fitted estimator. Raises DataError where another version cannot read it."""
        estimator = load_estimator(self.folder(estimator_id) / "estimator.joblib")
        known = {record.estimator_id: record.definition for record in self.index.estimators}
        return migrated_estimator(estimator, known.get(estimator_id))

    def report_of(self, estimator_id: str) -> TrainingReport:
        """The report of an estimator as training wrote it, also the training of the first version.

        Raises ReleaseError where it is damaged or was written by a newer version, DataError where
        it is gone.
        """
        report = read_file(TrainingReport, self.folder(estimator_id))
        if report is None:
            raise DataError(
                f"the report of {estimator_id} is gone",
                where=str(self.folder(estimator_id)),
                hint="Train again: `regulars churn train`.",
            )
        return report

    def current_report(self) -> TrainingReport | None:
        """The champion's report; None without a champion."""
        champion = self.index.champion
        return None if champion is None else self.report_of(champion)

    def note(self, name: str) -> Any:
        """A JSON file beside the estimators, such as 'scoring'; None where it was never written.

        Raises DataError where it is damaged.
        """
        path = self._folder / f"{name}.json"
        with _readable(path):
            return _stored(path)

    def scorings(self) -> list[dict[str, Any]]:
        """Every scoring on record, oldest first, with the key of its churn definition."""
        keys = {record.estimator_id: record.definition_key for record in self.index.estimators}
        return migrated_scorings(self.note("scorings") or [], keys)

    def write_note(self, name: str, content: Any) -> None:
        """Write such a file in one move."""
        _replace(self._folder / f"{name}.json", _text(content))

    def prune(self, *, keep: int) -> list[str]:
        """Remove files of all but the newest few, the champion and the one before; the ids."""
        index = self.index
        safe = {index.champion, self.champion_before()}
        unprotected = [
            estimator
            for estimator in index.estimators
            if estimator.kept and estimator.estimator_id not in safe
        ]
        gone = unprotected[: max(0, len(unprotected) - keep)]
        for estimator in gone:
            index = index.with_record(replace(estimator, kept=False))
        if gone:
            self._write(index)
        for estimator in gone:
            shutil.rmtree(self.folder(estimator.estimator_id), ignore_errors=True)
        return [estimator.estimator_id for estimator in gone]

    def _write(self, index: Index) -> None:
        _replace(self.index_file, _text({"format": FORMAT, **asdict(index)}))


def load_estimator(path: Path) -> Any:
    """A fitted estimator from its file. Raises DataError where another version cannot read it."""
    import joblib

    try:
        return joblib.load(path)
    except Exception as error:  # a pickle that was cut short or changed may raise anything
        raise DataError(
            f"the estimator {path.parent.name} cannot be read: {error}",
            where=str(path),
            hint="Another version of regulars made it. Train again: `regulars churn train`.",
        ) from None


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Whatever a damaged file breaks on becomes one sentence that names the file."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"the records of the estimators are damaged: {type(error).__name__}: {error}",
            where=str(path),
            hint="Restore the file from a backup. Or remove it and run `regulars churn train`: "
            "the next training starts new records.",
        ) from None


def _stored(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None


def _text(content: Any) -> str:
    return json.dumps(content, indent=2, sort_keys=True, default=str)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
