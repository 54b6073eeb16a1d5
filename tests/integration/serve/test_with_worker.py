"""`serve.with_worker`: one process judges the topic and answers over HTTP, over one cache."""

from __future__ import annotations

import threading
from collections.abc import Callable

import httpx
import pytest

from moderator.http.ports import free_port
from tests.integration.conftest import Stage
from tests.integration.workers import WorkerProcess
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)  # the first one waits for the broker to start

Start = Callable[..., tuple[WorkerProcess, str]]


@pytest.fixture
def start(stage: Stage) -> Start:
    """Starts a worker with an API; the worker and the API's address."""

    def start(stub: tuple[str, ...] | None = None) -> tuple[WorkerProcess, str]:
        port = free_port()
        given = {"SERVE__WITH_WORKER": "true", "SERVE__PORT": str(port)}
        given |= {"CACHE__BACKEND": "memory", "SCORERS__USE": '["lexicon"]'}
        worker = stage.start(stub=stub, **given).ready()
        return worker, f"http://127.0.0.1:{port}"

    return start


def test_what_came_by_the_topic_is_known_over_http_and_scored_once(
    stage: Stage, start: Start
) -> None:
    worker, url = start()
    stage.ledger.produce([("c1", b'{"id":"c1","text":"what the fuck"}')])
    stage.ledger.flush()
    stage.ledger.settle()
    assert stage.ledger.verdicts == {"c1": 1}
    kept = httpx.get(f"{url}/v1/verdicts/c1", timeout=30).json()
    assert (kept["id"], kept["action"], kept["cached"]) == ("c1", "review", False)
    asked = httpx.post(f"{url}/v1/moderate", json={"id": "h1", "text": "what the fuck"}, timeout=30)
    assert (asked.json()["action"], asked.json()["cached"]) == ("review", True)
    # Both on one port of metrics.
    assert worker.metric("moderator_comments_total", source="scorers") == 1
    assert worker.metric("moderator_comments_total", source="cache") == 1
    assert worker.metric("moderator_http_requests_total", route="/v1/moderate", status="200") == 1


def test_nothing_asked_over_http_reaches_the_topic(stage: Stage, start: Start) -> None:
    _, url = start()
    bodies = [{"id": f"h{n}", "text": f"words {n}"} for n in range(5)]
    answer = httpx.post(f"{url}/v1/moderate", json={"comments": bodies}, timeout=30)
    assert [one["id"] for one in answer.json()["results"]] == [f"h{n}" for n in range(5)]
    stage.ledger.produce([("c1", b'{"id":"c1","text":"words of a producer"}')])
    stage.ledger.flush()
    stage.ledger.settle()
    assert stage.ledger.verdicts == {"c1": 1}
    assert not stage.ledger.dead_letters


def test_sigterm_ends_both_and_answers_what_is_open(stage: Stage, start: Start) -> None:
    worker, url = start(stub=("--delay-s", "1.5"))
    found: list[int] = []

    def ask() -> None:
        answer = httpx.post(f"{url}/v1/moderate", json={"text": "words"}, timeout=30)
        found.append(answer.status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    in_flight = "moderator_http_in_flight_requests"
    assert eventually(lambda: worker.metric(in_flight) == 1 or bool(found), True)
    assert found == []
    assert worker.terminate() == 0
    asking.join(30)
    assert found == [200]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/docs", timeout=5)


def test_without_a_token_the_worker_does_not_listen_to_others(stage: Stage) -> None:
    open_to_all = {"SERVE__WITH_WORKER": "true", "SERVE__HOST": "0.0.0.0"}  # noqa: S104
    worker = stage.start(SCORERS__USE='["lexicon"]', **open_to_all)
    assert worker.wait(180) == 2
    assert "serve.tokens" in worker.log
    assert "--insecure" not in worker.log  # an option of `moderator serve` alone
