"""The runbook as a page of the worker's port: what to do, at hand without leaving the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from moderator.package import shipped

_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_EMPHASIS = re.compile(r"\*([^*]+)\*")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>moderator: runbook</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="dashboard.css">
</head>
<body class="document">
<p><a href="./">Figures of this worker</a></p>
{body}
</body>
</html>
"""


def runbook() -> str:
    """HTML of the shipped deploy/RUNBOOK.md; the anchor of a section is its heading, lower case."""
    text = shipped("deploy/RUNBOOK.md").read_text("utf-8")
    return _PAGE.format(body="\n".join(_blocks(text)))


def _blocks(text: str) -> Iterator[str]:
    """Headings and paragraphs: all that the runbook is made of."""
    for block in re.split(r"\n{2,}", text.strip()):
        lines = block.splitlines()
        if lines[0].startswith("#"):
            marks, _, title = lines.pop(0).partition(" ")
            yield f'<h{len(marks)} id="{escape(title.lower())}">{_inline(title)}</h{len(marks)}>'
        if lines:
            yield f"<p>{_inline(' '.join(lines))}</p>"


def _inline(text: str) -> str:
    shown = _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
    shown = _EMPHASIS.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", shown))
    return _LINK.sub(_link, shown)


def _link(found: re.Match[str]) -> str:
    """Links to other files of the repository lead nowhere here: their words stay."""
    name, target = found.groups()
    return f'<a href="{escape(target)}">{name}</a>' if target.startswith("#") else name
