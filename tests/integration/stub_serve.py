"""The API over a scorer of known misbehaviour: `python -m tests.integration.stub_serve`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from moderator.api.run import answer
from moderator.api.server import ApiServer
from moderator.http.server import HealthServer
from moderator.metrics import Metrics
from moderator.processes.logs import configure_logging
from moderator.processes.stopping import exit_at_once, stop_event
from moderator.settings import Settings
from tests.integration.stub_worker import Misbehaving, stub_pipeline


async def run(settings: Settings, scorer: Misbehaving) -> None:
    metrics = Metrics()
    pipeline = stub_pipeline(settings, scorer, metrics)
    api = ApiServer(settings, pipeline, metrics)
    health = HealthServer(settings.http, metrics.exposition, api.unready)
    await answer(api, health, stop_event(with_stdin=True))
    await pipeline.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay-s", type=float, default=0.0)
    parser.add_argument("--mood", type=Path)
    options = parser.parse_args()
    configure_logging()
    asyncio.run(run(Settings.load(), Misbehaving(options.delay_s, options.mood)))
    exit_at_once(0)


if __name__ == "__main__":
    main()
