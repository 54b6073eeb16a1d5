"""`/v1/feedback` keeps what `moderator feedback add` keeps, for tokens with the right to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import Producer

from moderator.api.access.tokens import Right, new_token
from moderator.feedback.history import history
from moderator.feedback.person import person_hash
from moderator.feedback.record import Feedback
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.records import Action
from moderator.settings import Settings
from tests.unit.api.conftest import MakeClient

PATH = "/v1/feedback"


@pytest.fixture
def broker() -> Iterator[str]:
    with EmbeddedBroker() as broker:
        yield broker.address


@pytest.fixture
async def client(make_client: MakeClient, broker: str, tmp_path: Path) -> httpx.AsyncClient:
    """With the token `desk`, that may moderate and decide."""
    file = tmp_path / "tokens.toml"
    token = new_token(file, "desk", None, None, [Right.MODERATE, Right.FEEDBACK])
    client: httpx.AsyncClient = await make_client(
        {"tokens": file}, {"to": "topic"}, {"bootstrap_servers": broker}
    )
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def kept(broker: str) -> list[Feedback]:
    tables = {"kafka": {"bootstrap_servers": broker}, "feedback": {"to": "topic"}}
    return history(Settings.model_validate(tables))


async def test_a_decision_is_kept_and_answered_without_its_text(
    client: httpx.AsyncClient, broker: str
) -> None:
    body = {"id": "c-1", "text": "words", "action": "block", "community": "games", "note": "spam"}
    answer = await client.post(PATH, json=body)
    assert answer.status_code == 200, answer.text
    (one,) = kept(broker)
    assert (one.source, one.by, one.id, one.text) == ("api", "desk", "c-1", "words")
    assert (one.action, one.community, one.note) == (Action.BLOCK, "games", "spam")
    assert one.expires_at is not None
    assert answer.json() == {
        "at": one.at, "action": "block", "id": "c-1", "community": "games", "by": "desk",
        "expires_at": one.expires_at, "note": "spam",
    }  # fmt: skip


async def test_who_decided_is_kept_as_a_hash_and_undo_takes_back(
    client: httpx.AsyncClient, broker: str
) -> None:
    once = {"text": "words", "action": "allow", "by": "ann", "once": True}
    assert (await client.post(PATH, json=once)).json()["by"] == person_hash("ann", "")
    assert (await client.post(PATH, json={"text": "words", "undo": True})).json()["undone"]
    first, second = kept(broker)
    assert (first.action, first.expires_at, first.id) == (Action.ALLOW, None, None)
    assert (second.action, second.undone) == (None, True)


async def test_the_text_of_a_verdict_is_found_on_its_topic(
    client: httpx.AsyncClient, broker: str
) -> None:
    asked = {"id": "c-1", "text": "rude", "community": "news"}
    verdict = (await client.post("/v1/moderate", json=asked)).json()
    assert (await client.post("/v1/moderate", json={"id": "c-2", "text": "b"})).status_code == 200
    older = verdict | {"scored_at": "2001-01-01T00:00:00.000+00:00", "comment": {"text": "old"}}
    producer = Producer({"bootstrap.servers": broker})
    for one in (older, verdict | {"comment": asked}):
        producer.produce("verdicts", json.dumps(one))
    assert producer.flush(20) == 0
    answer = await client.post(PATH, json={"id": "c-1", "action": "allow"})
    assert answer.json()["verdict"] == verdict["action"] == "review"
    (one,) = kept(broker)
    assert (one.id, one.text, one.community, one.verdict) == ("c-1", "rude", "news", Action.REVIEW)
    for comment_id, reason in (("c-2", "no_text"), ("c-3", "no_verdict")):
        refused = await client.post(PATH, json={"id": comment_id, "action": "allow"})
        assert (refused.status_code, refused.json()["reason"]) == (404, reason)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "a"},
        {"text": "a", "action": "allow", "undo": True},
        {"action": "allow"},
        {"id": "c-1", "action": "allow", "community": "games"},
        {"text": "a", "action": "delete"},
        {"id": "a\0", "action": "allow"},
        {"text": "a", "action": "allow", "days": 1e9},
        {"text": "a", "action": "allow", "unknown": 1},
    ],
)
async def test_what_is_no_decision_is_refused(
    client: httpx.AsyncClient, broker: str, wrong: dict[str, Any]
) -> None:
    assert (await client.post(PATH, json=wrong)).status_code == 400
    assert (await client.post(PATH, json={"text": "b", "action": "allow"})).status_code == 200
    assert [one.text for one in kept(broker)] == ["b"]


async def test_it_takes_the_right(make_client: MakeClient, tmp_path: Path) -> None:
    body = {"text": "a", "action": "allow"}
    without = await (await make_client()).post(PATH, json=body)
    assert (without.status_code, without.json()["reason"]) == (403, "no_right")
    assert "serve.tokens" in without.json()["detail"]
    file = tmp_path / "tokens.toml"
    shop = {"Authorization": f"Bearer {new_token(file, 'shop', None, None)}"}
    desk = {"Authorization": f"Bearer {new_token(file, 'desk', None, None, [Right.FEEDBACK])}"}
    client = await make_client({"tokens": file})
    assert (await client.post(PATH, json=body)).status_code == 401
    assert (await client.post(PATH, json=body, headers=shop)).status_code == 403
    moderated = await client.post("/v1/moderate", json={"text": "a"}, headers=desk)
    assert (moderated.status_code, moderated.json()["reason"]) == (403, "no_right")
    off = await client.post(PATH, json=body, headers=desk)
    assert (off.status_code, off.json()["reason"]) == (409, "feedback_off")


async def test_a_token_decides_in_its_own_community(
    make_client: MakeClient, broker: str, tmp_path: Path
) -> None:
    file = tmp_path / "tokens.toml"
    token = new_token(file, "g", "games", None, list(Right))
    client = await make_client({"tokens": file}, {"to": "topic"}, {"bootstrap_servers": broker})
    client.headers["Authorization"] = f"Bearer {token}"
    body = {"text": "a", "action": "allow"}
    other = await client.post(PATH, json=body | {"community": "news"})
    assert (other.status_code, other.json()["reason"]) == (403, "other_community")
    assert (await client.post(PATH, json=body)).status_code == 200
    assert [one.community for one in kept(broker)] == ["games"]

    all_ = {"Authorization": f"Bearer {new_token(file, 'all', None, None)}"}
    clients = await make_client({"tokens": file}, {"to": "topic"}, {"bootstrap_servers": broker})
    await clients.post("/v1/moderate", json={"id": "c", "text": "vile"}, headers=all_)
    elsewhere = await clients.post(
        PATH, json={"id": "c", "action": "allow"}, headers=client.headers
    )
    assert (elsewhere.status_code, elsewhere.json()["reason"]) == (404, "no_verdict")
    told = await clients.post(PATH, json={**body, "id": "c"}, headers=client.headers)
    assert "verdict" not in told.json()


async def test_a_decision_that_no_broker_takes_is_not_answered_as_kept(
    make_client: MakeClient, tmp_path: Path
) -> None:
    file = tmp_path / "tokens.toml"
    token = new_token(file, "desk", None, None, [Right.FEEDBACK])
    client = await make_client(
        {"tokens": file}, {"to": "topic"}, {"bootstrap_servers": "127.0.0.1:1"}
    )
    client.headers["Authorization"] = f"Bearer {token}"
    answer = await client.post(PATH, json={"text": "a", "action": "allow"})
    assert (answer.status_code, answer.json()["reason"]) == (503, "not_kept")
    assert answer.headers["retry-after"] == "5"
