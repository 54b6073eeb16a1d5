"""The report is one page that loads nothing, runs nothing and shows hostile text as text."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from moderator.backtest.findings import Findings, OfCommunity, OfRule, Totals
from moderator.cli.judge.backtest.page import page
from moderator.evaluation.wilson import wilson
from moderator.records import Action, Component
from moderator.replay.diff import Change

HOSTILE = "<script>alert(1)</script><img src=http://evil.example/x>\"'\x1b[2J\u202e"
SHARE = wilson(3, 10)


def found(text: str) -> Findings:
    totals = Totals(
        10, 3, SHARE, SHARE, SHARE, {"allow→block": 3, "allow→allow": 7}, {text: 2}, 1, 4, 0, (),
        (Component(text, text),),
    )  # fmt: skip
    change = Change(
        text, Action.ALLOW, Action.BLOCK, (text,), (), text, {text: (0.1, 0.9)}, 1.0, text
    )
    return Findings(
        totals,
        [OfCommunity(text, 10, 3, SHARE, SHARE, SHARE), OfCommunity(None, 1, 0, *(SHARE,) * 3)],
        [OfRule(text, 1, 2, 3, 4, SHARE, SHARE)],
        [change],
    )


def test_what_users_wrote_is_text() -> None:
    html = page(found(HOSTILE), HOSTILE)
    body = html.partition("<body>")[2]
    assert not re.search(r"<(script|img|iframe|object|a)\b", body)
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert body.count("&lt;script&gt;") >= 10


def test_nothing_comes_from_elsewhere() -> None:
    html = page(found("x"), "new.toml")
    assert not re.search(r"(src|href)=(?!\"data:,\")", html)
    assert "url(" not in html
    assert "@import" not in html
    style = re.search(r"<style>(.*?)</style>", html, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in html


@pytest.mark.parametrize("part", ["Backtest of new.toml", "what was decided", "30.00 %", "+3"])
def test_it_shows_the_findings(part: str) -> None:
    assert part in page(found("x"), "new.toml")
