"""The two sides of a backtest: what decided, or would have, and by whose scores."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from moderator.backtest.scoring import Scoring, scoring_of
from moderator.policy import Decision, Policies
from moderator.policy.rejudging import Rejudge, Undecided
from moderator.records import Comment, Component, Scored, Verdict
from moderator.settings import Settings


class Side:
    """Policies with the scorers that feed them. With `own_scorers` only scores from these scorers
    count; otherwise stored scores do, whichever scorers gave them."""

    def __init__(self, again: Rejudge, scoring: Scoring, *, own_scorers: bool = False) -> None:
        self.scoring = scoring
        self._again = again
        self._own_scorers = own_scorers

    @property
    def components(self) -> tuple[Component, ...]:
        """Its policies' names and versions."""
        return self._again.policies.components

    def of_stored(self, verdict: Verdict) -> Decision | Undecided:
        """The decision on what a verdict holds."""
        if self._own_scorers and not self.scoring.gave(verdict):
            return Undecided.OTHER_SCORER
        return self._again.decide(verdict)

    def of_scored(self, comment: Comment, scored: Scored) -> Decision:
        """The decision on a comment whose text was scored by its `scoring`."""
        return self._again.decide_on(comment, scored, comment.text)


class Sides(NamedTuple):
    """What is compared. With `recorded`, what verdicts say is the side before, and `before` judges
    only comments without a verdict."""

    before: Side
    after: Side
    recorded: bool


def sides_of(new: Path, against: Path | None, base: Settings, known: Sequence[Policies]) -> Sides:
    """The sides that files name, each a policy file or a settings file; without `against`, the
    side before is what is in force: the last of `known`, which may have decided first.

    Raises SettingsError and PolicyError, each naming file, key and reason.
    """
    in_force = _Named(known[-1], base, own_scorers=False)
    before, after = _Named.of(against, base) if against else in_force, _Named.of(new, base)
    known = [*known, before.policies, after.policies]
    first = before.scoring()
    second = first if before.scores_like(after) else after.scoring()
    return Sides(before.side(first, known), after.side(second, known), recorded=against is None)


class _Named(NamedTuple):
    """Policies and settings that a file names."""

    policies: Policies
    settings: Settings
    own_scorers: bool

    @classmethod
    def of(cls, path: Path, base: Settings) -> _Named:
        if _is_policy(path):
            return cls(Policies.load(path), base, own_scorers=False)
        # The memory cache: verdicts that applications look up must stay as they are.
        settings = Settings.load(path, {"cache": {"backend": "memory"}})
        return cls(Policies.load(settings.policy), settings, own_scorers=True)

    def scores_like(self, other: _Named) -> bool:
        """Whether texts get the same scores."""
        return (
            self.settings.scorers == other.settings.scorers
            and self.settings.stream.max_text_bytes == other.settings.stream.max_text_bytes
            and self.policies.charge_quotes == other.policies.charge_quotes
        )

    def scoring(self) -> Scoring:
        return scoring_of(self.settings, charge_quotes=self.policies.charge_quotes)

    def side(self, scoring: Scoring, known: Iterable[Policies]) -> Side:
        again = Rejudge(
            self.policies,
            self.settings.cache.secret.get_secret_value(),
            known=known,
            max_text_bytes=self.settings.stream.max_text_bytes,
        )
        return Side(again, scoring, own_scorers=self.own_scorers)


def _is_policy(path: Path) -> bool:
    """Whether it has a policy file's first key; what cannot be read is refused as one."""
    try:
        return "default" in tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return True
