"""The review page served over a filled database, without a broker, and people who work on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from moderator.api.access.listen import open_socket
from moderator.api.access.tokens import Right, new_token
from moderator.api.asgi import AsgiServer
from moderator.metrics import Metrics
from moderator.records import Verdict
from moderator.review.app import build_app
from moderator.review.database import Database
from moderator.review.follower import ReviewFollower
from moderator.review.intake import Intake
from moderator.review.run import listening_as_review
from moderator.review.service import ReviewService
from moderator.settings import Settings
from tests.browser import Page, opened
from tests.unit.review.conftest import Kept

TEXT = "document.getElementById('{}').textContent"
SHOWN = TEXT.format("text")


class Desk:
    """What a test needs of the page: its address, people's tokens, and what was decided."""

    def __init__(self, folder: Path, verdicts: Iterable[Verdict]) -> None:
        file = folder / "tokens.toml"
        self.tokens = {
            name: new_token(file, name, None, None, [Right.REVIEW]) for name in ("anna", "ben")
        }
        given = {
            "feedback": {"to": "topic"},
            "review": {"database": folder / "review.db", "tokens": file, "port": 0},
        }
        self._settings = listening_as_review(Settings.load(None, given))
        self.database = Database(self._settings)
        self.take_in(*verdicts)
        self.kept = Kept()
        metrics = Metrics()
        follower = ReviewFollower(self._settings, self.database, metrics)
        follower.caught_up.set()
        self._service = ReviewService(self._settings, metrics, self.database, follower, self.kept)
        self.url = ""

    def take_in(self, *verdicts: Verdict) -> None:
        """What the follower does with verdicts that come."""
        Intake(self.database, self._settings).apply((verdict, 1.0) for verdict in verdicts)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serves until the context closes; its address."""
        serve = self._settings.serve
        listening = open_socket(serve, insecure=False)
        server = AsgiServer(build_app(self._service), serve, listening)
        await server.start()
        self.url = f"{server.url}/"
        try:
            yield self.url
        finally:
            await server.stop()
            self.database.close()


@asynccontextmanager
async def desk_of(folder: Path, *verdicts: Verdict) -> AsyncIterator[Desk]:
    """A desk with these verdicts, served until the context closes."""
    desk = Desk(folder, verdicts)
    async with desk.serving():
        yield desk


@asynccontextmanager
async def signed_in(
    browser: int, desk: Desk, name: str = "anna", width: int = 1280, height: int = 900
) -> AsyncIterator[Page]:
    """A tab of its own, signed in by keyboard."""
    async with opened(browser, desk.url, width, height) as page:
        await page.until("document.activeElement.id === 'token'")
        await page.call("Input.insertText", text=desk.tokens[name])
        await page.press("Enter", 13)
        await page.until(f"{TEXT.format('state')} === 'ready'")
        await page.until("document.getElementById('shown').hidden === false"
                         " || document.getElementById('none').hidden === false")  # fmt: skip
        yield page


async def key(page: Page, name: str) -> None:
    """Press a letter once the page takes one: what was just shown must have been seen."""
    await asyncio.sleep(0.3)
    await page.until("document.body.getAttribute('aria-busy') !== 'true'")
    await page.press(name, ord(name.upper()))
