"""Signatures are what the receivers' own library takes, and nothing that was altered is."""

from __future__ import annotations

import time

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook, WebhookVerificationError

from moderator.settings.tables.webhooks import signing_key
from moderator.webhooks.event import WebhookEvent
from moderator.webhooks.signature import signed_headers
from tests.unit.webhooks.receiver import SECRET as OLD

NEW = "whsec_TVRJek5EVTJOemc1TURFeU16UTFOamM0T1RBeE1qTTA="
EVENT = WebhookEvent("msg_1", '{"type":"verdict.block","who":"ünï"}'.encode())


def headers(*secrets: str) -> dict[str, str]:
    return signed_headers(EVENT, [signing_key(SecretStr(one)) for one in secrets], int(time.time()))


def test_the_receivers_library_takes_it() -> None:
    assert Webhook(OLD).verify(EVENT.body, headers(OLD))["who"] == "ünï"


def test_while_keys_change_both_are_good() -> None:
    both = headers(NEW, OLD)
    for secret in (OLD, NEW):
        Webhook(secret).verify(EVENT.body, both)


def test_what_was_altered_is_refused() -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(EVENT.body + b" ", headers(OLD))
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(EVENT.body, {**headers(OLD), "webhook-id": "msg_2"})
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(EVENT.body, headers(NEW))
