"""ARCHITECTURE.md's tree, made from the package itself, and its import order, read from it.

`python -m tests.architecture_page` writes the tree between its markers; a test fails if it has
drifted.
"""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "moderator"
PAGE = PACKAGE / "ARCHITECTURE.md"
BEGIN = "<!-- tree: made by `python -m tests.architecture_page` -->\n"
END = "<!-- /tree -->\n"
_COLUMNS = 100


def tree() -> str:
    """Every folder with its purpose, and the modules in it."""
    folders = sorted({file.parent for file in PACKAGE.rglob("*.py")} - {PACKAGE})
    lines = [_entry(PACKAGE, "moderator/")]
    for folder in folders:
        depth = len(folder.relative_to(PACKAGE).parts)
        lines.append(_entry(folder, f"{'  ' * depth}{folder.name}/"))
    return "\n".join(lines) + "\n"


def with_tree(text: str) -> str:
    """The page with the tree in its place. Raises ValueError if a marker is missing."""
    before, rest = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    return f"{before}\n```text\n{tree()}```\n\n{rest}"


def layers(text: str) -> list[set[str]]:
    """The import order that the page gives, lowest layer first."""
    block = re.search(r"^```imports\n(.*?)^```", text, re.M | re.S)
    if block is None:
        raise ValueError("no block ```imports")
    return [set(line.split()) for line in reversed(block[1].splitlines())]


def first_line(file: Path) -> str:
    """The first line of a module's docstring; empty if it has none."""
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").partition("\n")[0]


def _entry(folder: Path, name: str) -> str:
    purpose = (first_line(folder / "__init__.py")).rstrip(".")
    modules = sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("__"))
    indent = " " * (len(name) - len(name.lstrip()) + 4)
    wrapped = textwrap.wrap(
        " ".join(modules), _COLUMNS, initial_indent=indent, subsequent_indent=indent
    )
    return "\n".join([f"{name:<18} {purpose}".rstrip(), *wrapped])


if __name__ == "__main__":
    PAGE.write_text(with_tree(PAGE.read_text("utf-8")), "utf-8")
