"""Which verdicts an endpoint gets, and the key that stays the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from moderator.errors import SettingsError
from moderator.records import Action, Component, Reason
from moderator.settings import Settings, WebhookEndpoint
from moderator.webhooks.event import WebhookEvent, event_of
from tests.contract.test_cache import verdict
from tests.unit.webhooks.receiver import SECRET


def endpoint(**changes: object) -> WebhookEndpoint:
    return WebhookEndpoint.model_validate(
        {"url": "https://shop.example/hook", "secrets": [SECRET], **changes}
    )


def made(*, to: WebhookEndpoint | None = None, name: str = "shop", **changes: Any) -> WebhookEvent:
    event = event_of(name, to or endpoint(), replace(verdict("a", Action.BLOCK), **changes))
    assert event is not None
    return event


def test_actions_and_policies_choose() -> None:
    allowed, held = verdict("a", Action.ALLOW), verdict("a", Action.REVIEW)
    assert event_of("shop", endpoint(), allowed) is None
    assert event_of("shop", endpoint(actions=["block"]), held) is None
    assert event_of("shop", endpoint(policies=["strict"]), held) is None
    assert event_of("shop", endpoint(policies=["strict", "standard"]), held)
    assert event_of("shop", endpoint(actions=["allow"]), allowed)


def test_the_body_is_the_verdict_with_its_type_and_time() -> None:
    body = json.loads(made().body)
    assert body["type"] == "verdict.block"
    assert body["timestamp"] == body["data"]["scored_at"]
    assert body["data"]["id"] == "a"


def test_the_comment_goes_only_where_it_is_wanted() -> None:
    carried = {"id": "a", "text": "words of a user"}
    assert b"words" not in made(comment=carried).body
    assert b"words" in made(comment=carried, to=endpoint(carry_comment=True)).body


def test_judged_again_is_the_same_event() -> None:
    again = made(
        cached=True, scored_at="2026-01-02T00:00:00.000+00:00", latency_ms=9.0,
        scores={label: score - 1e-5 for label, score in verdict().scores.items()},
    )  # fmt: skip
    assert again.id == made().id


@pytest.mark.parametrize(
    "change",
    [
        {"id": "b"},
        {"action": Action.REVIEW},
        {"policy": Component("standard", "other")},
        {"scores": {"profanity": 0.7}},
        {"reasons": (Reason("block.threat", "threat", 0.9, 0.8),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_outcome_is_another_event(change: dict[str, Any]) -> None:
    assert made(**change).id != made().id


def test_endpoints_have_keys_of_their_own() -> None:
    assert made(name="other").id != made().id


@pytest.mark.parametrize(
    "wrong",
    [
        {"secrets": []},
        {"secrets": ["whsec_c2hvcnQ="]},
        {"secrets": ["hunter2!"]},
        {"url": "ftp://shop.example"},
        {"url": "https://user:password@shop.example"},
        {"actions": []},
        {"actions": ["hide"]},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        endpoint(**wrong)


def test_a_secret_that_is_refused_is_not_repeated() -> None:
    table = {"shop": {"url": "https://shop.example", "secrets": ["hunter2!"]}}
    with pytest.raises(SettingsError, match="openssl rand") as refused:
        Settings.load(None, {"webhooks": {"endpoints": table}})
    assert "hunter2" not in str(refused.value)
