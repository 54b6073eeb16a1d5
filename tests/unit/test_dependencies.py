"""Whatever the package imports is declared, not brought along by another package."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
BROUGHT = {
    "detoxify": {"huggingface-hub"},
    "pydantic": {"pydantic-core"},
    "faust-streaming": {"mode-streaming"},  # a part of Faust, of the same people
}
"""Declared package → what may be imported of what it is made of."""


def imported() -> Iterator[tuple[str, str]]:
    """File and top-level module of every import from elsewhere."""
    for file in sorted((ROOT / "moderator").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names and top != "moderator":
                    yield str(file.relative_to(ROOT)), top


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    names = {re.split(r"[\[<>=!~; ]", line)[0].lower().replace("_", "-") for line in wanted}
    return names | {part for name in names for part in BROUGHT.get(name, ())}


def test_whatever_is_imported_is_declared() -> None:
    found, known = declared(), packages_distributions()
    undeclared = {
        f"{file}: {module}"
        for file, module in imported()
        # What is not installed here cannot be named by its distribution: then by its module.
        if not {n.lower().replace("_", "-") for n in known.get(module, [module])} & found
    }
    assert undeclared == set()
