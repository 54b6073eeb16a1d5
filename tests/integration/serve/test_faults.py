"""What becomes of requests while parts fail, and of the process on SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.certificates import make_certificates
from tests.integration.serve.running import ApiProcess, running_api
from tests.servers import RedisServer
from tests.waiting import eventually

LEXICON = {"SCORERS__USE": '["lexicon"]'}


def ask(api: ApiProcess, text: str = "shit", **more: Any) -> httpx.Response:
    return httpx.post(f"{api.url}/v1/moderate", json={"text": text}, timeout=30, **more)


def test_sigterm_answers_what_is_open_and_then_ends(tmp_path: Path) -> None:
    api = ApiProcess(tmp_path, stub=("--delay-s", "0.5")).ready()

    async def ask_and_stop() -> list[int]:
        async with httpx.AsyncClient(timeout=30) as client:
            address = f"{api.url}/v1/moderate"
            asked = [
                asyncio.create_task(client.post(address, json={"text": f"a {n}"})) for n in range(8)
            ]
            await asyncio.sleep(0.3)
            ending = asyncio.create_task(asyncio.to_thread(api.terminate))
            answers = await asyncio.gather(*asked)
            assert await ending == 0
            return [answer.status_code for answer in answers]

    assert asyncio.run(ask_and_stop()) == [200] * 8
    assert "drained" in api.log
    api.kill()


def test_a_model_that_raises_gives_degraded_verdicts_and_no_made_up_score(tmp_path: Path) -> None:
    mood = tmp_path / "mood"
    mood.write_text("raise")
    api = ApiProcess(tmp_path, stub=("--mood", str(mood))).ready()
    verdict = ask(api).json()
    assert (verdict["degraded"], verdict["action"]) == (True, "review")
    analysis = {"comment": {"text": "a text"}, "requestedAttributes": {"TOXICITY": {}}}
    failed = httpx.post(f"{api.url}/v1alpha1/comments:analyze", json=analysis, timeout=30)
    assert failed.status_code == 503
    mood.write_text("")
    assert ask(api).json()["degraded"] is False
    api.kill()


def test_a_model_that_hangs_is_answered_at_the_deadline_and_does_not_hold_the_end_up(
    tmp_path: Path,
) -> None:
    mood = tmp_path / "mood"
    mood.write_text("hang")
    api = ApiProcess(
        tmp_path, {"SERVE__DRAIN_S": "1", "SERVE__TIMEOUT_MS": "3000"}, stub=("--mood", str(mood))
    ).ready()
    start = time.monotonic()
    late = ask(api, headers={"X-Request-Timeout-Ms": "500"})
    assert (late.status_code, late.json()["reason"]) == (504, "deadline")
    assert time.monotonic() - start < 2.5
    assert api.terminate(30) == 0
    api.kill()


def test_redis_may_go_and_come_back(tmp_path: Path, redis_server: RedisServer) -> None:
    cache = {"CACHE__BACKEND": "redis", "CACHE__URL": redis_server.url}
    with running_api(tmp_path, **LEXICON, **cache) as api:
        verdict = ask(api).json()
        assert httpx.get(f"{api.url}/v1/verdicts/{verdict['id']}", timeout=30).json() == verdict
        redis_server.pause()
        start = time.monotonic()
        assert ask(api, "other words").status_code == 200
        assert time.monotonic() - start < 5
        redis_server.resume()
        redis_server.stop()
        assert ask(api, "more words").status_code == 200
        gone = httpx.get(f"{api.url}/v1/verdicts/{verdict['id']}", timeout=30)
        assert gone.status_code == 404


def test_of_two_processes_one_may_be_killed(tmp_path: Path) -> None:
    api = ApiProcess(tmp_path, LEXICON, options=("--processes", "2")).ready()
    children = {
        child.pid for child in psutil.Process(api.pid).children() if "serve" in child.cmdline()
    }
    assert len(children) == 2
    psutil.Process(children.pop()).send_signal(signal.SIGKILL)
    for number in range(20):
        assert ask(api, f"words {number}").status_code == 200
    assert eventually(lambda: api.page("readyz"), "ready\n") == "ready\n"
    assert len(psutil.Process(api.pid).children()) == 2
    assert api.metric("moderator_http_requests_total", status="200") == 20
    assert api.terminate() == 0
    api.kill()


def test_tls(tmp_path: Path) -> None:
    made = make_certificates(tmp_path)
    with running_api(
        tmp_path,
        **LEXICON,
        SERVE__SSL_CERTFILE=str(made.server),
        SERVE__SSL_KEYFILE=str(made.server),
    ) as api:
        address = f"https://localhost:{api.api_port}/v1/moderate"
        import ssl

        trust = ssl.create_default_context(cafile=str(made.ca))
        with httpx.Client(verify=trust) as client:
            assert client.post(address, json={"text": "a"}).status_code == 200
