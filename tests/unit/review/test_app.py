"""The page over HTTP: no text without a token, nothing from elsewhere, each request's answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from moderator.api.access.tokens import Right, new_token
from moderator.metrics import Metrics
from moderator.records import Action
from moderator.review.app import build_app
from moderator.review.database import Database
from moderator.review.follower import ReviewFollower
from moderator.review.service import ReviewService
from moderator.settings import Settings
from tests.unit.review.conftest import Kept, held

TakeIn = Callable[..., None]
TEXT = "you unspeakable idiot"
PEOPLE = (
    ("anna", None, Right.REVIEW), ("ben", None, Right.REVIEW), ("gus", "games", Right.REVIEW),
    ("api", None, Right.MODERATE),
)  # fmt: skip
API = {
    "GET": ("/api/queue", "/api/log"),
    "POST": ("/api/next", "/api/decide", "/api/skip", "/api/undo", "/api/renew"),
}


class Site:
    """The page in this process, and tokens for it."""

    def __init__(
        self, settings: Settings, database: Database, metrics: Metrics, folder: Path
    ) -> None:
        file = folder / "tokens.toml"
        self._tokens = {
            name: new_token(file, name, community, None, [right])
            for name, community, right in PEOPLE
        }
        serve = settings.serve.model_copy(update={"tokens": file})
        settings = settings.model_copy(update={"serve": serve})
        self.kept = Kept()
        self.follower = ReviewFollower(settings, database, metrics)
        self.follower.caught_up.set()
        service = ReviewService(settings, metrics, database, self.follower, self.kept)
        self._transport = httpx.ASGITransport(build_app(service))

    def client(self, name: str | None = None) -> httpx.AsyncClient:
        headers = {} if name is None else {"Authorization": f"Bearer {self._tokens[name]}"}
        return httpx.AsyncClient(
            transport=self._transport, base_url="http://review", headers=headers
        )


@pytest.fixture
def site(
    settings: Settings, database: Database, metrics: Metrics, tmp_path: Path, take_in: TakeIn
) -> Site:
    take_in(held("a", TEXT, community="games"), held("b", "another", after_s=1))
    return Site(settings, database, metrics, tmp_path)


@pytest.fixture
async def anna(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client("anna") as client:
        yield client


async def ask(client: httpx.AsyncClient, path: str, **body: Any) -> Any:
    answer = await client.post(path, json={"tab": "1", **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, paths in API.items() for p in paths])
async def test_without_a_token_nobody_sees_text(site: Site, method: str, path: str) -> None:
    async with site.client() as client:
        wrong = [{}, {"Authorization": "Bearer mod_000000000000_x"}]
        for headers in wrong:
            body = {"json": {"tab": "1"}} if method == "POST" else {}
            answer = await client.request(method, path, headers=headers, **body)  # type: ignore[arg-type]
            assert answer.status_code == 401
            assert TEXT not in answer.text
    async with site.client("api") as client:
        answer = await client.request(method, path)
        assert (answer.status_code, answer.json()["reason"]) == (403, "no_right")


async def test_the_shell_is_for_everybody_and_holds_no_text(site: Site) -> None:
    async with site.client() as client:
        shell = await client.get("/")
        files = (
            "house.css", "page.css", "theme.js", "page.js", "server.js", "show.js", "visible.js",
        )  # fmt: skip
        for name in files:
            assert (await client.get(f"/{name}")).status_code == 200
        assert (await client.get("/review.db")).status_code == 404
    assert shell.status_code == 200
    assert TEXT not in shell.text
    assert "<script>" not in shell.text
    assert "style=" not in shell.text


async def test_nothing_comes_from_elsewhere_and_no_text_is_kept(
    site: Site, anna: httpx.AsyncClient
) -> None:
    for path in ("/", "/api/queue", "/nothing"):
        headers = (await anna.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert (await anna.get("/api/queue")).headers["Cache-Control"] == "no-store"


async def test_a_foreign_host_name_is_refused(site: Site) -> None:
    async with site.client() as client:
        answer = await client.get("/", headers={"Host": "evil.example"})
        assert answer.status_code == 421
        assert (await client.get("/", headers={"Host": "localhost:8081"})).status_code == 200


async def test_deciding_gives_the_next_text_and_undo_brings_it_back(
    site: Site, anna: httpx.AsyncClient
) -> None:
    first = (await ask(anna, "/api/next"))["item"]
    assert first["text"] == "another"
    wanted = {"key": first["key"], "id": first["id"], "action": "allow", "note": "fine"}
    turn = await ask(anna, "/api/decide", **wanted)
    assert turn["outcome"] == {"did": "allow", "id": "b", "key": first["key"], "comments": 1}
    assert turn["item"]["text"] == TEXT
    assert site.kept.feedback[0].action is Action.ALLOW
    undone = await ask(anna, "/api/undo")
    assert (undone["outcome"]["did"], undone["item"]["id"]) == ("undo", "b")
    log = (await anna.get("/api/log")).json()["rows"]
    queue = (await anna.get("/api/queue?order=worst")).json()
    assert [row["action"] for row in log] == [None, "allow"]
    assert {row["by"] for row in log} == {queue["me"]}
    assert queue["page"]["comments"] == 2


async def test_skipping_renewing_and_asking_again(anna: httpx.AsyncClient) -> None:
    first = (await ask(anna, "/api/next"))["item"]
    turn = await ask(anna, "/api/skip", key=first["key"])
    assert (turn["item"]["id"], turn["skipped"]) == ("a", 1)
    second = turn["item"]["key"]
    renewed = await anna.post("/api/renew", json={"tab": "1", "key": second})
    assert renewed.status_code == 204
    lost = await anna.post("/api/renew", json={"tab": "2", "key": second})
    assert (lost.status_code, lost.json()["reason"]) == (409, "not_claimed")
    turn = await ask(anna, "/api/skip", key=second)
    assert (turn["item"], turn["skipped"]) == (None, 2)
    assert (await ask(anna, "/api/next", again=True))["item"]["id"] == "b"
    assert (await ask(anna, "/api/next", key=second))["item"]["id"] == "a"


async def test_undo_goes_on_elsewhere_if_somebody_has_the_text_open(
    site: Site, anna: httpx.AsyncClient, take_in: TakeIn
) -> None:
    take_in(held("c", "another", after_s=2))
    first = (await ask(anna, "/api/next"))["item"]
    wanted = {"key": first["key"], "id": "c", "action": "block", "once": True}
    await ask(anna, "/api/decide", **wanted, view={"community": "games"})
    async with site.client("ben") as ben:
        assert (await ask(ben, "/api/next"))["item"]["id"] == "b"
        undone = await ask(anna, "/api/undo")
    assert (undone["outcome"]["did"], undone["item"]["id"]) == ("undo", "a")


async def test_a_token_for_a_community_sees_and_decides_only_that(
    site: Site, anna: httpx.AsyncClient
) -> None:
    foreign = (await ask(anna, "/api/next"))["item"]
    async with site.client("gus") as gus:
        queue = (await gus.get("/api/queue")).json()
        assert [row["preview"] for row in queue["page"]["rows"]] == [TEXT]
        assert queue["own"] == "games"
        assert (await ask(gus, "/api/next"))["item"]["id"] == "a"
        wanted = {"tab": "1", "key": foreign["key"], "id": "b", "action": "allow"}
        assert (await gus.post("/api/decide", json=wanted)).status_code == 409
        answer = await gus.post("/api/next", json={"tab": "1", "key": foreign["key"]})
        assert answer.status_code == 409
        assert "another" not in answer.text
    assert site.kept.feedback == []


async def test_nothing_is_offered_before_all_decisions_are_known(
    site: Site, anna: httpx.AsyncClient
) -> None:
    site.follower.caught_up.clear()
    answer = await anna.post("/api/next", json={"tab": "1"})
    assert (answer.status_code, answer.json()["reason"]) == (503, "reading")
    assert (await anna.get("/api/queue")).json()["read"] == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/next", b"{"),
        ("/api/next", b"[]"),
        ("/api/next", b'{"tab": "' + b"x" * 99 + b'"}'),
        ("/api/next", b'{"tab": "1", "view": {"order": "best"}}'),
        ("/api/decide", b'{"tab": "1", "key": "x", "id": "a", "action": "allow"}'),
        (
            "/api/decide",
            b'{"tab": "1", "key": "' + b"0" * 32 + b'", "id": "a", "action": "review"}',
        ),
        ("/api/undo", b"[" * 40_000),
    ],
)
async def test_what_is_no_request_is_refused(
    anna: httpx.AsyncClient, path: str, body: bytes
) -> None:
    answer = await anna.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (400, "invalid_request")


async def test_strange_queries_are_refused(anna: httpx.AsyncClient) -> None:
    for query in ("order=best", "start=-1", "start=x", "what=1", "action=burn"):
        assert (await anna.get(f"/api/queue?{query}")).status_code == 400, query
    form = await anna.post("/api/next", content=b"tab=1")
    assert form.status_code == 415
