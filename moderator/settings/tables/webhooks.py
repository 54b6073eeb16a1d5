"""`[webhooks]`: endpoints that verdicts are posted to, and how long delivery is retried."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from moderator.records import Action
from moderator.settings.tables.section import Count, Positive, Section

_WHSEC = "whsec_"
_MIN_BYTES, _MAX_BYTES = 24, 64


class WebhookEndpoint(Section):
    """A service that verdicts are posted to, and which ones; no `policies` means all of them.

    All `secrets` sign, so that a new one can be added before the old one is removed.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^\s@]+$")]
    secrets: Annotated[tuple[SecretStr, ...], Field(min_length=1, max_length=4)]
    actions: Annotated[tuple[Action, ...], Field(min_length=1)] = (Action.REVIEW, Action.BLOCK)
    policies: tuple[str, ...] = ()
    carry_comment: bool = False

    @field_validator("secrets")
    @classmethod
    def _are_keys(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in secrets:
            signing_key(secret)
        return secrets


EndpointName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class Webhooks(Section):
    """How `moderator webhooks` posts verdicts; without endpoints it does not start."""

    dead_letters: str = "webhooks.dlq"
    group: str = "moderator-webhooks"
    in_flight: Count = 32
    timeout_s: Positive = 10.0
    retry_initial_s: Positive = 1.0
    retry_max_s: Positive = 300.0
    retry_for_s: Positive = 86_400.0
    endpoints: dict[EndpointName, WebhookEndpoint] = Field(default_factory=dict)


def signing_key(secret: SecretStr) -> bytes:
    """The bytes of a secret in the form of Standard Webhooks: `whsec_` and base64.

    Raises ValueError if it is something else.
    """
    text = secret.get_secret_value().removeprefix(_WHSEC)
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if not _MIN_BYTES <= len(key) <= _MAX_BYTES:
        raise ValueError(
            f"a secret is {_WHSEC} and {_MIN_BYTES} to {_MAX_BYTES} bytes in base64: "
            f'echo "{_WHSEC}$(openssl rand -base64 32)"'
        )
    return key
