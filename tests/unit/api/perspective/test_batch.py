"""A batch's parts are answered one by one, whatever the others are."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import httpx
import pytest

from moderator.api.access.tokens import new_token
from tests.unit.api.conftest import MakeClient


def part(
    target: str,
    body: Any,
    end: str = "\r\n",
    content_id: str = "<a+1>",
    version: str = " HTTP/1.1",
) -> str:
    return end.join(
        [
            "--b", "Content-Type: application/http", f"Content-ID: {content_id}", "",
            f"POST {target}{version}", "Content-Type: application/json", "", json.dumps(body), "",
        ]
    )  # fmt: skip


BODY = {"comment": {"text": "vile"}, "requestedAttributes": {"TOXICITY": {}}}
ANALYZE = "/v1alpha1/comments:analyze"


async def send(client: httpx.AsyncClient, *parts: str, end: str = "\r\n") -> httpx.Response:
    return await client.post(
        "/batch",
        content="".join([*parts, f"--b--{end}"]),
        headers={"content-type": 'multipart/mixed; boundary="b"'},
    )


def answers(response: httpx.Response) -> list[tuple[str, int, Any]]:
    whole = b"Content-Type: " + response.headers["content-type"].encode() + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(whole + response.content)
    found = []
    for one in message.iter_parts():
        head, _, body = str(one.get_payload()).replace("\r\n", "\n").partition("\n\n")
        found.append((str(one["content-id"]), int(head.split(" ")[1]), json.loads(body)))
    return found


@pytest.mark.parametrize("end", ["\r\n", "\n"])
async def test_each_part_has_its_answer(make_client: MakeClient, end: str) -> None:
    client = await make_client()
    empty = {**BODY, "comment": {"text": ""}}
    response = await send(
        client,
        part(f"{ANALYZE}?alt=json", BODY, end),
        part(f"http://x{ANALYZE}", empty, end, "<a+2>"),
        part("/v1/moderate", BODY, end, "<a+3>"),
        end=end,
    )
    first, second, third = answers(response)
    assert first[:2] == ("<response-a+1>", 200)
    assert first[2]["attributeScores"]["TOXICITY"]["summaryScore"]["value"] == 0.95
    assert (second[0], second[1]) == ("<response-a+2>", 400)
    assert second[2]["error"]["message"] == "Comment must be non-empty."
    assert third[1] == 404


async def test_each_part_brings_its_own_key(make_client: MakeClient, tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    token = new_token(file, "helm", None, None)
    client = await make_client({"tokens": file})
    response = await send(client, part(f"{ANALYZE}?key={token}", BODY), part(ANALYZE, BODY))
    assert [status for _, status, _ in answers(response)] == [200, 403]


async def test_a_part_may_leave_out_the_version(make_client: MakeClient) -> None:
    response = await send(await make_client(), part(ANALYZE, BODY, version=""))
    assert [status for _, status, _ in answers(response)] == [200]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/mixed", b"--b\r\n\r\n--b--\r\n"),
        ('multipart/mixed; boundary="b"', b""),
        ('multipart/mixed; boundary="b"', b"nothing"),
        ('multipart/mixed; boundary="b"', part(ANALYZE, BODY).encode() * 101 + b"--b--\r\n"),
    ],
)
async def test_a_bad_batch_is_refused(
    make_client: MakeClient, content_type: str, body: bytes
) -> None:
    client = await make_client()
    headers = {"content-type": content_type.encode("latin-1")}
    answer = await client.post("/batch", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]


async def test_a_bad_part_is_refused_alone(make_client: MakeClient) -> None:
    client = await make_client()
    wrong = "--b\r\nContent-Type: text/plain\r\n\r\nPOST / HTTP/1.1\r\n\r\n\r\n"
    wordless = "--b\r\nContent-Type: application/http\r\n\r\nhello\r\n\r\n\r\n"
    response = await send(client, wrong, wordless, part(ANALYZE, BODY))
    assert [status for _, status, _ in answers(response)] == [400, 400, 200]
