"""Policies, comments and what was found in them, made of one number."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from moderator.labels import LABELS
from moderator.lexicon.entries.dataset import CATEGORIES
from moderator.policy.authors import author_hash
from moderator.records import Action, Comment, CommentContext, Match, Scored

LISTS = {
    "domains": {"kind": "domain", "entries": ["bit.ly", "a.example"]},
    "phrases": {"kind": "pattern", "entries": ["buy * now", "加我微信"]},
    "texts": {"kind": "exact", "entries": ["first!"]},
}
ROLES = ["staff", "guest"]
PLACES = ["games", "news"]
TERMS = ["damn", "slur"]
LANGUAGES = ["en", "de", "und"]
ACTIONS = [str(action) for action in Action]
WORDS = [
    "first!",
    "buy this now",
    "http://bit.ly/x",
    "@anna",
    "a.example",
    "noob",
    "\ud83d",
    "加",
    "\n",
]


class Chance:
    """Policies and comments made of one number, so that ten thousand take seconds."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.one_of = self._random.choice

    def maybe(self) -> bool:
        return self._random.random() < 0.5

    def some(self, choices: list[str]) -> Any:
        return self.one_of(choices) if self.maybe() else self._random.sample(choices, 2)

    def number(self) -> float:
        return self.one_of([self._random.randint(-3, 80), round(self._random.uniform(-1, 2), 3)])

    def bounds(self) -> dict[str, float]:
        keys = self._random.sample(["at_least", "at_most", "below"], self._random.randint(1, 3))
        return {key: self.number() for key in keys}

    def match(self) -> dict[str, Any]:
        made = {
            "term": self.some(TERMS), "category": self.some(list(CATEGORIES)),
            "severity": self.bounds(), "evasive": self.maybe(), "quoted": self.maybe(),
            "count": self.bounds(),
        }  # fmt: skip
        return {key: value for key, value in made.items() if self.maybe()}

    def condition(self, depth: int = 0) -> dict[str, Any]:
        made: dict[str, Callable[[], Any]] = {
            "scores": lambda: {self.one_of(list(LABELS)): self.bounds()},
            "language": lambda: self.some(LANGUAGES),
            "list": lambda: self.some(list(LISTS)),
            "community": lambda: self.some(PLACES),
            "author_role": lambda: self.some(ROLES),
            "match": self.match,
            "unjudged": self.maybe,
        }
        numbers = ("length", "links", "mentions", "account_age_days", "prior_holds")
        made |= dict.fromkeys(numbers, self.bounds)
        if depth < 3:
            made |= {
                "all": lambda: [self.condition(depth + 1) for _ in range(2)],
                "any": lambda: [self.condition(depth + 1) for _ in range(3)],
                "not": lambda: self.condition(depth + 1),
            }
        kept = self._random.sample(list(made), self._random.randint(0, 2))
        return {key: made[key]() for key in kept}

    def policy(self) -> dict[str, Any]:
        label = self.one_of(list(LABELS))
        return {
            "rules": [
                {"name": f"r{number}", "action": self.one_of(ACTIONS), "when": self.condition()}
                for number in range(self._random.randint(0, 5))
            ],
            "review": {label: 0.3},
            "block": {label: 0.6},
            "on_scorer_failure": self.one_of(ACTIONS),
            "on_truncated": self.one_of(ACTIONS),
            "quoted": self.one_of(["ignore", "charge"]),
            "lists": {name: self.one_of(ACTIONS) for name in LISTS if self.maybe()},
            "exempt": {"roles": ["staff"], "authors": [author_hash("anna", "s")]}
            if self.maybe()
            else {},
        }

    def comment(self) -> Comment:
        context = CommentContext(
            self.one_of([None, *ROLES]), self.one_of([None, self.number()]), self.one_of([None, 3])
        )
        return Comment(
            "1",
            " ".join(self._random.choices(WORDS, k=self._random.randint(0, 4))),
            self.one_of([None, *PLACES]),
            self.one_of([None, "anna", "ben"]),
            context=self.one_of([None, context]),
        )

    def scored(self) -> Scored:
        matches = [
            Match(
                0, 4, self.one_of(TERMS), self.one_of(CATEGORIES), self._random.randint(1, 4),
                self.maybe(), self.maybe(),
            )
            for _ in range(self._random.randint(0, 3))
        ]  # fmt: skip
        return Scored(
            {label: self._random.random() for label in LABELS if self.maybe()},
            tuple(matches),
            self.one_of([(), (), ("compact",)]),
            truncated=not self._random.randrange(4),
            over_budget=not self._random.randrange(4),
            language=self.one_of(LANGUAGES),
            language_probability=self._random.random(),
            unjudged=self.maybe(),
        )
