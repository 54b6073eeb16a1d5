"""The discovery document leads back to this server, and only there."""

import pytest

from tests.unit.api.conftest import MakeClient

PATH = "/$discovery/rest?version=v1alpha1"


async def test_the_root_is_where_the_request_was_sent(make_client: MakeClient) -> None:
    client = await make_client()
    answer = await client.get(PATH, headers={"host": "mod.example:8080"})
    document = answer.json()
    assert document["rootUrl"] == "http://mod.example:8080/"
    assert document["batchPath"] == "batch"
    methods = document["resources"]["comments"]["methods"]
    assert methods["analyze"]["path"] == "v1alpha1/comments:analyze"
    schema = document["schemas"]["AnalyzeCommentRequest"]["properties"]
    assert schema["requestedAttributes"]["additionalProperties"] == {"$ref": "AttributeParameters"}


async def test_the_root_can_be_set(make_client: MakeClient) -> None:
    client = await make_client({"public_url": "https://mod.example/p/"})
    assert (await client.get(PATH)).json()["rootUrl"] == "https://mod.example/p/"


@pytest.mark.parametrize("host", ["a/b", "a b", "<a>", "a" * 300])
async def test_a_bad_host_is_refused(make_client: MakeClient, host: str) -> None:
    client = await make_client()
    assert (await client.get(PATH, headers={"host": host})).status_code == 400
