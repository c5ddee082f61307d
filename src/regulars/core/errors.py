"""The one error tree: every error a user can meet says what, where, and what to do next.

RegularsError
├── SettingsError      the project file
├── SourceError        a file, table or service that data comes from
│   └── SourceUnavailable  it gave no answer, and may give one later
├── DataError          rows that cannot be used as they are
│   ├── UnknownName        a release holds nothing of this name or id
│   └── PersonalDataError  the answer would tell what is masked
├── EngineError        the warehouse
│   └── QueryTimeout       a question to a release took too long
├── TransformError     a dbt model or test
├── NotEnoughData      nothing can be learned from so little
├── LeakageError       a feature knows the outcome
├── LockedError        another run holds the project
├── ReleaseError       a published release is missing or cannot be read
│   └── NewerRelease       a newer version wrote it
├── DeliveryError      a message reached nobody
└── MissingExtra       an optional part is not installed
"""

from __future__ import annotations


class RegularsError(Exception):
    """Base of all errors meant for a user; `exit_code` is what the command line returns."""

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n  {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"


class SettingsError(RegularsError):
    """The project file is missing, cannot be read or holds an invalid setting."""

    exit_code = 2


class SourceError(RegularsError):
    """A source cannot be read: missing, empty, truncated, or in another encoding."""


class EmptyFile(SourceError):
    """A file holds nothing, not even a header."""


class SourceUnavailable(SourceError):
    """A server did not answer or was too busy: asking again may help.

    `retry_after` is the number of seconds that the server asks to wait; 0 where it says nothing.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.retry_after = retry_after


class DataError(RegularsError):
    """Data arrived, but nothing useful can be made of it."""


class UnknownName(DataError):
    """A release holds nothing of this name: no such customer, segment, attribute or file."""


class PersonalDataError(DataError):
    """Only who may see personal data may ask this."""


class EngineError(RegularsError):
    """The warehouse refused or failed."""


class QueryTimeout(EngineError):
    """A question took longer than a surface waits for an answer."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the answer took longer than {seconds:g} seconds, so it was stopped",
            hint="Ask for less: a shorter period, fewer segments, a longer piece of the name.",
        )


class TransformError(RegularsError):
    """A dbt model or test failed."""


class NotEnoughData(RegularsError):
    """Too few rows, customers or outcomes to learn from."""


class LeakageError(RegularsError):
    """A feature knows the outcome; the run stops and names it."""


class LockedError(RegularsError):
    """Another run holds the project's lock."""

    exit_code = 75


class ReleaseError(RegularsError):
    """No release has been published yet, or the current one cannot be read."""


class NewerRelease(ReleaseError):
    """A newer version wrote the release: it is whole, and this version cannot read it."""


class DeliveryError(RegularsError):
    """A channel did not take a message about a run; its words hold no secret."""


class MissingExtra(RegularsError):
    """An optional dependency is not installed; the hint is the install command.

    `extra` is the one of ours that brings it; without one the package is installed by itself.
    """

    def __init__(self, package: str, *, extra: str | None = None) -> None:
        wanted = f"'regulars[{extra}]'" if extra else package
        super().__init__(
            f"{package} is not installed", hint=f"Install it with: pip install {wanted}"
        )
