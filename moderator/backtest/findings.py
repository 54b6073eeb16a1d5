"""What a backtest found, as rows that tables, JSON lines and the report share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from moderator.backtest.run import Backtest
from moderator.evaluation.wilson import Interval, wilson
from moderator.records import Action, Component
from moderator.replay.diff import Change, Diff, Pairs


class Totals(msgspec.Struct, frozen=True, tag="totals", tag_field="kind"):
    """What was compared, and what was not; shares have 95 % intervals (value, low, high)."""

    compared: int
    changed: int
    changed_share: Interval
    held_before: Interval
    held_after: Interval
    actions: dict[str, int]
    """`before→after` → comments."""
    undecided: dict[str, int]
    """Reason → comments."""
    by_people: int
    """Comments that a person decided about, which stays."""
    scored: int
    """Comments whose text was scored for this."""
    bad_rows: int
    before: tuple[Component, ...]
    """The policies; none if the verdicts' own actions are the side before."""
    after: tuple[Component, ...]


class OfCommunity(msgspec.Struct, frozen=True, tag="community", tag_field="kind"):
    """The same of one community; `community` is None for comments without one."""

    community: str | None
    compared: int
    changed: int
    changed_share: Interval
    held_before: Interval
    held_after: Interval


class OfRule(msgspec.Struct, frozen=True, tag="rule", tag_field="kind"):
    """On how many comments a rule (ACTION.LABEL or ACTION.NAME) is a reason."""

    rule: str
    before: int
    after: int
    gained: int
    """Only after."""
    lost: int
    """Only before."""
    share_before: Interval
    share_after: Interval


class Flip(msgspec.Struct, frozen=True, tag="change", tag_field="kind"):
    """One change of the sample."""

    change: Change


class Findings(msgspec.Struct, frozen=True):
    """All of it; communities and rules with the most changes first."""

    totals: Totals
    communities: Sequence[OfCommunity]
    rules: Sequence[OfRule]
    sample: Sequence[Change]

    def rows(self) -> Iterator[msgspec.Struct]:
        """One after the other, for JSON lines."""
        yield self.totals
        yield from self.communities
        yield from self.rules
        yield from map(Flip, self.sample)

    def without_texts(self) -> Findings:
        """The same, the sample without its texts."""
        sample = [msgspec.structs.replace(change, text=None) for change in self.sample]
        return msgspec.structs.replace(self, sample=sample)


def findings(
    backtest: Backtest, before: tuple[Component, ...], after: tuple[Component, ...]
) -> Findings:
    """What a backtest has found so far."""
    diff = backtest.diff
    shares = _shares(diff.actions)
    totals = Totals(
        *shares,
        {f"{old}→{new}": number for (old, new), number in sorted(diff.actions.items())},
        {str(why): number for why, number in diff.undecided.most_common()},
        backtest.by_people,
        backtest.scored,
        backtest.bad_rows,
        before,
        after,
    )
    return Findings(totals, _communities(diff), _rules(diff), backtest.sample.changes)


def _communities(diff: Diff) -> list[OfCommunity]:
    communities = [OfCommunity(name, *_shares(pairs)) for name, pairs in diff.communities.items()]
    return sorted(communities, key=lambda row: (-row.changed, -row.compared, row.community or ""))


def _rules(diff: Diff) -> list[OfRule]:
    count = diff.actions.total()
    before, after = diff.rules
    rules = [
        OfRule(
            rule, before[rule], after[rule], diff.gained[rule], diff.lost[rule],
            wilson(before[rule], count), wilson(after[rule], count),
        )
        for rule in before | after
    ]  # fmt: skip
    return sorted(rules, key=lambda row: (-(row.gained + row.lost), -row.after, row.rule))


def _shares(pairs: Pairs) -> tuple[int, int, Interval, Interval, Interval]:
    """Compared, changed, its share, and the shares that are held before and after."""
    count = pairs.total()
    changed = sum(number for (old, new), number in pairs.items() if old is not new)
    held = (
        sum(number for pair, number in pairs.items() if pair[side] is not Action.ALLOW)
        for side in (0, 1)
    )
    first, second = (wilson(number, count) for number in held)
    return count, changed, wilson(changed, count), first, second
