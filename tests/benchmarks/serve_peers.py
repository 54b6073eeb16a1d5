"""What `tests.benchmarks.serve` compares with, on the same framework.

    python -m tests.benchmarks.serve_peers NAME PORT [FOLDER]

`detoxify` answers with Detoxify's own `predict`, in a thread as Starlette runs blocking calls;
`constant` reads the body and answers the same bytes each time.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/v1/moderate"
_CONSTANT = b'{"action":"allow","scores":{"toxicity":0.01,"insult":0.01},"reasons":[]}'


def constant() -> Starlette:
    """The framework alone."""

    async def answer(asked: Request) -> Response:
        msgspec.json.decode(await asked.body())
        return Response(_CONSTANT, media_type="application/json")

    return Starlette(routes=[Route(PATH, answer, methods=["POST"])])


def detoxify(folder: Path) -> Starlette:
    """Detoxify on the checkpoint in a folder."""
    from detoxify import Detoxify

    model = Detoxify(checkpoint=str(folder / "base.ckpt"), huggingface_config_path=str(folder))

    async def answer(asked: Request) -> Response:
        text = msgspec.json.decode(await asked.body())["text"]
        scores: dict[str, Any] = await run_in_threadpool(model.predict, text)
        body = {name: float(score) for name, score in scores.items()}
        return Response(msgspec.json.encode(body), media_type="application/json")

    return Starlette(routes=[Route(PATH, answer, methods=["POST"])])


if __name__ == "__main__":
    name, port, *folder = sys.argv[1:]
    app = detoxify(Path(folder[0])) if name == "detoxify" else constant()
    uvicorn.run(app, host="127.0.0.1", port=int(port), access_log=False, log_level="error")
