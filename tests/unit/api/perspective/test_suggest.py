"""`suggestscore` is answered once the feedback is kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from moderator.settings import Settings
from tests.unit.api.conftest import MakeClient

SUGGEST = "/v1alpha1/comments:suggestscore"
BODY = {
    "comment": {"text": "a text"},
    "attribute_scores": {"TOXICITY": {"summary_score": {"value": 1.0}}, "THREAT": {}},
    "client_token": "t",
    "languages": ["en"],
    "community_id": "games",
}


async def test_it_becomes_a_line_of_the_file(make_client: MakeClient, tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    client = await make_client(feedback={"to": "file", "file": file})
    answer = await client.post(SUGGEST, json=BODY)
    assert answer.json() == {
        "clientToken": "t", "detectedLanguages": ["en"], "requestedLanguages": ["en"],
    }  # fmt: skip
    (line,) = file.read_text().splitlines()
    kept = json.loads(line)
    assert kept.pop("at").endswith("+00:00")
    assert kept == {
        "source": "perspective", "text": "a text", "scores": {"TOXICITY": 1.0},
        "community": "games", "reference": "t",
    }  # fmt: skip


@pytest.mark.parametrize("scores", [{}, {"TOXICITY": {}}, {"T": {"summaryScore": {"value": 7}}}])
async def test_without_scores_it_is_refused(make_client: MakeClient, scores: Any) -> None:
    client = await make_client()
    body = {"comment": {"text": "a"}, "attributeScores": scores}
    assert (await client.post(SUGGEST, json=body)).status_code == 400


async def test_what_cannot_be_kept_is_not_answered_as_if_it_were(
    make_client: MakeClient,
) -> None:
    client = await make_client(feedback={"to": "file", "file": Path("/dev/full")})
    answer = await client.post(SUGGEST, json=BODY)
    assert (answer.status_code, answer.json()["error"]["status"]) == (503, "UNAVAILABLE")


async def test_nothing_is_kept_unless_asked_for(make_client: MakeClient) -> None:
    assert Settings().feedback.to == "off"
    assert (await (await make_client()).post(SUGGEST, json=BODY)).status_code == 200
