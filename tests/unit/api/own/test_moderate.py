"""The own API: verdicts as published, errors beside them, explanations, look-ups."""

from __future__ import annotations

import json
from pathlib import Path
from time import sleep
from typing import Any

import jsonschema
import pytest

from moderator.api.access.tokens import new_token
from moderator.metrics import Metrics
from moderator.scorers.cascade import Cascade, Stage
from moderator.testing import StubScorer
from tests.unit.api.conftest import LABELS, MakeClient, by_word

SCHEMA = json.loads(
    (Path(__file__).parents[4] / "deploy/schemas/verdict.schema.json").read_text("utf-8")
)


async def test_one_comment_is_answered_with_its_published_verdict(make_client: MakeClient) -> None:
    client = await make_client()
    answer = await client.post("/v1/moderate", json={"id": "7", "text": "vile"})
    assert answer.status_code == 200
    verdict = answer.json()
    jsonschema.validate(verdict, SCHEMA)
    assert (verdict["id"], verdict["action"]) == ("7", "block")


async def test_each_comment_of_several_gets_a_verdict_or_an_error(make_client: MakeClient) -> None:
    client = await make_client()
    comments: list[Any] = [
        {"id": "1", "text": "vile"}, {"text": 5}, {"text": "kind", "colour": "red"},
        {"id": "a\0", "text": "a"}, {"id": "", "text": "a"}, {"id": "5", "text": "kind"},
    ]  # fmt: skip
    answer = await client.post("/v1/moderate", json={"comments": comments})
    results = answer.json()["results"]
    assert [result.get("action") for result in results] == ["block", *[None] * 4, "allow"]
    assert [result["error"]["status"] for result in results[1:5]] == [400] * 4
    assert "colour" in results[2]["error"]["detail"]
    jsonschema.validate(results[5], SCHEMA)


async def test_a_comment_gets_an_id_by_which_its_verdict_is_found(make_client: MakeClient) -> None:
    client = await make_client()
    verdict = (await client.post("/v1/moderate", json={"text": "rude"})).json()
    found = await client.get(f"/v1/verdicts/{verdict['id']}")
    assert found.json() == verdict
    assert (await client.get("/v1/verdicts/a/b")).status_code == 404


async def test_an_explanation_says_what_led_to_the_verdict(make_client: MakeClient) -> None:
    scorer = Cascade([Stage(StubScorer(by_word, labels=LABELS))])
    client = await make_client(scorer=scorer, trace=scorer.trace)
    asked = {"text": "> rude\nVILE vile"}
    verdict = (await client.post("/v1/moderate?explain=1", json=asked)).json()
    jsonschema.validate(verdict, SCHEMA)
    why = verdict["explanation"]
    assert why["normal_form"] == "> rude\nvile vile"
    assert why["unquoted_text"] == "VILE vile"
    assert why["decided_by"] == "stub"
    assert why["thresholds"]["toxicity"] == {"score": 0.95, "review": 0.5, "block": 0.9}
    assert [stage["scores"]["toxicity"] for stage in why["stages"]] == [0.95]
    assert why["versions"]["policy"]["name"] == "standard"
    too_many = {"comments": [asked] * 17}
    assert (await client.post("/v1/moderate?explain=1", json=too_many)).status_code == 400
    assert (await client.post("/v1/moderate?explain=yes", json=asked)).status_code == 400


async def test_an_explanation_shows_stages_that_failed_or_were_not_asked(
    make_client: MakeClient,
) -> None:
    def fail(_: str) -> dict[str, float]:
        raise ValueError

    scorer = Cascade(
        [
            Stage(StubScorer(by_word, labels=LABELS)),
            Stage(StubScorer(by_word, name="unasked", labels=LABELS), {"toxicity": (0.4, 0.5)}),
            Stage(StubScorer(fail, name="failing", labels=LABELS)),
        ]
    )
    client = await make_client(scorer=scorer, trace=scorer.trace)
    asked = {"text": "rude"}
    why = (await client.post("/v1/moderate?explain=1", json=asked)).json()["explanation"]
    shown = [(stage["name"], stage["asked"], bool(stage["scores"])) for stage in why["stages"]]
    assert shown == [("stub", True, True), ("unasked", False, False), ("failing", True, False)]
    assert why["decided_by"] == "stub"
    kind = (await client.post("/v1/moderate?explain=1", json={"text": "kind"})).json()
    assert (kind["action"], kind["explanation"]["decided_by"]) == ("review", "failing")


async def test_an_explanation_must_keep_the_deadline_too(make_client: MakeClient) -> None:
    scorer = StubScorer(by_word, labels=LABELS)

    def trace(_: Any) -> list[Any]:
        sleep(0.3)
        return []

    client = await make_client(scorer=scorer, trace=trace)
    answer = await client.post(
        "/v1/moderate?explain=1",
        json={"comments": [{"text": "kind"}] * 5},
        headers={"X-Request-Timeout-Ms": "200"},
    )
    assert (answer.status_code, answer.json()["reason"]) == (504, "deadline")


async def test_an_allowed_comment_was_decided_by_no_stage(make_client: MakeClient) -> None:
    scorer = Cascade([Stage(StubScorer(by_word, labels=LABELS))])
    client = await make_client(scorer=scorer, trace=scorer.trace)
    kind = (await client.post("/v1/moderate?explain=1", json={"text": "kind"})).json()
    assert (kind["action"], kind["explanation"]["decided_by"]) == ("allow", None)


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"{", 400, "not_json"),
        (b"\xff", 400, "not_json"),
        (b"[]", 400, "invalid_request"),
        (b"{}", 400, "invalid_request"),
        (b'{"comments": []}', 400, "invalid_request"),
        (b'{"comments": null}', 400, "invalid_request"),
        (b'{"text": "a", "comments": [{"text": "a"}]}', 400, "invalid_request"),
        (b'{"text": "a", "id": "\\ud800"}', 400, "invalid_request"),
        (b'{"text": "a", "id": "\\u0000"}', 400, "invalid_request"),
        (b'{"text": "' + b"a" * 3_000 + b'"}', 413, "body_too_large"),
        (b'{"comments": [' + b'{"text": "a"},' * 9 + b'{"text": "a"}]}', 400, "invalid_request"),
        (b'{"text":' + b"[" * 2_000, 400, "not_json"),
    ],
)
async def test_a_bad_body_is_a_problem(
    make_client: MakeClient, body: bytes, status: int, reason: str
) -> None:
    client = await make_client({"max_body_bytes": 3_000, "max_comments": 9})
    answer = await client.post(
        "/v1/moderate", content=body, headers={"content-type": "application/json"}
    )
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["reason"] == reason
    assert problem["type"] == f"/docs#{reason}"


async def test_what_is_not_said_to_be_json_is_refused(make_client: MakeClient) -> None:
    client = await make_client()
    answer = await client.post("/v1/moderate", content=b'{"text": "a"}')
    assert answer.status_code == 415


async def test_unknown_paths_and_methods_are_problems(make_client: MakeClient) -> None:
    client = await make_client()
    nowhere, method = await client.get("/v1/moderat"), await client.get("/v1/moderate")
    assert (nowhere.status_code, method.status_code) == (404, 405)
    assert method.headers["allow"] == "POST"
    assert nowhere.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("deadline", ["0", "abc", "-1", "1.5", "9999999"])
async def test_a_bad_deadline_is_refused(make_client: MakeClient, deadline: str) -> None:
    client = await make_client()
    answer = await client.post(
        "/v1/moderate", json={"text": "a"}, headers={"X-Request-Timeout-Ms": deadline}
    )
    assert (answer.status_code, answer.json()["reason"]) == (400, "invalid_deadline")


async def test_a_token_has_its_community(make_client: MakeClient, tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    headers = {"Authorization": f"Bearer {new_token(file, 'g', 'games', None)}"}
    client = await make_client({"tokens": file})
    assert (await client.post("/v1/moderate", json={"text": "vile"})).status_code == 401
    mine = await client.post("/v1/moderate", json={"text": "vile"}, headers=headers)
    assert (mine.json()["action"], mine.json()["policy"]["name"]) == ("allow", "off")
    other = {"text": "vile", "community": "elsewhere"}
    assert (await client.post("/v1/moderate", json=other, headers=headers)).status_code == 403


async def test_a_token_of_a_community_sees_no_verdict_of_another(
    make_client: MakeClient, tmp_path: Path
) -> None:
    file = tmp_path / "tokens.toml"
    games, all_ = (
        {"Authorization": f"Bearer {new_token(file, name, community, None)}"}
        for name, community in (("g", "games"), ("all", None))
    )
    client = await make_client({"tokens": file})
    for comment in ({"id": "1"}, {"id": "2", "community": "games"}, {"id": "3", "community": "x"}):
        await client.post("/v1/moderate", json={"text": "vile", **comment}, headers=all_)
    found = {
        name: [
            (await client.get(f"/v1/verdicts/{id_}", headers=headers)).status_code for id_ in "123"
        ]
        for name, headers in (("games", games), ("all", all_))
    }
    assert found == {"games": [404, 200, 404], "all": [200] * 3}


async def test_requests_are_counted_by_route_and_status(
    make_client: MakeClient, metrics: Metrics
) -> None:
    client = await make_client()
    await client.post("/v1/moderate", json={"text": "a"})
    await client.post("/v1/moderate", json={"text": 1})
    await client.get("/v1/verdicts/secret")
    await client.get("/nowhere/secret")

    def count(route: str, status: str) -> float | None:
        return metrics.registry.get_sample_value(
            "moderator_http_requests_total", {"route": route, "status": status}
        )

    assert (count("/v1/moderate", "200"), count("/v1/moderate", "400")) == (1, 1)
    assert (count("/v1/verdicts/{id}", "404"), count("other", "404")) == (1, 1)
    page = metrics.exposition()[0].decode()
    assert "secret" not in page
    assert "moderator_http_in_flight_requests 0.0" in page
    assert "moderator_http_batch_comments_count 1.0" in page
