"""What a change does to verdicts: two runs compared, or one run under another policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from moderator.errors import RowError, SettingsError
from moderator.policy import Policies
from moderator.policy.decider import Decider
from moderator.policy.stored import comment_of, scored_of
from moderator.records import Action, Verdict, verdict_from_json


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
    def of(cls, before: Verdict, after: Verdict) -> Change:
        """What lies between two verdicts on one comment."""
        reasons = (*before.reasons, *after.reasons)
        margins = [abs(reason.score - reason.threshold) for reason in reasons]
        scores = {
            reason.label: (
                before.scores.get(reason.label, reason.score),
                after.scores.get(reason.label, reason.score),
            )
            for reason in reasons
        }
        moved = [abs(new - old) for old, new in scores.values()]
        carried = after.comment if isinstance(after.comment, dict) else {}
        text = carried.get("text")
        return cls(
            before.id,
            before.action,
            after.action,
            tuple(reason.rule for reason in before.reasons),
            tuple(reason.rule for reason in after.reasons),
            after.community if isinstance(after.community, str) else None,
            scores,
            abs(before.action.rank - after.action.rank) + min(0.999, max([*margins, *moved, 0.0])),
            text if isinstance(text, str) else None,
        )


class Diff:
    """Counts of (before, after), the changes themselves, and ids that only one side has."""

    def __init__(self) -> None:
        self.actions: Counter[tuple[Action, Action]] = Counter()
        self.changes: list[Change] = []
        self.only_before = 0
        self.only_after = 0

    def add(self, before: Verdict, after: Verdict) -> None:
        """Compare two verdicts on one comment."""
        self.actions[before.action, after.action] += 1
        if before.action is not after.action:
            self.changes.append(Change.of(before, after))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, the changes left out."""
        return {
            "compared": self.actions.total(),
            "changed": len(self.changes),
            "actions": {f"{a}→{b}": n for (a, b), n in sorted(self.actions.items())},
            "only_before": self.only_before,
            "only_after": self.only_after,
        }


def read_verdicts(path: Path) -> Iterator[Verdict]:
    """The verdicts of a file written by `replay --output`. Raises RowError with file and line."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield verdict_from_json(line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise RowError(f"{path}:{number}: is not a verdict: {error}") from None
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
        else:
            diff.add(match, verdict)
    diff.only_before = len(old)
    return diff


def rejudge(verdicts: Iterable[Verdict], policies: Policies, secret: str = "") -> Diff:
    """One run as another policy file would judge it, each comment by its community's policy.

    Nothing is scored again. Rules that look at the text, its author or `context` see them only if
    the verdicts carry their comments; `secret` hashes authors.
    """
    diff = Diff()
    decider = Decider(policies, secret)
    for verdict in verdicts:
        comment = comment_of(verdict)
        decided = decider.decide(verdict.id, comment.text, comment, scored_of(verdict))
        decision = decided.decision
        judged = msgspec.structs.replace(
            verdict, action=decision.action, reasons=decision.reasons, policy=decided.policy
        )
        diff.add(verdict, judged)
    return diff
