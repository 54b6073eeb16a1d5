"""Judges rows by both sides of a backtest and counts what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from moderator.backtest.sample import Sample
from moderator.backtest.sides import Sides
from moderator.policy.overrides import by_person
from moderator.policy.rejudging import Undecided
from moderator.policy.stored import carried_text, comment_of
from moderator.records import Comment, Verdict
from moderator.replay.diff import BothScores, Change, Diff, Judged
from moderator.replay.pace import batches
from moderator.replay.rows import Row
from moderator.replay.run import OnError

OnChange = Callable[[Change], None]


class _Half(msgspec.Struct):
    """What one side says of a comment; an undecided one needs the scores of its text."""

    decided: Judged | Undecided
    scores: dict[str, float]


class _Open(msgspec.Struct):
    """A comment that at least one side has not decided on; before and after."""

    comment: Comment
    halves: tuple[_Half, _Half]


class Backtest:
    """What changes from one side to the other over the rows given so far.

    `on_change` is called for each comment whose action differs, `on_error` for each bad row.
    """

    def __init__(
        self,
        sides: Sides,
        sample: Sample,
        *,
        on_error: OnError,
        on_change: OnChange | None = None,
    ) -> None:
        self.diff = Diff()
        self.sample = sample
        self.by_people = 0
        """Comments that a person decided about; they stay as they are."""
        self.scored = 0
        """Comments whose text was scored for this."""
        self.bad_rows = 0
        self._sides = sides
        self._on_error = on_error
        self._on_change = on_change

    async def run(self, rows: Iterable[Row], batch_size: int) -> None:
        """Judge all rows, in batches of this size. Raises as the sides' scorers do."""
        async for batch in batches(rows, batch_size):
            opened = []
            for row in batch:
                if row.verdict is not None:
                    if (left := self._stored(row.verdict)) is not None:
                        opened.append(left)
                elif row.comment is not None:
                    halves = _Half(Undecided.OTHER_SCORER, {}), _Half(Undecided.OTHER_SCORER, {})
                    opened.append(_Open(row.comment, halves))
                elif row.error is not None:
                    self.bad_rows += 1
                    self._on_error(row.error)
            if opened:
                await self._score(opened)

    async def close(self) -> None:
        """Release the scorers."""
        for scoring in {self._sides.before.scoring, self._sides.after.scoring}:
            await scoring.close()

    def _stored(self, verdict: Verdict) -> _Open | None:
        """Count a stored verdict, or return what needs its text to be scored."""
        sides = self._sides
        before: Judged | Undecided
        after: Judged | Undecided
        if verdict.reasons and by_person(verdict):
            self.by_people += 1
            before = after = verdict
        else:
            before = verdict if sides.recorded else sides.before.of_stored(verdict)
            after = sides.after.of_stored(verdict)
        if isinstance(before, Undecided) or isinstance(after, Undecided):
            if carried_text(verdict) is not None:
                halves = _Half(before, verdict.scores), _Half(after, verdict.scores)
                return _Open(comment_of(verdict), halves)
            why = next(side for side in (after, before) if isinstance(side, Undecided))
            self.diff.undecided[why] += 1
            return None
        community = None if verdict.community is msgspec.UNSET else verdict.community
        if self.diff.count(community, before, after):
            scores = verdict.scores, verdict.scores
            self._changed(before, after, verdict, scores)
        return None

    async def _score(self, opened: Sequence[_Open]) -> None:
        """Score each text once for each scoring that needs it, and count the comments."""
        self.scored += len(opened)
        sides = self._sides.before, self._sides.after
        for scoring in dict.fromkeys(side.scoring for side in sides):
            todo = [
                (row.comment, half, side)
                for row in opened
                for half, side in zip(row.halves, sides, strict=True)
                if isinstance(half.decided, Undecided) and side.scoring is scoring
            ]
            if not todo:
                continue
            results = await scoring.score([comment for comment, _, _ in todo])
            for (comment, half, side), scored in zip(todo, results, strict=True):
                half.decided, half.scores = side.of_scored(comment, scored), scored.scores
        for row in opened:
            before, after = (_decided(half) for half in row.halves)
            if self.diff.count(row.comment.community, before, after):
                scores = row.halves[0].scores, row.halves[1].scores
                self._changed(before, after, row.comment, scores)

    def _changed(
        self, before: Judged, after: Judged, comment: Comment | Verdict, scores: BothScores
    ) -> None:
        """Keep a change if the sample or `on_change` wants it."""
        place = self.sample.place(before.action, after.action)
        if place is None and self._on_change is None:
            return
        given = comment_of(comment) if isinstance(comment, Verdict) else comment
        change = Change.of(given, before, after, scores)
        if place is not None:
            self.sample.put(place, change)
        if self._on_change is not None:
            self._on_change(change)


def _decided(half: _Half) -> Judged:
    if isinstance(half.decided, Undecided):
        raise TypeError("a side did not decide on a scored text")
    return half.decided
