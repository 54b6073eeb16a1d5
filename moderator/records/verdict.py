"""What the scorers found in a text, and the verdict that a policy made of it.

What caches keep by the ten thousand is hidden from the garbage collector (`gc=False`): it can be
part of no cycle, and going through it held a worker up for a tenth of a second at a time.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

import msgspec

from moderator.text.censor import censor


class Action(StrEnum):
    """What is to be done with a comment, mildest first."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """0 for allow, 1 for review, 2 for block: the higher one wins."""
        return _RANKS[self]


_RANKS = {Action.ALLOW: 0, Action.REVIEW: 1, Action.BLOCK: 2}


class Match(msgspec.Struct, frozen=True, gc=False):
    """A term of the lexicon found in a text.

    `start` and `end` are offsets into the original text in code points, end exclusive; `severity`
    is 1 (mild) to 4 (gravest); `evasive` is true if only the normalised text matched; `quoted`
    if the match lies in words quoted from someone else.
    """

    start: int
    end: int
    term: str
    category: str
    severity: int
    evasive: bool = False
    quoted: bool = False


PartCause = Literal["truncated", "truncated_by_budget"]


class Scored(msgspec.Struct, frozen=True, gc=False):
    """What the scorers found in one text, before any policy: label → probability, and matches.

    `failed` names the scorers that gave no answer, `truncated` says that they saw only a part of
    the text; such results are never cached. `with_quotes` is set if a text quotes and a policy
    charges quotes: the scores as if its author said it all. `over_budget` says that
    judging all of the text would cost more than one text may (`scorers.text_budget_ms`), so that
    only a part was judged: the same one each time. `unjudged` says that no model speaks the text's
    language, so that the labels of the models are missing.
    """

    scores: dict[str, float]
    matches: tuple[Match, ...] = ()
    failed: tuple[str, ...] = ()
    with_quotes: dict[str, float] | msgspec.UnsetType = msgspec.UNSET
    truncated: bool = False
    over_budget: bool = False
    language: str = "und"
    language_probability: float = 0.0
    unjudged: bool = False

    @property
    def in_part(self) -> tuple[PartCause, ...]:
        """Why only a part of the text was judged; empty if all of it was."""
        if not self.truncated and not self.over_budget:
            return ()
        causes: tuple[tuple[PartCause, bool], ...] = (
            ("truncated", self.truncated), ("truncated_by_budget", self.over_budget),
        )  # fmt: skip
        return tuple(cause for cause, holds in causes if holds)


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why an action was chosen: the policy's rule, and the score that met its threshold.

    `rule` is ACTION.LABEL, or ACTION.NAME for a rule or a list of the policy; then `label` is that
    name, and both numbers are 0.
    """

    rule: str
    label: str
    score: float
    threshold: float


class Component(msgspec.Struct, frozen=True, gc=False):
    """Name and version of a part that took part in a verdict."""

    name: str
    version: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False, gc=False):
    """The answer for one comment.

    `latency_ms` is the time from the pipeline's receipt of the comment to its decision;
    `scored_at` is RFC 3339 in UTC. `matches` are at most the first 500. `scores` are those of
    the author's own words; `with_quotes`, those of the whole text, is set if it quotes and a policy
    charges quotes; `comment` only if the settings ask for it. `language` is the ISO 639-1 code that
    the author's own words were taken for, with a probability of 0 to 1; `und` if they show none.
    `unjudged` says that no model speaks it, so that `scores` lack the models' labels. `in_part` is
    set if only a part of the text was judged, whether or not that decided anything: because of its
    length (`truncated`) or of what it would cost (`truncated_by_budget`). `community` is the
    comment's, if it has one.
    """

    id: str
    action: Action
    reasons: tuple[Reason, ...]
    scores: dict[str, float]
    matches: tuple[Match, ...]
    scorer: Component
    policy: Component
    cached: bool
    degraded: bool
    scored_at: str
    latency_ms: float
    language: str = "und"
    language_probability: float = 0.0
    unjudged: bool = False
    in_part: tuple[PartCause, ...] | msgspec.UnsetType = msgspec.UNSET
    community: str | msgspec.UnsetType = msgspec.UNSET
    with_quotes: dict[str, float] | msgspec.UnsetType = msgspec.UNSET
    comment: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET

    def about(self, text: str) -> Verdict:
        """A copy that remembers the text judged, in memory only: it never reaches the wire."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        verdict = _VerdictAbout(**values)
        verdict.__dict__["text"] = text
        return verdict

    def censored(self, mask: str = "*") -> str:
        """The text judged, with every matched span masked and all else untouched.

        Raises ValueError on a verdict read back from the wire, which holds no text.
        """
        raise ValueError(
            "this verdict came without its text; use moderator.text.censor(text, spans)"
        )


class _VerdictAbout(Verdict, frozen=True, kw_only=True, omit_defaults=False, dict=True, gc=True):
    """A verdict that keeps the text it was made of."""

    def censored(self, mask: str = "*") -> str:
        text: str = self.__dict__["text"]
        return censor(text, [(match.start, match.end) for match in self.matches], mask)
