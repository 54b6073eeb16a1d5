"""A scorer as a package of its own: how much of a comment is written in capitals."""

from __future__ import annotations

from collections.abc import Sequence

from moderator.labels import Label
from moderator.quoting.document import Document
from moderator.records import Scored
from moderator.scorers.registry import Loader
from moderator.settings import Section


class ShoutingSettings(Section):
    """The table `[scorers.shouting]`."""

    min_letters: int = 10  # "OK" and "USA" are not shouting


class ShoutingScorer:
    """The share of capitals among a comment's letters, above one half of them."""

    name = "shouting"
    labels = ("shouting",)

    def __init__(self, settings: ShoutingSettings) -> None:
        self._min_letters = settings.min_letters
        self.version = f"1-{settings.min_letters}"  # part of the cache's key

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        return [Scored({"shouting": self._share(text.unquoted_text)}) for text in documents]

    def _share(self, text: str) -> float:
        letters = [char for char in text if char.isalpha()]
        capitals = sum(char.isupper() for char in letters) / max(len(letters), 1)
        return max(0.0, 2 * capitals - 1) if len(letters) >= self._min_letters else 0.0


LOADER = Loader(
    load=lambda settings, _: ShoutingScorer(settings),
    settings=ShoutingSettings,
    labels=(Label("shouting", ("shouting",), "Written in capitals."),),
)
