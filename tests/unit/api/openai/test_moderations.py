"""OpenAI's moderation: honest categories, flagged by the policy, errors with all four fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from moderator.api.access.tokens import new_token
from moderator.testing import StubScorer
from tests.unit.api.conftest import LABELS, MakeClient

PATH = "/v1/moderations"


def scorer(**scores: float) -> StubScorer:
    return StubScorer(lambda _: {**dict.fromkeys(LABELS, 0.01), **scores}, labels=LABELS)


async def test_categories_say_what_our_labels_say(make_client: MakeClient) -> None:
    given = scorer(insult=0.3, toxicity=0.6, threat=0.4, identity_attack=0.7)
    client = await make_client(scorer=given)
    answer = (await client.post(PATH, json={"input": "a"})).json()
    assert answer["id"].startswith("modr-")
    assert answer["model"] == "omni-moderation-latest"
    (result,) = answer["results"]
    scores = result["category_scores"]
    assert (scores["harassment"], scores["harassment/threatening"]) == (0.6, 0.4)
    assert (scores["hate"], scores["hate/threatening"]) == (0.7, 0.4)
    assert (scores["sexual"], scores["self-harm"]) == (0.0, 0.0)
    assert {name for name, kinds in result["category_applied_input_types"].items() if kinds} == {
        "harassment", "harassment/threatening", "hate", "hate/threatening",
    }  # fmt: skip
    assert len(scores) == len(result["categories"]) == 13
    assert {name for name, holds in result["categories"].items() if holds} == {"harassment"}
    assert result["flagged"] is True
    assert result["moderator"]["action"] == "review"
    assert result["moderator"]["scores"]["profanity"] == 0.01


async def test_a_text_each_has_a_result_each(make_client: MakeClient) -> None:
    client = await make_client()
    answer = await client.post(PATH, json={"input": ["vile", "kind", ""], "model": None})
    assert [one["flagged"] for one in answer.json()["results"]] == [True, False, False]


async def test_the_parts_of_one_text_are_judged_together(make_client: MakeClient) -> None:
    client = await make_client()
    parts = [{"type": "text", "text": "so "}, {"type": "text", "text": "vile"}]
    answer = await client.post(PATH, json={"input": parts})
    assert [one["flagged"] for one in answer.json()["results"]] == [True]


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ({}, 400, "input"),
        ({"input": []}, 400, "input"),
        ({"input": 5}, 400, "input"),
        ({"input": [{"type": "image_url", "image_url": {"url": "x"}}]}, 400, "input"),
        ({"input": ["a", {"type": "text", "text": "b"}]}, 400, "input"),
        ({"input": ["a"] * 5}, 400, "input"),
        ({"input": "a", "model": "gpt"}, 404, "model"),
        ({"input": "a", "model": 5}, 400, "model"),
        ([], 400, "input"),
    ],
)
async def test_errors_have_all_four_fields(
    make_client: MakeClient, body: Any, status: int, param: str
) -> None:
    client = await make_client({"max_comments": 4})
    answer = await client.post(PATH, json=body)
    error = answer.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert (answer.status_code, error["param"]) == (status, param)
    assert error["type"] == "invalid_request_error"


async def test_a_bad_key_is_said_to_be_one(make_client: MakeClient, tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    new_token(file, "bot", None, None)
    client = await make_client({"tokens": file})
    headers = {"authorization": "Bearer sk-wrong"}
    answer = await client.post(PATH, json={"input": "a"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")
