"""The project's documents and the code blocks in them, for the tests that run these."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def documents() -> list[Path]:
    """Every Markdown file of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [path for name in listed if (path := ROOT / name).exists()]


def blocks(path: Path, language: str) -> list[str]:
    """The fenced code blocks of one language, in order."""
    fence = rf"^```{language}\n(.*?)^```$"
    return re.findall(fence, path.read_text("utf-8"), re.M | re.S)


def links(path: Path) -> Iterator[str]:
    """Targets of the links and pictures that lie in this repository."""
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(path: Path) -> set[str]:
    """The anchors that a page's headings make."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
