"""`moderator review` on both brokers: killed at work, nothing is lost and nothing decided twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from confluent_kafka import Producer

from moderator.api.access.tokens import Right, new_token
from moderator.feedback.record import Feedback, feedback_from_json
from moderator.http.ports import free_port
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.records import to_json
from tests.integration.admin.conftest import records_of
from tests.integration.workers import WorkerProcess
from tests.kafka import KafkaServer
from tests.unit.review.conftest import held
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(600)

COMMENTS = 120


class Site:
    """`moderator review` as a process of its own, to be killed, and its people."""

    def __init__(self, folder: Path, bootstrap: str, verdicts: str, feedback: str) -> None:
        self.verdicts, self.feedback = verdicts, feedback
        self.bootstrap = bootstrap
        self.database = folder / "review.db"
        self._folder = folder
        self._port = free_port()
        tokens = folder / "tokens.toml"
        self._people = {
            name: new_token(tokens, name, None, None, [Right.REVIEW]) for name in ("anna", "ben")
        }
        self._variables = {
            "KAFKA__BOOTSTRAP_SERVERS": bootstrap,
            "TOPICS__VERDICTS": self.verdicts,
            "FEEDBACK__TO": "topic",
            "FEEDBACK__TOPIC": self.feedback,
            "REVIEW__TOKENS": str(tokens),
            "REVIEW__DATABASE": str(self.database),
            "REVIEW__PORT": str(self._port),
        }
        self.started: list[WorkerProcess] = []

    def start(self) -> WorkerProcess:
        """Returns once the topics have been read."""
        self.started.append(WorkerProcess(self._folder, self._variables, command="review"))
        return self.started[-1].ready()

    def publish(self, count: int) -> None:
        producer = Producer({"bootstrap.servers": self.bootstrap})
        for number in range(count):
            value = to_json(held(f"c{number}", after_s=number))
            producer.produce(self.verdicts, value, key=f"c{number}", partition=number % 4)
        assert producer.flush(60) == 0

    def ask(self, person: str, path: str, tab: str = "1", **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._people[person]}"}
        url = f"http://127.0.0.1:{self._port}/api/{path}"
        return httpx.post(url, headers=headers, json={"tab": tab, **body}, timeout=30)

    def open_next(self, person: str, tab: str = "1") -> dict[str, Any] | None:
        item: dict[str, Any] | None = self.ask(person, "next", tab).json()["item"]
        return item

    def decisions(self) -> list[Feedback]:
        """What is on the topic of feedback."""
        records = records_of(self.bootstrap, self.feedback)
        return [one for record in records if (one := feedback_from_json(record.value()))]


@pytest.fixture(params=["embedded", "kafka"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        if request.param == "embedded":
            broker = stack.enter_context(EmbeddedBroker())
            made = Site(tmp_path, broker.address, "verdicts", "feedback")
        else:
            kafka: KafkaServer = request.getfixturevalue("kafka_server")
            name = uuid4().hex[:8]
            made = Site(tmp_path, kafka.bootstrap, f"{name}.verdicts", f"{name}.feedback")
            kafka.create_topics(made.verdicts, made.feedback)
        yield made
        for process in made.started:
            process.kill()


def about(item: dict[str, Any], action: str = "block") -> dict[str, Any]:
    return {"key": item["key"], "id": item["id"], "action": action}


def test_a_claim_outlasts_a_kill_and_a_decision_is_made_once(site: Site) -> None:
    site.publish(3)
    process = site.start()
    item = site.open_next("anna")
    assert item is not None
    process.kill()  # in the middle of a claim

    process = site.start()
    other = site.open_next("ben")
    assert other is not None
    assert other["id"] != item["id"]
    assert site.open_next("anna") == item
    assert site.ask("anna", "decide", **about(item)).status_code == 200
    process.kill()  # as soon as it is decided

    process = site.start()
    again = site.ask("anna", "decide", **about(item))  # the answer might have been lost
    assert again.json()["outcome"]["comments"] == 0
    assert site.ask("ben", "decide", **about(item, "allow")).json()["reason"] == "decided"
    assert [(one.id, one.action) for one in site.decisions()] == [(item["id"], "block")]
    assert process.metric("moderator_review_waiting_comments") == 2
    assert process.terminate() == 0


def test_killed_while_many_decide_nothing_is_lost_or_decided_twice(site: Site) -> None:
    site.publish(COMMENTS)
    process = site.start()
    answered: Counter[str] = Counter()

    def work(tab: int) -> None:
        """One of several tabs of two people; ends when nothing waits or nobody answers."""
        person = ("anna", "ben")[tab % 2]
        with suppress(httpx.TransportError):
            while (item := site.open_next(person, str(tab))) is not None:
                answer = site.ask(person, "decide", str(tab), **about(item))
                assert answer.status_code == 200, answer.text
                answered[item["id"]] += 1

    for kill_after in (20, 60, None):
        with ThreadPoolExecutor(6) as pool:
            working = [pool.submit(work, tab) for tab in range(6)]
            while kill_after is not None and sum(answered.values()) < kill_after:
                assert not all(one.done() for one in working)
                time.sleep(0.01)
            if kill_after is not None:
                process.kill()
            for one in working:
                one.result()
        if kill_after is not None:
            process = site.start()

    every = {f"c{number}" for number in range(COMMENTS)}
    decided = Counter(one.id for one in site.decisions())
    assert set(decided) == every
    assert set(decided.values()) == {1}
    assert set(answered.values()) == {1}
    assert set(answered) <= every


def test_a_deleted_file_is_made_anew_and_nothing_decided_comes_back(site: Site) -> None:
    site.publish(12)
    process = site.start()
    for _ in range(5):
        item = site.open_next("anna")
        assert item is not None
        site.ask("anna", "decide", **about(item, "allow"))
    undone = site.ask("anna", "undo").json()["outcome"]["id"]
    waits = waiting(site)
    assert process.terminate() == 0
    for file in site.database.parent.glob("review.db*"):
        file.unlink()

    process = site.start()
    # Anna had the one open that she took back: claims are the only thing that is not in the topics.
    assert undone not in waits
    assert waiting(site) == waits | {undone}
    assert len(waits) == 7
    assert process.metric("moderator_review_waiting_comments") == 8


def waiting(site: Site) -> set[str]:
    """The ids that ben is offered, one after the other."""
    found: set[str] = set()
    answer = site.ask("ben", "next", again=True).json()
    while (item := answer["item"]) is not None:
        found.add(item["id"])
        answer = site.ask("ben", "skip", key=item["key"]).json()
    return found


def test_what_is_decided_elsewhere_is_not_offered(site: Site) -> None:
    site.publish(2)
    site.start()
    item = site.open_next("anna")
    assert item is not None
    producer = Producer({"bootstrap.servers": site.bootstrap})
    elsewhere = Feedback(
        source="cli", id=item["id"], text=item["text"], at="2026-11-25T00:00:00Z", action="allow",  # type: ignore[arg-type]
    )  # fmt: skip
    producer.produce(site.feedback, msgspec.json.encode(elsewhere))
    assert producer.flush(30) == 0
    renewed = partial(site.ask, "anna", "renew", key=item["key"])
    assert eventually(lambda: renewed().status_code, 409, timeout_s=30) == 409
    refused = site.ask("anna", "decide", **about(item))
    assert (refused.status_code, refused.json()["reason"]) == (409, "decided")
    assert len(site.decisions()) == 1
