"""Connections to Snowflake: who asks, secrets from the environment, errors in plain words."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.core.errors import EngineError, MissingExtra, SettingsError
from regulars.core.settings import EngineSettings

# dbt blots variables of this prefix out of its logs.
SECRET = "DBT_ENV_SECRET_REGULARS_PASSWORD"
PASSWORD, KEY, PASSPHRASE = (
    "SNOWFLAKE_PASSWORD", "SNOWFLAKE_PRIVATE_KEY_PATH", "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE",
)  # fmt: skip
# Days end in UTC, and a moment as text has all of its digits: keys are made of such texts.
SESSION = {
    "TIMEZONE": "UTC",
    "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF6",
    "WEEK_START": 1,
}
_SECONDS = 60
_ADVICE = {
    "incorrect username or password": f"Check engine.user, and the password in {PASSWORD}.",
    "jwt token is invalid": f"Check that the public key of {KEY} is set for engine.user.",
    "no active warehouse": "Name engine.warehouse, and grant usage on it to the role.",
    "does not exist or not authorized": "Create it, or grant it to the role: "
    "`regulars grants snowflake` writes the statements.",
    "insufficient privileges": "`regulars grants snowflake` writes the statements that a role "
    "needs.",
}
_NO_ANSWER = "Check engine.account and the network, then run again: what was done is kept."


def driver() -> Any:
    """The driver. Raises MissingExtra where it is not installed."""
    try:
        import snowflake.connector
    except ImportError:
        raise MissingExtra("snowflake-connector-python", extra="snowflake") from None
    return snowflake.connector


@dataclass(frozen=True)
class Account:
    """Where the warehouse is and who asks. Secrets are read from the environment when needed."""

    settings: EngineSettings
    environment: Mapping[str, str]
    run_id: str | None = None

    @classmethod
    def of(cls, settings: EngineSettings, *, run_id: str | None = None) -> Account:
        """The account of an engine's settings. Raises SettingsError where no secret is set."""
        account = cls(settings, os.environ, run_id)
        if not account._secret and not account._key:
            raise SettingsError(
                "neither a password nor a key for Snowflake is set",
                where="engine",
                hint=f"Set {KEY} to the file of a private key (and {PASSPHRASE} where it has one), "
                f"or {PASSWORD}. Neither belongs into the project file.",
            )
        if account._key and not Path(account._key).is_file():
            raise SettingsError("there is no such file", where=f"{KEY}: {account._key}")
        return account

    @property
    def place(self) -> str:
        """Where the warehouse is, without a secret."""
        return f"snowflake://{self.settings.user}@{self.settings.account}/{self.settings.database}"

    @property
    def query_tag(self) -> str:
        """What Snowflake's history of queries says of ours."""
        return f"regulars {self.run_id}" if self.run_id else "regulars"

    def connect(self) -> Any:
        """An open connection. Raises EngineError that says what to do next."""
        connector = driver()
        secret = (
            {"private_key_file": self._key, "private_key_file_pwd": self._secret or None}
            if self._key
            else {"password": self._secret}
        )
        try:
            return connector.connect(
                **self._named(),
                **secret,
                application="regulars",
                autocommit=True,
                login_timeout=_SECONDS,
                validate_default_parameters=True,  # else it goes on without the database
                network_timeout=None,
                session_parameters=SESSION | {"QUERY_TAG": self.query_tag},
            )
        except connector.errors.Error as error:
            raise self.error(error) from None

    def dbt_output(self, *, schema: str, threads: int) -> dict[str, object]:
        """The dbt profile output of the same account; secrets stand in the environment."""
        secret = f"{{{{ env_var('{SECRET}', '') }}}}"
        how = {"private_key_path": self._key} if self._key else {"password": secret}
        if self._key and self._secret:
            how["private_key_passphrase"] = secret
        return {
            "type": "snowflake",
            **self._named(),
            **how,
            "schema": schema,
            "threads": threads,
            "query_tag": self.query_tag,
        }

    def dbt_environment(self) -> dict[str, str]:
        """The variables that the output names."""
        return {SECRET: self._secret}

    def error(self, error: Exception) -> EngineError:
        """An error of the driver in one line, with the next step where there is a usual one."""
        line = " ".join(str(getattr(error, "msg", None) or error).split())
        advice = next((hint for words, hint in _ADVICE.items() if words in line.lower()), None)
        lost = isinstance(error, driver().errors.OperationalError)
        return EngineError(
            f"Snowflake cannot be used: {line}" if lost else line,
            where=self.place if lost or advice else None,
            hint=advice or (_NO_ANSWER if lost else None),
        )

    def _named(self) -> dict[str, Any]:
        names = ("account", "user", "database", "warehouse", "role", "host", "port", "protocol")
        given = {name: getattr(self.settings, name) for name in names}
        return {name: value for name, value in given.items() if value}

    @property
    def _key(self) -> str:
        return self.environment.get(KEY, "")

    @property
    def _secret(self) -> str:
        """The password, or the passphrase of the key where there is a key."""
        return self.environment.get(PASSPHRASE if self._key else PASSWORD, "")
