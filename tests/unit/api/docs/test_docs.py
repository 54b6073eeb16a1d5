"""The OpenAPI document names what there is; the page needs nothing from elsewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import jsonschema

from moderator.api.docs.reasons import REASONS
from tests.unit.api.conftest import MakeClient

PACKAGE = Path(__file__).parents[4] / "moderator/api"


async def test_the_document_describes_what_is_answered(make_client: MakeClient) -> None:
    client = await make_client()
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    schemas = {"components": document["components"]}
    for body in ({"text": "vile"}, {"comments": [{"text": "vile"}, {"text": 1}]}):
        answer = await client.post("/v1/moderate", json=body)
        described = document["paths"]["/v1/moderate"]["post"]["responses"]["200"]
        schema = described["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json(), schema | schemas)
    problem = {"$ref": "#/components/schemas/Problem"}
    jsonschema.validate((await client.get("/nowhere")).json(), problem | schemas)


async def test_the_page_is_whole_in_itself(make_client: MakeClient) -> None:
    client = await make_client()
    answer = await client.get("/docs")
    page = answer.text
    assert "POST /v1/moderate" in page
    links = set(re.findall(r"(?:src|href)=\"?([^\s\">]+)", page))
    assert {link for link in links if link[0] != "#"} == {"/docs.css", "/openapi.json"}
    assert "<script" not in page
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert (await client.get("/docs.css")).headers["content-type"].startswith("text/css")
    for anchor in set(re.findall(r"href=\"?#([^\s\">]+)", page)):
        assert re.search(rf"id={anchor}\b", page), anchor


def test_every_reason_is_explained() -> None:
    used = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RefusalError":
                reason = node.args[1]
                assert isinstance(reason, ast.Constant), file
                used.add(reason.value)
    assert used <= REASONS.keys()
