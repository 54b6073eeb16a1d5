"""`comments:analyze` answers as Perspective does, and refuses in its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from moderator.api.access.tokens import new_token
from moderator.quoting.document import Document
from moderator.records import Scored
from moderator.testing import StubScorer
from tests.unit.api.conftest import LABELS, MakeClient

ANALYZE = "/v1alpha1/comments:analyze"


def body(text: str = "a vile text", **more: Any) -> dict[str, Any]:
    return {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **more}


async def test_scores_come_by_attribute_with_a_span_over_all(make_client: MakeClient) -> None:
    client = await make_client()
    asked = body(requestedAttributes={"TOXICITY@6": {}, "PROFANITY": {}, "INSULT_EXPERIMENTAL": {}})
    answer = (await client.post(ANALYZE, json={**asked, "clientToken": "t"})).json()
    assert answer == {
        "attributeScores": {
            name: {
                "summaryScore": {"value": value, "type": "PROBABILITY"},
                "spanScores": [
                    {"begin": 0, "end": 11, "score": {"value": value, "type": "PROBABILITY"}}
                ],
            }
            for name, value in (
                ("TOXICITY@6", 0.95), ("PROFANITY", 0.01), ("INSULT_EXPERIMENTAL", 0.01),
            )
        },
        "languages": ["en"],
        "detectedLanguages": ["en"],
        "clientToken": "t",
    }  # fmt: skip


async def test_keys_in_snake_case_are_the_same(make_client: MakeClient) -> None:
    client = await make_client()
    asked = {
        "comment": {"text": "vile. kind."},
        "requested_attributes": {
            "TOXICITY": {"score_type": "PROBABILITY", "score_threshold": None}
        },
        "span_annotations": True,
        "do_not_store": True,
        "client_token": None,
        "context": {"article_and_parent_comment": {"parent_comment": {"text": "a"}}},
        "languages": ["en"],
    }
    answer = await client.post(ANALYZE, json=asked)
    spans = answer.json()["attributeScores"]["TOXICITY"]["spanScores"]
    assert [(span["begin"], span["end"], span["score"]["value"]) for span in spans] == [
        (0, 5, 0.95), (6, 11, 0.01),
    ]  # fmt: skip


async def test_below_the_threshold_an_attribute_is_left_out(make_client: MakeClient) -> None:
    client = await make_client()
    asked = {"TOXICITY": {"scoreThreshold": 0.95}, "THREAT": {"scoreThreshold": 0.02}}
    answer = (await client.post(ANALYZE, json=body(requestedAttributes=asked))).json()
    assert answer["attributeScores"].keys() == {"TOXICITY"}


TOO_LONG = "ä" * 10_241


@pytest.mark.parametrize(
    ("asked", "message", "kind"),
    [
        (body(TOO_LONG), "Comment text too long.", "COMMENT_TOO_LONG"),
        (body(""), "Comment must be non-empty.", "COMMENT_EMPTY"),
        (body(" \n"), "Comment must be non-empty.", "COMMENT_EMPTY"),
        ({"requestedAttributes": {"TOXICITY": {}}}, "Comment must be non-empty.", "COMMENT_EMPTY"),
        (body(requestedAttributes={}), "Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES"),
        ({"comment": {"text": "a"}}, "Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES"),
        (
            body(requestedAttributes={"SPAM": {}}),
            "Unknown requested attribute: SPAM",
            "INVALID_REQUEST",
        ),
        (
            body(requestedAttributes={"SEXUALLY_EXPLICIT": {}}),
            "Unknown requested attribute: SEXUALLY_EXPLICIT",
            "INVALID_REQUEST",
        ),
        (
            body(requestedAttributes={"TOXICITY@latest": {}}),
            "Unknown requested attribute: TOXICITY@latest",
            "INVALID_REQUEST",
        ),
        (
            body(requestedAttributes={"TOXICITY": {"scoreType": "STD_DEV"}}),
            "Requested score type STD_DEV is not supported by attribute TOXICITY",
            "INVALID_REQUEST",
        ),
        (body("👍 123"), "Unable to detect language", "LANGUAGE_DETECTION_FAILED"),
        (
            body(languages=["en", "xx"]),
            "Attribute TOXICITY does not support request languages: en,xx",
            "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        ),
        (
            {**body(), "comment": {"text": "<b>a</b>", "type": "HTML"}},
            "Currently, only 'PLAIN_TEXT' comments are supported",
            "INVALID_REQUEST",
        ),
    ],
)
async def test_refusals_have_perspectives_words(
    make_client: MakeClient, asked: dict[str, Any], message: str, kind: str
) -> None:
    client = await make_client()
    answer = await client.post(ANALYZE, json=asked)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    assert error["message"] == message
    assert error["details"][0]["errorType"] == kind
    assert error["details"][0]["@type"].endswith("commentanalyzer.v1alpha1.Error")


@pytest.mark.parametrize(
    "content",
    [
        b"{comment: {text: 'a'}}", b"[]", b"\xff", b'{"comment": 5}', b'{"colour": "red"}',
        b'{"comment":' + b"[" * 2_000, b'{"comment": {"text": "a", "type": "PLAIN_TEXT", "x": 1}}',
        b'{"comment": {"text": "a"}, "requestedAttributes": {"TOXICITY": {"scoreThreshold": []}}}',
    ],
)  # fmt: skip
async def test_a_bad_request_is_refused_with_details(
    make_client: MakeClient, content: bytes
) -> None:
    client = await make_client()
    answer = await client.post(ANALYZE, content=content)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["errorType"] == "INVALID_REQUEST"


async def test_a_language_can_be_dropped_instead(make_client: MakeClient) -> None:
    client = await make_client()
    asked = body(
        "vile", languages=["la"], dropUnsupportedAttributes=True,
        requestedAttributes={"TOXICITY": {}, "PROFANITY": {}},
    )  # fmt: skip
    answer = (await client.post(ANALYZE, json=asked)).json()
    assert "attributeScores" not in answer
    assert answer["languages"] == ["la"]


async def test_what_no_model_speaks_is_not_scored(make_client: MakeClient) -> None:
    class Speechless(StubScorer):
        def score(self, documents: Sequence[Document]) -> list[Scored]:
            scores = {"profanity": 0.3}
            return [Scored(scores, language="sw", unjudged=True) for _ in documents]

    client = await make_client(scorer=Speechless(labels=LABELS))
    asked = body(languages=["en"], requestedAttributes={"TOXICITY": {}, "PROFANITY": {}})
    error = (await client.post(ANALYZE, json=asked)).json()["error"]
    assert error["message"].startswith("Attribute TOXICITY does not support request languages: ")
    asked["dropUnsupportedAttributes"] = True
    scores = (await client.post(ANALYZE, json=asked)).json()["attributeScores"]
    assert scores.keys() == {"PROFANITY"}
    assert scores["PROFANITY"]["summaryScore"]["value"] == 0.3


async def test_bad_and_missing_keys_have_googles_words(
    make_client: MakeClient, tmp_path: Path
) -> None:
    file = tmp_path / "tokens.toml"
    token = new_token(file, "coral", None, "3/hour")
    client = await make_client({"tokens": file})
    bad = await client.post(f"{ANALYZE}?key=bad", json=body())
    assert (bad.status_code, bad.json()["error"]["details"][0]["reason"]) == (
        400,
        "API_KEY_INVALID",
    )
    none = await client.post(ANALYZE, json=body())
    assert (none.status_code, none.json()["error"]["status"]) == (403, "PERMISSION_DENIED")
    for _ in range(3):
        assert (await client.post(f"{ANALYZE}?key={token}", json=body())).status_code == 200
    over = await client.post(f"{ANALYZE}?key={token}", json=body())
    assert (over.status_code, over.json()["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert int(over.headers["retry-after"]) > 0


async def test_no_score_is_made_up_for_a_model_that_failed(make_client: MakeClient) -> None:
    class Failing(StubScorer):
        def score(self, documents: Sequence[Document]) -> list[Scored]:
            return [Scored({}, failed=("stub",)) for _ in documents]

    client = await make_client(scorer=Failing(labels=LABELS))
    answer = await client.post(ANALYZE, json=body())
    assert (answer.status_code, answer.json()["error"]["status"]) == (503, "UNAVAILABLE")


async def test_a_map_puts_scores_on_perspectives_scale(
    make_client: MakeClient, tmp_path: Path
) -> None:
    file = tmp_path / "map.json"
    knots = {"ours": [0.0, 0.5, 1.0], "theirs": [0.1, 0.2, 0.4]}
    file.write_text(json.dumps({"scorer": "stub", "attributes": {"TOXICITY": knots}}))
    client = await make_client({"perspective_map": str(file)})
    asked = body(requestedAttributes={"TOXICITY@6": {}, "INSULT": {}})
    scores = (await client.post(ANALYZE, json=asked)).json()["attributeScores"]
    assert scores["TOXICITY@6"]["summaryScore"]["value"] == pytest.approx(0.38)
    assert scores["INSULT"]["summaryScore"]["value"] == 0.01


async def test_sentences_are_not_counted_against_the_rate(make_client: MakeClient) -> None:
    client = await make_client({"rate": "2/hour"})
    asked = body("One. Two. Three. Four.", spanAnnotations=True)
    answers = [await client.post(ANALYZE, json=asked) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"]["status"] == "RESOURCE_EXHAUSTED"
