"""The review page in a real browser: by keyboard alone, 10,000 comments, hostile text, no token."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from moderator.records import Action, Match, Verdict
from tests.browser import Page, chromium, opened
from tests.integration.review.desk import Desk
from tests.integration.test_page import CONTRASTS
from tests.unit.review.conftest import held

pytestmark = pytest.mark.timeout(300)

TEXT = "document.getElementById('{}').textContent"
SHOWN = "document.getElementById('text').textContent"
HOSTILE = (
    '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> idiot '
    "\u202edesrever\u202c \x1b[31mred \u200bz\u200be\u200bro \u0301\u0302\u0303\u0304 "
    "\U0001f468\u200d\U0001f469"
)
PAINT_MS = 1_000


@pytest.fixture(scope="module")
def browser() -> Iterator[int]:
    with chromium() as port:
        yield port


@asynccontextmanager
async def desk_of(folder: Path, *verdicts: Verdict) -> AsyncIterator[Desk]:
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


async def test_a_day_by_keyboard_alone(browser: int, tmp_path: Path) -> None:
    said = (
        held("d", "fourth", after_s=4, action=Action.REVIEW),
        held("c", "third", after_s=3),
        held("b2", "same", after_s=2.5),
        held("b1", "same", after_s=2),
        held("a", "first", after_s=1, parent_id="p"),
    )
    parent = held("p", "what it answers", action=Action.ALLOW)
    async with desk_of(tmp_path, parent, *said) as desk, signed_in(browser, desk) as page:
        assert await page.run(SHOWN) == "fourth"
        await key(page, "a")
        await page.until(f"{SHOWN} === 'third'")
        assert await page.run(TEXT.format("done")) == "Allowed d. u takes it back."
        await key(page, "s")
        await page.until(f"{SHOWN} === 'same'")
        assert "2 comments with this text wait" in await page.run(TEXT.format("same"))
        await key(page, "n")
        await page.call("Input.insertText", text="a, b: no keys here")
        await page.press("Enter", 13)
        await key(page, "b")
        await page.until(f"{SHOWN} === 'first'")
        assert await page.run(TEXT.format("done")) == "Blocked 2 comments. u takes it back."
        assert await page.run(TEXT.format("parent-text")) == "what it answers"
        await key(page, "u")
        await page.until(f"{SHOWN} === 'same'")
        await key(page, "o")
        await key(page, "a")
        await page.until(f"{TEXT.format('done')} === 'Allowed b2. u takes it back.'")
        await page.until(f"{SHOWN} === 'same'")
        await key(page, "b")
        await page.until(f"{SHOWN} === 'first'")
        await key(page, "a")
        await page.until("document.getElementById('again').hidden === false")
        assert "you skipped 1 text" in await page.run(TEXT.format("none"))
        await page.run("document.getElementById('again').focus()")
        await page.press("Enter", 13)
        await page.until(f"{SHOWN} === 'third'")
        assert page.problems == []
        decided = [
            (one.id, one.action and str(one.action), bool(one.expires_at), one.note)
            for one in desk.kept.feedback
        ]
        assert decided == [
            ("d", "allow", True, None),
            ("b2", "block", True, "a, b: no keys here"),
            ("b2", None, False, None),
            ("b2", "allow", False, None),
            ("b1", "block", True, None),
            ("a", "allow", True, None),
        ]


async def test_a_key_that_is_held_or_pressed_twice_decides_once(
    browser: int, tmp_path: Path
) -> None:
    async with (
        desk_of(tmp_path, *(held(f"c{n}", after_s=n) for n in range(9))) as desk,
        signed_in(browser, desk) as page,
    ):
        await asyncio.sleep(0.3)
        for repeated in (False, True, True, False):
            await page.call(
                "Input.dispatchKeyEvent", type="keyDown", key="a", code="KeyA",
                windowsVirtualKeyCode=65, autoRepeat=repeated,
            )  # fmt: skip
        await page.until(f"{SHOWN} === 'c7'")
        await asyncio.sleep(0.5)
        assert [one.id for one in desk.kept.feedback] == ["c8"]


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


async def test_without_a_token_there_is_no_text_and_signing_out_leaves_none(
    browser: int, tmp_path: Path
) -> None:
    async with desk_of(tmp_path, held("a", "the held words")) as desk:
        async with opened(browser, desk.url) as page:
            await page.until("document.activeElement.id === 'token'")
            assert await page.run("document.getElementById('desk').hidden")
            await page.call("Input.insertText", text="mod_000000000000_guess")
            await page.press("Enter", 13)
            await page.until(f"{TEXT.format('trouble')} === 'the token is not valid'")
            assert await page.run("document.getElementById('desk').hidden")
            assert "held words" not in await page.run("document.documentElement.outerHTML")
            assert await page.run("sessionStorage.getItem('token')") is None
        async with signed_in(browser, desk) as page:
            assert await page.run(SHOWN) == "the held words"
            await page.run("document.getElementById('leave').click()")
            assert await page.run("document.getElementById('desk').hidden")
            assert "held words" not in await page.run("document.documentElement.outerHTML")
            assert await page.run("sessionStorage.getItem('token')") is None
            assert await page.run("document.activeElement.id") == "token"


async def test_two_people_have_different_texts(browser: int, tmp_path: Path) -> None:
    async with (
        desk_of(tmp_path, held("a"), held("b", after_s=1)) as desk,
        signed_in(browser, desk) as anna,
        signed_in(browser, desk, "ben") as ben,
    ):
        assert [await anna.run(SHOWN), await ben.run(SHOWN)] == ["b", "a"]
        await ben.until(
            "document.getElementById('rows').textContent.includes('somebody has it open')"
        )
        await key(anna, "a")
        await anna.until("document.getElementById('none').hidden === false")
        await key(ben, "b")
        await ben.until("document.getElementById('none').hidden === false")
    assert [one.id for one in desk.kept.feedback] == ["b", "a"]


async def test_filters_by_keyboard(browser: int, tmp_path: Path) -> None:
    said = held("a", community="games"), held("b", after_s=1, community="news", score=0.5)
    async with desk_of(tmp_path, *said) as desk, signed_in(browser, desk) as page:
        assert await page.run(SHOWN) == "b"
        await page.until("document.querySelectorAll('#community option').length === 3")
        await page.run("document.getElementById('community').focus()")
        await page.press("ArrowDown", 40)
        await page.until(f"{SHOWN} === 'a'")
        assert await page.run("document.getElementById('community').value") == "=games"
        assert desk.kept.feedback == []


async def test_what_comes_later_appears_and_disturbs_nobody(browser: int, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as desk, signed_in(browser, desk) as page:
        assert (await page.run(TEXT.format("none"))).startswith("Nothing waits here.")
        await page.run("document.getElementById('order').focus()")
        desk.take_in(held("a"))
        await page.until(f"{SHOWN} === 'a'")
        assert await page.run("document.activeElement.id") == "order"


async def test_what_goes_wrong_is_said(browser: int, tmp_path: Path) -> None:
    async with (
        desk_of(tmp_path, held("a"), held("b", after_s=1)) as desk,
        signed_in(browser, desk) as page,
    ):
        desk.kept.is_away = True
        await key(page, "a")
        await page.until(f"{TEXT.format('trouble')}.includes('the broker has not confirmed it')")
        assert await page.run(SHOWN) == "b"
        desk.kept.is_away = False
        await key(page, "a")
        await page.until(f"{SHOWN} === 'a'")
        assert await page.run(TEXT.format("trouble")) == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_have_enough_contrast(browser: int, tmp_path: Path, scheme: str) -> None:
    async with desk_of(tmp_path, held("a", HOSTILE)) as desk, signed_in(browser, desk) as page:
        await page.prefer(scheme)
        await page.until(f"document.documentElement.dataset.theme === '{scheme}'")
        wanted = "td, th, button, h1, h2, header p, #item p, #item span, mark, small, label, kbd"
        script = CONTRASTS.replace(
            "dt, dd, th, td, button, h1, header p, .key, .said, .y, .x, caption", wanted
        )
        ratios = await page.run(script)
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
