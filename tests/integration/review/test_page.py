"""Work on the review page in a real browser: by keyboard alone, by two people, without a token."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from moderator.records import Action
from tests.browser import opened
from tests.integration.review.desk import SHOWN, TEXT, desk_of, key, signed_in
from tests.unit.review.conftest import held

pytestmark = pytest.mark.timeout(300)


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
