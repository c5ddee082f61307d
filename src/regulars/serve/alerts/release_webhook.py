"""'A release was published', posted to a program: JSON with an HMAC, as Standard Webhooks say."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from httpx_retries import Retry, RetryTransport

from regulars.core.errors import DeliveryError
from regulars.core.settings import ReleaseWebhookSettings
from regulars.serve.alerts.channels import Environment, ask, secret_of

CHANNEL = "release webhook"
# A run waits up to 7 seconds for a receiver that is down, and never for as long as that asks.
RETRY = Retry(
    total=3, backoff_factor=0.5, allowed_methods=["POST"], respect_retry_after_header=False
)
_SECONDS = 10.0
_BASE64 = "whsec_"


def post_event(
    settings: ReleaseWebhookSettings,
    event: Mapping[str, Any],
    *,
    event_id: str,
    at: datetime,
    environment: Environment,
    retry: Retry = RETRY,
) -> None:
    """Post one event until it is taken. Raises DeliveryError after the last attempt.

    The id is the same in every attempt, so that a receiver knows what it has already.
    """
    url = secret_of(CHANNEL, settings.url, environment)
    body = json.dumps(event, ensure_ascii=False).encode()
    seconds = str(int(at.timestamp()))
    digest = hmac_of(
        body, secret=secret_of(CHANNEL, settings.secret, environment), event_id=event_id,
        seconds=seconds,
    )  # fmt: skip
    headers = {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": seconds,
        "webhook-signature": digest,
    }
    logging.getLogger("httpx_retries").setLevel(logging.WARNING)  # it logs addresses below that
    with httpx.Client(transport=RetryTransport(retry=retry), timeout=_SECONDS) as client:
        ask(CHANNEL, lambda: client.post(url, content=body, headers=headers))


def hmac_of(body: bytes, *, secret: str, event_id: str, seconds: str) -> str:
    """The header of a body: `v1,` and the base64 of HMAC-SHA256 over `id.seconds.body`.

    A secret that begins with `whsec_` goes on in base64; any other is taken as it is.
    """
    key = secret.encode()
    if secret.startswith(_BASE64):
        try:
            key = base64.b64decode(secret.removeprefix(_BASE64), validate=True)
        except binascii.Error:
            raise DeliveryError(
                f"{CHANNEL}: what follows whsec_ in the secret is not base64"
            ) from None
    content = f"{event_id}.{seconds}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
