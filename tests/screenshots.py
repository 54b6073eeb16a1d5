"""Makes the README's pictures: `python -m tests.screenshots` (two minutes of a worker
at work on a real Kafka, from KAFKA_HOME).

The page in light and dark from a real Chromium, and `moderator top` at 80 by 24.
"""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from moderator.monitor.history import History
from moderator.monitor.scrape import fetch
from moderator.monitor.screen import screen
from moderator.settings import Settings
from tests.browser import chromium, opened
from tests.integration.live import load, worker_with_redis
from tests.kafka import KafkaServer

FOLDER = Path(__file__).parents[1] / "deploy" / "images"
SECONDS = 120


async def main() -> None:
    """Let a worker work, watch it both ways, and keep what was seen."""
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kafka = KafkaServer(folder).start()
        stack.callback(kafka.stop)
        topics = Settings().topics
        kafka.create_topics(topics.comments, topics.verdicts, topics.dead_letters)
        broker, address, _ = stack.enter_context(worker_with_redis(folder, kafka.bootstrap))
        stack.enter_context(load(broker, per_second=120))
        history = History([address], window_s=10.0)
        port = stack.enter_context(chromium())
        async with opened(port, f"http://{address}/", 1200, 1000) as page:
            await page.prefer("light")
            for _ in range(SECONDS // 2):
                found = history.add({address: await asyncio.to_thread(fetch, address, 5.0)})
                await page.run("0")  # lets what the browser says be read
                await asyncio.sleep(2)
            await page.screenshot(FOLDER / "page-light.png")
            await page.prefer("dark")
            await page.until("document.documentElement.dataset.theme === 'dark'")
            await page.screenshot(FOLDER / "page-dark.png")
    console = Console(record=True, width=80, height=24, file=io.StringIO())
    console.print(screen(found, history, "value", 24))
    drawn = console.export_svg(title="moderator top")
    own_fonts = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL)  # and none from a CDN
    (FOLDER / "top.svg").write_text(own_fonts, "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
