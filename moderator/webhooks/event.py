"""The event that is posted for a verdict, and its id, which is the same for every try."""

from __future__ import annotations

import hashlib

import msgspec

from moderator.records import Verdict
from moderator.settings import WebhookEndpoint

_VOLATILE = {"cached": False, "degraded": False, "scored_at": "", "latency_ms": 0.0}
"""What differs when a worker judges a comment again after a crash."""

_DIGITS = 3
"""Scores are compared to this many digits: the batch that a text is in changes later ones."""


class WebhookEvent(msgspec.Struct, frozen=True):
    """One event for one endpoint. `id` is its idempotency key; `body` is the signed JSON."""

    id: str
    body: bytes


def event_of(name: str, endpoint: WebhookEndpoint, verdict: Verdict) -> WebhookEvent | None:
    """The event of a verdict for the endpoint `name`, or None if the endpoint does not want it.

    A comment that is judged again with the same outcome has the same id; one that was edited, or
    is judged by another policy or model, has another.
    """
    if verdict.action not in endpoint.actions:
        return None
    if endpoint.policies and verdict.policy.name not in endpoint.policies:
        return None
    if not endpoint.carry_comment:
        verdict = msgspec.structs.replace(verdict, comment=msgspec.UNSET)
    body = {"type": f"verdict.{verdict.action}", "timestamp": verdict.scored_at, "data": verdict}
    return WebhookEvent(_id(name, verdict), msgspec.json.encode(body))


def _id(name: str, verdict: Verdict) -> str:
    scores = {label: round(score, _DIGITS) for label, score in verdict.scores.items()}
    reasons = tuple(
        msgspec.structs.replace(reason, score=round(reason.score, _DIGITS))
        for reason in verdict.reasons
    )
    same = msgspec.structs.replace(
        verdict, **_VOLATILE, scores=scores, reasons=reasons, with_quotes=msgspec.UNSET
    )
    data = msgspec.json.encode(same, order="sorted")
    return "msg_" + hashlib.blake2b(data, key=name.encode(), digest_size=16).hexdigest()
