"""The ways of a message: webhook, mail, and what Apprise reaches. Secrets never leave here."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from importlib import import_module

import httpx

from regulars.core.errors import DeliveryError, MissingExtra
from regulars.core.settings import AlertSettings, EmailSettings
from regulars.serve.alerts.message import Message

_SECONDS = 10.0  # a run never waits longer than this for a channel
Environment = Mapping[str, str]


@dataclass(frozen=True)
class Channel:
    """One way; `send` raises DeliveryError or MissingExtra."""

    name: str
    send: Callable[[Message], None]


def open_channels(settings: AlertSettings, environment: Environment) -> list[Channel]:
    """The channels of a project."""
    channels = []
    if settings.webhook:
        channels.append(Channel("webhook", _Webhook(settings.webhook, environment)))
    if settings.email:
        channels.append(Channel("email", _Mail(settings.email, environment)))
    if settings.apprise:
        channels.append(Channel("apprise", _Apprise(settings.apprise, environment)))
    return channels


def send_heartbeat(settings: AlertSettings, environment: Environment) -> None:
    """Tell the service that waits for it that a run has ended well."""
    if settings.heartbeat:
        url = secret_of("heartbeat", settings.heartbeat, environment)
        ask("heartbeat", lambda: httpx.get(url, timeout=_SECONDS))


def secret_of(channel: str, name: str, environment: Environment) -> str:
    """The value of an environment variable. Raises DeliveryError where it is not set."""
    if not environment.get(name):
        raise DeliveryError(
            f"{channel}: the environment variable {name} is not set", hint=f"export {name}=..."
        )
    return environment[name]


def ask(channel: str, request: Callable[[], httpx.Response]) -> None:
    """Errors without the address: it may be all that protects the channel."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses at level INFO
    try:
        response = request()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryError(f"{channel}: {type(error).__name__}") from None
    if not response.is_success:
        raise DeliveryError(f"{channel}: the server answered {response.status_code}")


@dataclass(frozen=True)
class _Webhook:
    """Posts JSON; `text` is what chat services show."""

    name: str
    environment: Environment

    def __call__(self, message: Message) -> None:
        url = secret_of("webhook", self.name, self.environment)
        content = {"text": f"{message.subject}\n{message.text}", **message.values}
        ask("webhook", lambda: httpx.post(url, json=content, timeout=_SECONDS))


@dataclass(frozen=True)
class _Mail:
    """Sends through a mail server."""

    settings: EmailSettings
    environment: Environment

    def __call__(self, message: Message) -> None:
        settings = self.settings
        mail = EmailMessage()
        mail["Subject"], mail["From"] = message.subject, settings.sender
        mail["To"], mail["Date"] = ", ".join(settings.to), format_datetime(message.at)
        mail.set_content(message.text)
        try:
            with self._server() as server:
                if settings.user:
                    server.login(settings.user, self._password())
                server.send_message(mail)
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(f"email: the server answered {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"email: {type(error).__name__}: {error}") from None

    def _server(self) -> smtplib.SMTP:
        host, port = self.settings.host, self.settings.port
        context = ssl.create_default_context()
        if self.settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
        server = smtplib.SMTP(host, port, timeout=_SECONDS)
        if self.settings.security == "starttls":
            server.starttls(context=context)
        return server

    def _password(self) -> str:
        name = self.settings.password
        return secret_of("email", name, self.environment) if name else ""


@dataclass(frozen=True)
class _Apprise:
    """Whatever Apprise reaches."""

    name: str
    environment: Environment

    def __call__(self, message: Message) -> None:
        urls = secret_of("apprise", self.name, self.environment).split()
        try:
            apprise = import_module("apprise")
        except ImportError:
            raise MissingExtra("apprise", extra="alerts") from None
        services = apprise.Apprise()
        added = [services.add(url) for url in urls]
        if not all(added):
            raise DeliveryError("apprise: a URL is not one that Apprise knows")
        if not services.notify(title=message.subject, body=message.text):
            raise DeliveryError("apprise: a service did not take the message")
