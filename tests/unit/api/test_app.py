"""What holds for the paths of every API: text from hostile authors, and the form of refusals."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from tests.unit.api.conftest import MakeClient

OWN, ANALYZE, OPENAI = "/v1/moderate", "/v1alpha1/comments:analyze", "/v1/moderations"
JSON = {"content-type": "application/json"}


def asked(path: str, text: str) -> bytes:
    """A request about a text, which is JSON already."""
    body = {
        OWN: '{"text": %s}',
        ANALYZE: '{"comment": {"text": %s}, "requestedAttributes": {"TOXICITY": {}}, '
        '"spanAnnotations": true}',
        OPENAI: '{"input": %s}',
    }[path]
    return (body % text).encode()


def toxicity(path: str, answer: Any) -> float:
    if path == OPENAI:
        answer = answer["results"][0]["moderator"]
    elif path == ANALYZE:
        return float(answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"])
    return float(answer["scores"]["toxicity"])


@pytest.mark.parametrize("path", [OWN, ANALYZE, OPENAI])
@pytest.mark.parametrize("text", [r'"vile \ud83d"', r'"\ude00 vile"', r'"vi\u0000l\u0000e"'])
async def test_what_an_author_may_break_is_judged(
    make_client: MakeClient, path: str, text: str
) -> None:
    client = await make_client()
    answer = await client.post(path, content=asked(path, text), headers=JSON)
    assert answer.status_code == 200
    assert toxicity(path, answer.json()) == 0.95


async def test_spans_count_what_was_sent(make_client: MakeClient) -> None:
    client = await make_client()
    text = r'"\ud83d vile. \u0000\ud83d\ude00 vi\u0000le!"'
    answer = await client.post(ANALYZE, content=asked(ANALYZE, text), headers=JSON)
    spans = answer.json()["attributeScores"]["TOXICITY"]["spanScores"]
    assert [(one["begin"], one["end"], one["score"]["value"]) for one in spans] == [
        (0, 7, 0.95), (8, 18, 0.95),
    ]  # fmt: skip


async def test_of_several_comments_only_the_broken_ids_are_refused(make_client: MakeClient) -> None:
    client = await make_client()
    comments = rb'{"id": "a", "text": "vile \ud83d"}, {"id": "\ud83d", "text": "a"}'
    content = b'{"comments": [%b]}' % comments
    results = (await client.post(OWN, content=content, headers=JSON)).json()["results"]
    assert [one.get("action") for one in results] == ["block", None]
    assert results[1]["error"]["field"] == "id"
    whole = (await client.post(OWN, json={"id": "\ufffd", "text": "a"})).json()
    assert (whole["id"], whole["action"]) == ("\ufffd", "allow")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", ANALYZE, 405),
        ("POST", "/v1alpha1/comments:delete", 404),
        ("GET", "/batch", 405),
        ("POST", "/$discovery/rest", 405),
        ("GET", OPENAI, 405),
        ("GET", OWN, 405),
        ("GET", "/v1/models", 404),
    ],
)
async def test_unknown_paths_and_methods_are_refused_in_the_form_of_their_api(
    make_client: MakeClient, method: str, path: str, status: int
) -> None:
    answer = await (await make_client()).request(method, path)
    assert answer.status_code == status
    body = answer.json()
    if path == OPENAI:
        assert body["error"].keys() == {"message", "type", "param", "code"}
    elif path.startswith("/v1/"):
        assert answer.headers["content-type"] == "application/problem+json"
        assert body["status"] == status
    else:
        assert body["error"]["code"] == status
        assert body["error"]["details"][0]["errorType"] == "INVALID_REQUEST"
    assert ("allow" in answer.headers) is (status == 405)


@pytest.mark.parametrize("path", [OWN, ANALYZE, OPENAI])
async def test_a_compressed_body_is_said_to_be_one(make_client: MakeClient, path: str) -> None:
    client = await make_client()
    content = zlib.compress(asked(path, '"vile"'))
    answer = await client.post(path, content=content, headers={**JSON, "content-encoding": "gzip"})
    assert answer.status_code == 415
    assert "Content-Encoding" in answer.text
    plain = await client.post(
        path, content=asked(path, '"vile"'), headers={**JSON, "content-encoding": "identity"}
    )
    assert plain.status_code == 200


PREFLIGHT = {
    "origin": "https://a.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization, content-type, x-stainless-lang",
}


async def test_pages_of_other_origins_may_not_ask_unless_they_are_named(
    make_client: MakeClient,
) -> None:
    closed = await make_client()
    refused = await closed.options(OPENAI, headers=PREFLIGHT)
    asked = await closed.post(OPENAI, json={"input": "a"}, headers={"origin": "https://a.example"})
    assert (refused.status_code, asked.status_code) == (405, 200)
    assert not [name for name in (*refused.headers, *asked.headers) if "access-control" in name]

    open_ = await make_client({"cors_origins": ["https://a.example"]})
    allowed = await open_.options(OPENAI, headers=PREFLIGHT)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "https://a.example"
    assert "x-stainless-lang" in allowed.headers["access-control-allow-headers"]
    bad = await open_.post(OPENAI, json={}, headers={"origin": "https://a.example"})
    assert bad.headers["access-control-expose-headers"] == "Retry-After"
    other = await open_.options(OPENAI, headers={**PREFLIGHT, "origin": "https://b.example"})
    assert "access-control-allow-origin" not in other.headers
