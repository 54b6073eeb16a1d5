"""What a change does to verdicts: two runs compared, or one run under another policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from moderator.errors import RowError, SettingsError
from moderator.policy import Decision, Policies
from moderator.policy.overrides import by_person
from moderator.policy.rejudging import Rejudge, Undecided
from moderator.policy.stored import comment_of
from moderator.records import Action, Comment, Verdict, verdict_from_json

MAX_COMMUNITIES = 10_000
OTHERS = "(others)"

Judged = Verdict | Decision
"""What has an action and reasons."""
Pairs = Counter[tuple[Action, Action]]
"""How many comments have which action before and after."""
BothScores = tuple[Mapping[str, float], Mapping[str, float]]
"""The scores before and after."""


class Change(msgspec.Struct, frozen=True):
    """A comment whose action differs, the rules behind either, and the scores they are about."""

    id: str
    before: Action
    after: Action
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    community: str | None = None
    scores: dict[str, tuple[float, float]] = {}
    """Label of a rule → its score before and after."""
    size: float = 0.0
    """The steps between the actions, and below 1 how far a score lies from what decides: for
    sorting."""
    text: str | None = None
    """If the verdict carries its comment."""

    @classmethod
    def of(cls, comment: Comment, before: Judged, after: Judged, scores: BothScores) -> Change:
        """The change between two decisions on one comment; its text may be empty."""
        reasons = (*before.reasons, *after.reasons)
        margins = [abs(reason.score - reason.threshold) for reason in reasons]
        old, new = scores
        named = {
            reason.label: (
                old.get(reason.label, reason.score),
                new.get(reason.label, reason.score),
            )
            for reason in reasons
        }
        moved = [abs(new - old) for old, new in named.values()]
        return cls(
            comment.id,
            before.action,
            after.action,
            tuple(reason.rule for reason in before.reasons),
            tuple(reason.rule for reason in after.reasons),
            comment.community,
            named,
            abs(before.action.rank - after.action.rank) + min(0.999, max([*margins, *moved, 0.0])),
            comment.text or None,
        )


class Diff:
    """Counts of (before, after), in all and by community, of rules, and of what is not compared.

    A rule is what a reason names: ACTION.LABEL or ACTION.NAME. Communities beyond
    `MAX_COMMUNITIES` count under `OTHERS`.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str | None, Action, Action], int] = {}
        self._communities: set[str | None] = set()
        self.rules: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        """How often each rule was named, before and after."""
        self.gained: Counter[str] = Counter()
        """On how many comments it is named only after."""
        self.lost: Counter[str] = Counter()
        """On how many it was named only before."""
        self.changes: list[Change] = []
        self.undecided: Counter[Undecided] = Counter()
        self.only_before = 0
        self.only_after = 0

    @property
    def actions(self) -> Pairs:
        """How many comments have which action before and after."""
        pairs: Pairs = Counter()
        for (_, before, after), number in self._counts.items():
            pairs[before, after] += number
        return pairs

    @property
    def communities(self) -> dict[str | None, Pairs]:
        """The same by community; None for comments without one."""
        pairs: dict[str | None, Pairs] = {}
        for (community, before, after), number in self._counts.items():
            pairs.setdefault(community, Counter())[before, after] += number
        return pairs

    @property
    def changed(self) -> int:
        """How many comments have another action."""
        return sum(number for (old, new), number in self.actions.items() if old is not new)

    def count(self, community: str | None, before: Judged, after: Judged) -> bool:
        """Count one comment; whether its action differs."""
        if community not in self._communities:
            if len(self._communities) < MAX_COMMUNITIES:
                self._communities.add(community)
            else:
                community = OTHERS
        old, new = before.action, after.action
        key = community, old, new
        self._counts[key] = self._counts.get(key, 0) + 1
        if before.reasons or after.reasons:
            self._count_rules(before, after)
        return old is not new

    def _count_rules(self, before: Judged, after: Judged) -> None:
        old = {reason.rule for reason in before.reasons}
        new = {reason.rule for reason in after.reasons}
        self.rules[0].update(old)
        self.rules[1].update(new)
        if old != new:
            self.gained.update(new - old)
            self.lost.update(old - new)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, the changes, communities and rules left out."""
        return {
            "compared": self.actions.total(),
            "changed": self.changed,
            "actions": {f"{a}→{b}": n for (a, b), n in sorted(self.actions.items())},
            "only_before": self.only_before,
            "only_after": self.only_after,
            "undecided": {why.name.lower(): n for why, n in self.undecided.most_common()},
        }


def read_verdicts(path: Path) -> Iterator[Verdict]:
    """The verdicts of a file written by `replay --output`. Raises RowError with file and line."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield verdict_from_json(line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise RowError(
                        f"{path}:{number}: is not a verdict, as `moderator replay --output FILE` "
                        f"writes them: {error}"
                    ) from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None


def compare(before: Iterable[Verdict], after: Iterable[Verdict]) -> Diff:
    """Two runs over the same comments, matched by id; holds the first run in memory."""
    diff = Diff()
    old = {verdict.id: verdict for verdict in before}
    for verdict in after:
        match = old.pop(verdict.id, None)
        if match is None:
            diff.only_after += 1
            continue
        comment = comment_of(verdict)
        if diff.count(comment.community, match, verdict):
            diff.changes.append(Change.of(comment, match, verdict, (match.scores, verdict.scores)))
    diff.only_before = len(old)
    return diff


def rejudge(
    verdicts: Iterable[Verdict],
    policies: Policies,
    secret: str = "",
    known: Sequence[Policies] = (),
) -> Diff:
    """One run as another policy file would judge it, each comment by its community's policy.

    Nothing is scored again; what cannot be decided on what the verdicts hold is counted. What a
    person decided stays. `known` are policies that may have judged the run; `secret` hashes
    authors.
    """
    diff = Diff()
    again = Rejudge(policies, secret, known=known)
    for verdict in verdicts:
        decided = verdict if by_person(verdict) else again.decide(verdict)
        if isinstance(decided, Undecided):
            diff.undecided[decided] += 1
            continue
        comment = comment_of(verdict)
        if diff.count(comment.community, verdict, decided):
            diff.changes.append(
                Change.of(comment, verdict, decided, (verdict.scores, verdict.scores))
            )
    return diff
