"""The runbook as a page of the worker's port: what to do, at hand without leaving the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from moderator.package import shipped

if TYPE_CHECKING:
    from markdown_it.token import Token

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
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(shipped("deploy/RUNBOOK.md").read_text("utf-8"))
    for token, after in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", after.content.lower())
        if after.children:
            after.children = list(_without_links_elsewhere(after.children))
    return _PAGE.format(body=markdown.renderer.render(tokens, markdown.options, {}))


def _without_links_elsewhere(tokens: Iterable[Token]) -> Iterator[Token]:
    """Links to other files of the repository lead nowhere here: their words stay."""
    leads_on = True
    for token in tokens:
        if token.type == "link_open":
            leads_on = str(token.attrGet("href")).startswith("#")
        if leads_on or token.type not in ("link_open", "link_close"):
            yield token
