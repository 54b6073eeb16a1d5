"""The error tree is the one that its module draws."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import moderator
from moderator import errors
from moderator.errors import ModeratorError

BRANCH = re.compile(r"^([│ ]*)[├└]── (\w+)", re.MULTILINE)


def drawn() -> set[tuple[str, str]]:
    """Child and parent of each branch of the drawing."""
    path = ["ModeratorError"]
    pairs = set()
    for indent, name in BRANCH.findall(errors.__doc__ or ""):
        path[len(indent) // 4 :] = [name]
        pairs.add((name, path[-2]))
    return pairs


def real(parent: type[ModeratorError]) -> Iterator[tuple[str, str]]:
    for child in parent.__subclasses__():
        yield child.__name__, parent.__name__
        yield from real(child)


def test_the_tree_is_as_drawn() -> None:
    light = ("errors", "settings", "policy", "lexicon", "kafka", "cache", "replay", "dlq", "stream")
    for name in light:
        package = importlib.import_module(f"moderator.{name}")
        for module in pkgutil.iter_modules(getattr(package, "__path__", ())):
            importlib.import_module(f"moderator.{name}.{module.name}")
    assert moderator.ModeratorError is ModeratorError
    assert set(real(ModeratorError)) == drawn()
