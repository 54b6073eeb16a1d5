"""The built-in page in a real browser: figures, themes, keyboard, screen readers, no strangers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest

from tests.browser import Page, chromium, opened
from tests.fake_worker import SAMPLE_S, FakeWorker, serving

RANKED = {
    "rules": "standard block.identity_attack", "categories": "slur_orientation",
    "communities": "games", "policies": "standard", "languages": "de",
}  # fmt: skip
TEXT = "document.getElementById('{}').textContent"


@pytest.fixture(scope="module")
def browser() -> Iterator[int]:
    """One for all tests: each has a page of its own, of an address of its own."""
    with chromium() as port:
        yield port


@pytest.fixture
async def worker() -> AsyncIterator[FakeWorker]:
    """Judges a hundred comments every tenth of a second."""
    fake = FakeWorker()

    async def keep_working() -> None:
        while True:
            fake.work(100)
            await asyncio.sleep(0.1)

    task = asyncio.create_task(keep_working())
    yield fake
    task.cancel()


@pytest.fixture
async def page(browser: int, worker: FakeWorker) -> AsyncIterator[Page]:
    with serving(worker) as address:
        async with opened(browser, f"http://{address}/") as page:
            await page.until(f"{TEXT.format('comments')} !== '–'")
            yield page


async def test_shows_the_figures_and_keeps_to_itself(page: Page) -> None:
    rate = float((await page.run(TEXT.format("comments"))).replace(",", ""))
    assert 100 < rate < 1100
    assert (await page.run(TEXT.format("p99"))).endswith(" ms")
    assert await page.run(TEXT.format("state")) == "ready"
    assert await page.run("document.querySelectorAll('#partitions tr').length") == 4
    stages = await page.run("[...document.querySelectorAll('#stages th')].map(e => e.textContent)")
    assert stages == [
        "decode", "cache_get", "normalise", "score", "compact", "compact_encoder", "lexicon",
        "multilingual_encoder", "decide", "cache_set", "publish",
    ]  # fmt: skip
    assert "moderator 0.2.0" in await page.run(TEXT.format("versions"))
    await page.until(
        "document.querySelector('#actions path.area')?.getAttribute('d').includes('L')"
    )
    for ranking, row in RANKED.items():
        shown = await page.run(f"document.getElementById('{ranking}').textContent")
        assert row in shown, ranking
    assert await page.run("document.getElementById('trouble').children.length") == 0
    loaded = await page.run("performance.getEntriesByType('resource').map(r => r.name)")
    origin = await page.run("location.origin")
    assert all(url.startswith(origin) for url in loaded)
    assert page.problems == []


async def test_the_last_minutes_are_there_when_it_is_opened(
    browser: int, worker: FakeWorker
) -> None:
    with serving(worker) as address:
        await asyncio.sleep(6 * SAMPLE_S)
        async with opened(browser, f"http://{address}/") as page:
            await page.until("document.querySelector('#actions path.area')")
            points = (
                "document.querySelector('#actions path.area').getAttribute('d').split('L').length"
            )
            assert await page.run(points) >= 6
            ticks = "[...document.querySelectorAll('#latency .y span')].map(e => e.textContent)"
            assert (await page.run(ticks))[-1] == "0 s"
            times = "[...document.querySelectorAll('#latency .x span')].map(e => e.textContent)"
            assert len(await page.run(times)) == 3


async def test_what_fails_is_red_and_links_to_the_runbook(browser: int, worker: FakeWorker) -> None:
    with serving(worker) as address:
        worker.fail()
        async with opened(browser, f"http://{address}/") as page:
            await page.until("document.querySelectorAll('#trouble li').length >= 3")
            shown = await page.run("document.getElementById('trouble').textContent")
            assert "Redis fails (authentication)" in shown
            assert await page.run("document.getElementById('redis').className") == "bad"
            link = await page.run("document.querySelector('#trouble a').href")
            await page.call("Page.navigate", url=link)
            await page.until("document.querySelector('h2#moderatorhalted') !== null")
            assert page.problems == []


@pytest.mark.parametrize("width", [390, 768, 1200, 1280, 1920])
async def test_nothing_overflows_or_overlaps(browser: int, worker: FakeWorker, width: int) -> None:
    with serving(worker) as address:
        async with opened(browser, f"http://{address}/", width) as page:
            await page.until("document.querySelector('#rules td')")
            assert await page.run(LAYOUT_FAULTS) == []
            assert await page.run(FILLED) > 0.95
            worker.fail()
            await page.until("document.querySelectorAll('#trouble li').length >= 3")
            assert await page.run(LAYOUT_FAULTS) == []
            await page.call("Page.navigate", url=f"http://{address}/runbook")
            await page.until("document.querySelector('h2#moderatorhalted') !== null")
            assert await page.run(LAYOUT_FAULTS) == []


async def test_figures_and_charts_of_a_row_are_level(page: Page) -> None:
    """Though a name above one of them takes two lines."""
    tops = "new Set([...document.querySelectorAll('{}')].map((e) => e.getBoundingClientRect().top))"
    await page.until("document.querySelectorAll('.plot svg').length === 3")
    for row in (".tiles dd", ".plot svg", ".plot .said"):
        assert await page.run(f"{tops.format(row)}.size") == 1, row


async def test_light_and_dark_follow_the_system_until_set(page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    await page.prefer("light")
    light = await page.run(ground)
    await page.prefer("dark")
    await page.until(f"{ground} !== '{light}'")
    await page.run("document.getElementById('theme').click()")
    assert await page.run(ground) == light


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_enough_contrast(page: Page, scheme: str) -> None:
    await page.prefer(scheme)
    await page.until(f"document.documentElement.dataset.theme === '{scheme}'")
    ratios = await page.contrasts(
        "dt, dd, th, td, button, h1, header p, .key, .said, .y, .x, caption"
    )
    assert len(ratios) > 20
    assert min(ratio for _, ratio in ratios) >= 4.5, sorted(ratios, key=lambda r: r[1])[:3]


async def test_the_keyboard_reaches_everything(page: Page) -> None:
    focused = []
    for _ in range(3):
        await page.press("Tab", 9)
        focused.append(
            await page.run("document.activeElement.id || document.activeElement.className")
        )
    assert focused == ["skip", "pause", "theme"]
    await page.run("document.getElementById('pause').focus()")
    await page.press("Enter", 13)
    assert await page.run("document.getElementById('pause').getAttribute('aria-pressed')") == "true"


async def test_a_screen_reader_hears_names_and_figures(page: Page) -> None:
    await page.call("Accessibility.enable")
    tree = (await page.call("Accessibility.getFullAXTree"))["nodes"]
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in tree
        if not node.get("ignored")
    ]
    images = [name for role, name in named if role in {"image", "img"}]
    assert len(images) == 3
    assert any("allow" in name and "%" in name for name in images)
    assert any("99th" in name for name in images)
    assert ("columnheader", "partition") in named
    assert {name for role, name in named if role == "button"} == {"Pause", "Dark"}
    assert "comments a second" in await page.run(TEXT.format("summary"))


async def test_says_when_the_worker_is_not_ready_and_when_it_is_gone(
    browser: int, worker: FakeWorker
) -> None:
    worker.unready = "draining"
    with ExitStack() as stack:
        address = stack.enter_context(serving(worker))
        async with opened(browser, f"http://{address}/") as page:
            await page.until(f"{TEXT.format('state')} === 'not ready: draining'")
            stack.close()
            await page.until(f"{TEXT.format('state')} === 'the worker does not answer'")


LAYOUT_FAULTS = """
(() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} wide`);
  const hidden = (e) => e.closest('.heard, .skip, noscript, script, style');
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent.trim() || hidden(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const card = node.parentElement.closest('.card, figure, .tiles div, #trouble li, header, body');
    const { left, right, top, bottom } = card.getBoundingClientRect();
    const { paddingLeft, paddingRight } = getComputedStyle(card);
    for (const rect of range.getClientRects()) {
      texts.push([node.textContent.trim(), rect]);
      const across = rect.left < left + parseFloat(paddingLeft) - 1
        || rect.right > right - parseFloat(paddingRight) + 1;
      if (across || rect.top < top - 1 || rect.bottom > bottom + 1)
        faults.push(`${node.textContent.trim()} leaves its card`);
    }
  }
  const seen = document.querySelector('.heard')?.getBoundingClientRect();
  if (seen && seen.width * seen.height > 1) faults.push('the line for screen readers is seen');
  texts.forEach(([a, one], i) => texts.slice(i + 1).forEach(([b, other]) => {
    const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    if (wide > 1 && high > 4) faults.push(`${a} lies over ${b}`);
  }));
  const whole = [...document.querySelectorAll('dd, td, #stages th')]
    .flatMap((e) => [...e.childNodes]);
  for (const e of whole.filter((e) => e.textContent.trim())) {
    const range = document.createRange();
    range.selectNodeContents(e);
    if (range.getClientRects().length > 1) faults.push(`${e.textContent} is broken over lines`);
  }
  return faults;
})()
"""
FILLED = """
Math.max(...[...document.querySelectorAll('.card, figure')]
  .map((e) => e.getBoundingClientRect().right)) / (innerWidth - 16)
"""
