"""What a real browser makes of the review page: soon there, in sight, legible, hostile or not."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from moderator.records import Match, Verdict
from tests.integration.review.desk import SHOWN, TEXT, desk_of, key, signed_in
from tests.unit.review.conftest import held

pytestmark = pytest.mark.timeout(300)

HOSTILE = (
    '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> idiot '
    "\u202edesrever\u202c \x1b[31mred \u200bz\u200be\u200bro \u0301\u0302\u0303\u0304 "
    "\U0001f468\u200d\U0001f469"
)
PAINT_MS = 1_000


def many(count: int) -> Iterator[Verdict]:
    words = re.findall(r"\w+", "you people never read what stands there, and so it all ends badly")
    draw = random.Random(7)
    for number in range(count):
        text = f"{number} " + " ".join(draw.choices(words, k=draw.randint(3, 60)))
        yield held(
            f"c{number}", text, after_s=-number, community=draw.choice(("games", "news")),
            score=draw.uniform(0.6, 1), rule=draw.choice(("review.insult", "review.threat")),
        )  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
async def test_ten_thousand_wait_and_the_first_is_there_within_a_second(
    browser: int, tmp_path: Path, width: int, height: int
) -> None:
    async with (
        desk_of(tmp_path, *many(10_000)) as desk,
        signed_in(browser, desk, width=width, height=height) as page,
    ):
        took_ms: list[float] = []
        while len(took_ms) < 8 and min(took_ms, default=PAINT_MS) >= PAINT_MS:
            # other tests share the machine: one of several must be in time
            await page.call("Page.reload")
            await page.until("performance.getEntriesByName('comment shown').length")
            marked = "performance.getEntriesByName('comment shown')[0].startTime"
            took_ms.append(await page.run(marked))
        assert min(took_ms) < PAINT_MS, took_ms
        await page.until("document.querySelectorAll('#rows li').length === 30")
        assert await page.run(TEXT.format("waiting")) == "10,000 comments wait, the oldest 2 h"
        assert await page.run("document.documentElement.scrollWidth <= innerWidth")
        seen = "document.getElementById('allow').getBoundingClientRect().bottom <= innerHeight"
        assert await page.run(seen), "the keys must be in sight"
        await page.run("document.getElementById('more').click()")
        await page.until("document.querySelectorAll('#rows li').length === 60")
        assert page.problems == []


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
async def test_hostile_text_is_text(browser: int, tmp_path: Path, width: int, height: int) -> None:
    wall = held("wall", "W" * 30_000 + "\n" * 500, after_s=-1)
    start = HOSTILE.index("idiot")
    evil = held(HOSTILE, HOSTILE, community=HOSTILE, author=HOSTILE, parent_id=HOSTILE)
    marked = replace(evil, matches=(Match(start, start + 5, "idiot", HOSTILE, 2),))
    async with (
        desk_of(tmp_path, marked, wall) as desk,
        signed_in(browser, desk, width=width, height=height) as page,
    ):
        await page.until("document.querySelectorAll('#rows li').length === 2")
        await page.run("document.getElementById('log').open = true")
        strangers = (
            "document.querySelectorAll('body img, body script, body iframe, body a[href^=http]')"
        )
        assert await page.run(f"{strangers}.length") == 0
        assert await page.run("window.pwned === undefined")
        assert '<img src=x onerror="window.pwned=1"><script>' in await page.run(SHOWN)
        assert await page.run("document.querySelector('#text mark').textContent") == "idiot"
        odd = "[...document.querySelectorAll('#text .odd')].map((e) => e.textContent)"
        assert await page.run(odd) == ["U+202E", "U+202C", "U+001B", *["U+200B"] * 3]
        for place in ("about", "rows", "community", "parent-about"):
            assert "\u202e" not in await page.run(TEXT.format(place)), place
        bidi = "getComputedStyle(document.getElementById('text')).unicodeBidi"
        assert await page.run(bidi) == "isolate"
        assert await page.run("document.documentElement.scrollWidth <= innerWidth")
        await key(page, "b")
        await page.until(f"{SHOWN}.startsWith('WWW')")
        assert await page.run("document.documentElement.scrollWidth <= innerWidth")
        assert await page.run(f"{SHOWN}.length") == 20_000
        assert (await page.run(TEXT.format("cut"))).startswith("and 10,500 more characters")
        seen = "document.getElementById('allow').getBoundingClientRect().bottom <= innerHeight"
        assert await page.run(seen)
        assert page.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_have_enough_contrast(browser: int, tmp_path: Path, scheme: str) -> None:
    async with desk_of(tmp_path, held("a", HOSTILE)) as desk, signed_in(browser, desk) as page:
        await page.prefer(scheme)
        await page.until(f"document.documentElement.dataset.theme === '{scheme}'")
        wanted = "td, th, button, h1, h2, header p, #item p, #item span, mark, small, label, kbd"
        ratios = await page.contrasts(wanted)
        assert len(ratios) > 20
        assert min(ratio for _, ratio in ratios) >= 4.5, sorted(ratios, key=lambda r: r[1])[:3]


async def test_the_keyboard_reaches_everything(browser: int, tmp_path: Path) -> None:
    async with desk_of(tmp_path, held("a"), held("b")) as desk, signed_in(browser, desk) as page:
        await page.until("document.querySelectorAll('#rows li').length === 2")
        await page.run("document.querySelector('.skip').focus()")
        focused = []
        for _ in range(16):
            await page.press("Tab", 9)
            focused.append(
                await page.run("document.activeElement.id || document.activeElement.tagName")
            )
        wanted = ["theme", "leave", "once", "note", "allow", "block", "skip", "undo", "order",
                  "action", "community", "rule", "BUTTON", "BUTTON"]  # fmt: skip
        places = [focused.index(name) for name in wanted[:-2]]
        assert places == sorted(places)
        assert focused.count("BUTTON") == 2
