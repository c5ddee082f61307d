"""What `regulars init` could not decide: the `questions` of a project file."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from regulars.core.settings.sources import Setting


class Answer(Setting):
    """One answer to a question, with the settings that it stands for."""

    meaning: str = Field(alias="say", description="What it means, in words.")
    set: dict[str, Any] = Field(
        default={},
        description="Settings by dotted path, such as churn.kind; null removes one, `path+` adds "
        "to a list, and `path-` takes entries away.",
    )


class Question(Setting):
    """An open question: the file holds the first answer until somebody chooses."""

    key: str = Field(
        pattern=r"^[a-z][a-z0-9_.]*$", description="Its name, for `regulars init --answer KEY=N`."
    )
    ask: str = Field(description="The question, with what the files show.")
    answers: list[Answer] = Field(default=[], description="What can be chosen.")
