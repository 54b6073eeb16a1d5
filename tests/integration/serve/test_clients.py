"""Clients that people use, from their registries and unchanged but for the address."""

from __future__ import annotations

import importlib.util
import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.serve.running import ApiProcess
from tests.servers import missing


def need(*modules: str) -> None:
    for module in modules:
        if importlib.util.find_spec(module) is None:
            missing(f"{module} is not installed: pip install 'moderator[clients]'")


def analysis(text: str, **more: Any) -> dict[str, Any]:
    return {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **more}


@pytest.fixture(scope="module")
def google(api: ApiProcess) -> Iterator[Any]:
    need("googleapiclient")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from googleapiclient.discovery import build

    with build(
        "commentanalyzer",
        "v1alpha1",
        developerKey="any",
        discoveryServiceUrl=f"{api.url}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    ) as service:
        yield service


def test_google_client_analyzes(google: Any) -> None:
    text = "You are 👍 an idiot. What a lovely day!"
    answer = google.comments().analyze(body=analysis(text, spanAnnotations=True)).execute()
    scores = answer["attributeScores"]["TOXICITY"]
    first, second = scores["spanScores"]
    assert scores["summaryScore"]["type"] == "PROBABILITY"
    assert first["score"]["value"] > 0.8 > 0.2 > second["score"]["value"]
    units = text.encode("utf-16-le")
    assert units[2 * second["begin"] : 2 * second["end"]].decode("utf-16-le") == (
        "What a lovely day!"
    )


def test_google_client_suggests_scores(google: Any, api: ApiProcess) -> None:
    body = {
        "comment": {"text": "a decision"},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        "clientToken": "comment-5",
        "communityId": "c",
    }
    answer = google.comments().suggestscore(body=body).execute()
    assert answer["clientToken"] == "comment-5"
    (kept,) = (api.folder / "feedback.jsonl").read_text().splitlines()
    found = json.loads(kept)
    assert found["scores"] == {"TOXICITY": 1.0}
    assert (found["text"], found["community"], found["reference"]) == (
        "a decision",
        "c",
        "comment-5",
    )


def test_google_client_sends_a_batch_of_25(google: Any) -> None:
    answers: dict[str, Any] = {}
    errors: dict[str, Any] = {}

    def heard(number: str, answer: Any, error: Any) -> None:
        (errors if error else answers)[number] = error or answer

    batch = google.new_batch_http_request(callback=heard)
    for number in range(25):
        text = "" if number == 7 else f"you idiot {number}"
        batch.add(google.comments().analyze(body=analysis(text)), request_id=str(number))
    batch.execute()
    assert errors.keys() == {"7"}
    assert "Comment must be non-empty." in str(errors["7"])
    scores = [
        one["attributeScores"]["TOXICITY"]["summaryScore"]["value"] for one in answers.values()
    ]
    assert len(scores) == 24
    assert min(scores) > 0.5


def test_google_client_understands_errors(google: Any) -> None:
    from googleapiclient.errors import HttpError

    with pytest.raises(HttpError, match="does not support request languages: xx") as raised:
        google.comments().analyze(body=analysis("a text", languages=["xx"])).execute()
    (detail,) = raised.value.error_details
    assert detail["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"


def test_pypi_perspective(api: ApiProcess) -> None:
    need("perspective")
    from perspective import PerspectiveAPI

    client = PerspectiveAPI("any")
    client.api_client.url = api.url + "/v1alpha1/{endpoint}"
    answer = client.analyze_comment("you are an idiot", languages=["en"])
    (span,) = answer["attributeScores"]["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"]) == (0, 16)
    assert span["score"]["value"] > 0.8


def test_openai(api: ApiProcess) -> None:
    need("openai")
    import openai

    with openai.OpenAI(api_key="any", base_url=f"{api.url}/v1", max_retries=0) as client:
        (result,) = client.moderations.create(input="I will kill you, you idiot").results
        assert result.flagged
        assert result.categories.harassment_threatening
        assert result.category_scores.harassment_threatening > 0.5
        assert result.category_scores.self_harm == 0.0
        assert result.category_applied_input_types.self_harm == []
        listed = client.moderations.create(
            model="text-moderation-latest", input=["you idiot", "a lovely day"]
        )
        assert [one.flagged for one in listed.results] == [True, False]
        assert listed.model == "text-moderation-latest"
        parts: Any = [{"type": "image_url", "image_url": {"url": "http://127.0.0.1/a.png"}}]
        with pytest.raises(openai.BadRequestError) as raised:
            client.moderations.create(input=parts)
        assert (raised.value.param, raised.value.type) == ("input", "invalid_request_error")


async def test_openai_async(api: ApiProcess) -> None:
    need("openai")
    import openai

    async with openai.AsyncOpenAI(api_key="any", base_url=f"{api.url}/v1") as client:
        parts: Any = [{"type": "text", "text": "you"}, {"type": "text", "text": "idiot"}]
        answer = await client.moderations.create(input=parts)
        assert [one.flagged for one in answer.results] == [True]
