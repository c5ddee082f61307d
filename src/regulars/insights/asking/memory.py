"""Answers that a project remembers: to compute them again, to follow up, to keep as verified.

`<state>/questions/` has one file per answer, the newest two hundred. `questions.yaml` beside the
project file has the questions that people keep: their words mean exactly this intent from then on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from regulars.core.errors import SettingsError, UnknownName
from regulars.core.fingerprints import fingerprint
from regulars.insights.asking.answers import Answer
from regulars.insights.asking.tokens import words_of
from regulars.insights.semantic.intent import Intent

KEPT_FILE = "questions.yaml"
_ANSWERS_AT_MOST = 200
_LAST = "last"


@dataclass(frozen=True)
class Remembered:
    """An answered question: what it meant, and of which release."""

    answer_id: str
    question: str
    release_id: str
    intent: Intent


class Memory:
    """The answers of a project."""

    def __init__(self, state: Path, project: Path) -> None:
        self._folder = state / "questions"
        self._kept = project / KEPT_FILE

    def remember(self, answer: Answer) -> str:
        """Store an answer's question; returns its id, the same for the same question again."""
        content = {
            "question": answer.question,
            "release_id": answer.release_id,
            "intent": answer.intent.model_dump(mode="json", exclude_defaults=True),
        }
        answer_id = fingerprint(content)[:8]
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{answer_id}.json").write_text(json.dumps(content, indent=2), "utf-8")
        (self._folder / _LAST).write_text(answer_id, "utf-8")
        self._forget_oldest()
        return answer_id

    def recall(self, answer_id: str | None = None) -> Remembered:
        """An answered question, the last one by default. Raises UnknownName where there is none."""
        try:
            wanted = answer_id or (self._folder / _LAST).read_text("utf-8").strip()
            if not wanted.isalnum():
                raise FileNotFoundError
            content = json.loads((self._folder / f"{wanted}.json").read_text("utf-8"))
            intent = Intent.model_validate(content["intent"])
        except (FileNotFoundError, ValueError, KeyError):
            what = f"there is no answer '{answer_id}'" if answer_id else "nothing was answered yet"
            raise UnknownName(what, hint="`regulars ask` prints the ID of each answer.") from None
        return Remembered(wanted, content["question"], content["release_id"], intent)

    def keep(self, words: str, intent: Intent) -> None:
        """From now on these words mean this intent."""
        kept = {**self._read(), words: intent.model_dump(mode="json", exclude_defaults=True)}
        text = yaml.safe_dump({"questions": kept}, sort_keys=False, allow_unicode=True, width=100)
        self._kept.write_text(_HEADER + text, "utf-8")

    def kept(self) -> dict[tuple[str, ...], Intent]:
        """Kept questions by their words. Raises SettingsError for one that is none."""
        try:
            return {
                words_of(words): Intent.model_validate(intent)
                for words, intent in self._read().items()
            }
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise SettingsError(
                f"{'.'.join(map(str, first['loc']))}: {first['msg']}", where=KEPT_FILE
            ) from None

    def _read(self) -> Mapping[str, Any]:
        if not self._kept.exists():
            return {}
        try:
            content = yaml.safe_load(self._kept.read_text("utf-8")) or {}
        except yaml.YAMLError:
            raise SettingsError("the file is no YAML", where=KEPT_FILE) from None
        questions = content.get("questions") if isinstance(content, dict) else None
        if not isinstance(questions, dict):
            raise SettingsError("the file has no `questions`", where=KEPT_FILE)
        return questions

    def _forget_oldest(self) -> None:
        files = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        for path in files[:-_ANSWERS_AT_MOST]:
            path.unlink(missing_ok=True)


_HEADER = """\
# Questions that mean exactly this. `regulars ask --keep WORDS` adds one.
"""
