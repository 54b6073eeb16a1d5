"""The report of a backtest in a real browser: it can be read in a narrow window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from moderator.cli.judge.backtest.page import page as report
from tests.browser import chromium, opened
from tests.unit.cli.judge.backtest.test_page import found

LONG = "a-community-with-a-name-of-many-letters-indeed"
NARROWEST = "Math.min(...[...document.querySelectorAll('tbody th')].map(e => e.clientWidth))"


@pytest.fixture(scope="module")
def browser() -> Iterator[int]:
    with chromium() as port:
        yield port


@pytest.mark.parametrize("width", [390, 1280])
async def test_names_keep_their_lines_and_only_tables_scroll(
    browser: int, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "report.html"
    file.write_text(report(found(LONG), "new.toml"))
    async with opened(browser, file.as_uri(), width=width) as page:
        assert await page.run(NARROWEST) >= 100
        assert await page.run("document.documentElement.scrollWidth") <= width
        assert page.problems == []
