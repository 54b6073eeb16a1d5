"""Bare Faust: take a batch, publish each record, await the confirmations, acknowledge.

The yardstick of `tests.benchmarks.stream`: what any Faust agent with the same guarantee does, with
nothing in between. It publishes the comment itself, the least that could be published.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from typing import Any

import faust
import uvloop


async def run(bootstrap: str, source: str, sink: str, batch: int) -> None:
    app = faust.App(
        f"bare-{source}",
        broker=f"kafka://{bootstrap}",
        store="memory://",
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_enabled=False,
    )
    comments = app.topic(source, key_serializer="raw", value_serializer="raw")
    verdicts = app.topic(sink, key_serializer="raw", value_serializer="raw")

    async def copy(stream: Any) -> None:
        async for events in stream.noack_take(batch, within=0.02):
            sends = [
                await verdicts.send(key=event.message.key, value=event.message.value)
                for event in events
            ]
            await asyncio.gather(*sends)
            for event in events:
                event.ack()

    app.agent(comments, name="copy", concurrency=1)(copy)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await app.start()
    await stop.wait()
    await app.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bootstrap")
    parser.add_argument("source")
    parser.add_argument("sink")
    parser.add_argument("--batch", type=int, default=256)
    given = parser.parse_args()
    uvloop.install()
    asyncio.run(run(given.bootstrap, given.source, given.sink, given.batch))
