"""The signature of Standard Webhooks: symmetric, version 1."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from moderator.webhooks.event import WebhookEvent


def signed_headers(event: WebhookEvent, keys: Sequence[bytes], now_s: int) -> dict[str, str]:
    """The headers of one try at `now_s` seconds since 1970, signed with every key."""
    content = b"%b.%d.%b" % (event.id.encode(), now_s, event.body)
    signatures = (hmac.digest(key, content, hashlib.sha256) for key in keys)
    return {
        "Content-Type": "application/json",
        "webhook-id": event.id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(s).decode()}" for s in signatures),
    }
