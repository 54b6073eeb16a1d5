"""A diff shows whose action changes between two runs, or under another policy."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from moderator.errors import RowError
from moderator.policy import Policies, Policy
from moderator.policy.authors import author_hash
from moderator.policy.rejudging import Undecided
from moderator.records import Action, Component, Reason, Scored, Verdict, to_json
from moderator.replay.diff import compare, read_verdicts, rejudge
from tests.unit.policy.files import policies


def verdict(comment_id: str, toxicity: float, action: Action, rule: str | None = None) -> Verdict:
    return Verdict(
        id=comment_id,
        action=action,
        reasons=(Reason(rule, rule.split(".")[1], toxicity, 0.5),) if rule else (),
        scores={"toxicity": toxicity},
        matches=(),
        scorer=Component("s", "1"),
        policy=Component("standard", "1"),
        cached=False,
        degraded=False,
        scored_at="2026-01-01T00:00:00Z",
        latency_ms=1.0,
    )


ALLOWED = verdict("a", 0.4, Action.ALLOW)
HELD = verdict("b", 0.6, Action.REVIEW, "review.toxicity")


def stricter(threshold: float) -> Policies:
    return Policies("standard", {"standard": Policy(review={"toxicity": threshold})}, {})


def test_a_moved_threshold_shows_whom_it_moves() -> None:
    diff = rejudge([ALLOWED, HELD], stricter(0.3))
    (change,) = diff.changes
    assert (change.id, change.before, change.after) == ("a", Action.ALLOW, Action.REVIEW)
    assert change.rules_after == ("review.toxicity",)
    assert diff.actions[Action.REVIEW, Action.REVIEW] == 1


def test_the_same_threshold_changes_nothing() -> None:
    assert rejudge([ALLOWED, HELD], stricter(0.5)).changes == []


def test_a_failed_scorer_stays_failed_under_another_policy() -> None:
    failed = verdict("c", 0.0, Action.REVIEW, "review.scorer_failed")
    assert rejudge([failed], stricter(0.5)).changes == []


@pytest.mark.parametrize("rule", ["review.truncated", "review.truncated_by_budget"])
def test_a_text_judged_in_part_stays_so_under_another_policy(rule: str) -> None:
    in_part = verdict("c", 0.1, Action.REVIEW, rule)
    assert rejudge([in_part], stricter(0.5)).changes == []


def test_quotes_that_were_scored_are_charged_by_another_policy() -> None:
    quoting = replace(ALLOWED, with_quotes={"toxicity": 0.9})
    charging = Policy(review={"toxicity": 0.5}, quoted="charge")
    diff = rejudge([quoting], Policies("standard", {"standard": charging}, {}))
    assert [change.after for change in diff.changes] == [Action.REVIEW]


def test_quotes_that_nobody_scored_leave_a_comment_undecided() -> None:
    charging = Policy(review={"toxicity": 0.5}, quoted="charge")
    diff = rejudge([ALLOWED], Policies("standard", {"standard": charging}, {}))
    assert diff.undecided == {Undecided.OTHER_QUOTES: 1}
    assert not diff.actions


def test_what_a_person_decided_stays() -> None:
    human = replace(HELD, reasons=(Reason("review.human", "human", 1.0, 1.0),))
    diff = rejudge([human], stricter(0.9))
    assert diff.actions == {(Action.REVIEW, Action.REVIEW): 1}


def test_each_comment_is_judged_by_its_communitys_policy() -> None:
    policies = Policies(
        "off", {"off": Policy(), "on": Policy(review={"toxicity": 0.3})}, {"a": "on"}
    )
    named = [replace(ALLOWED, id=name, community=name) for name in ("a", "b")]
    assert [change.id for change in rejudge(named, policies).changes] == ["a"]


def test_rules_see_the_comments_that_verdicts_carry() -> None:
    rules = [
        {"name": "links", "action": "block", "when": {"links": {"at_least": 1}}},
        {"name": "new", "action": "review", "when": {"account_age_days": {"below": 7}}},
    ]
    exempt = {"authors": [author_hash("anna", "s")]}
    carried: list[dict[str, Any] | UnsetType] = [
        {"text": "http://a.example"},
        {"text": "x", "context": {"account_age_days": 1}},
        {"text": "http://a.example", "author": "anna"},
        {"text": "x", "context": "thread"},
        UNSET,
    ]
    verdicts = [replace(ALLOWED, id=str(n), comment=one) for n, one in enumerate(carried)]
    diff = rejudge(verdicts, policies({"rules": rules, "exempt": exempt}), "s")
    assert [(change.id, change.rules_after) for change in diff.changes] == [
        ("0", ("block.links",)),
        ("1", ("review.new",)),
    ]
    assert diff.undecided == {Undecided.NO_COMMENT: 1}


LABELS = ("toxicity", "threat", "insult")
SCORES = st.fixed_dictionaries({label: st.floats(0, 1) for label in LABELS})
THRESHOLDS = st.dictionaries(st.sampled_from(LABELS), st.floats(0.01, 1))
POLICY = st.builds(
    Policy,
    review=THRESHOLDS,
    block=THRESHOLDS,
    on_scorer_failure=st.sampled_from(Action),
    quoted=st.sampled_from(("ignore", "charge")),
)
COMMUNITIES = (None, "x", "y")
FILE = st.builds(
    Policies,
    st.just("p"),
    st.fixed_dictionaries({"p": POLICY, "q": POLICY}),
    st.dictionaries(st.sampled_from(("x", "y")), st.sampled_from(("p", "q"))),
)
# Of a scorer that failed on a text that quotes, nobody knows on which part.
SCORED = st.one_of(
    st.builds(Scored, SCORES, failed=st.sampled_from(((), ("slow",)))),
    st.builds(Scored, SCORES, with_quotes=SCORES),
)


@given(FILE, FILE, st.lists(st.tuples(SCORED, st.sampled_from(COMMUNITIES)), max_size=4))
def test_judging_again_equals_replaying(
    before: Policies, after: Policies, comments: list[tuple[Scored, str | None]]
) -> None:
    def judged(policies: Policies, scored: Scored, community: str | None) -> Verdict:
        policy, component = policies.of(community)
        decision = policy.decide(scored)
        return replace(
            ALLOWED, action=decision.action, reasons=decision.reasons, scores=scored.scores,
            with_quotes=scored.with_quotes, degraded=bool(scored.failed), policy=component,
            community=UNSET if community is None else community,
            scorer=Component("s", "1+quotes.1"),
        )  # fmt: skip

    stored = [judged(before, *comment) for comment in comments]
    replayed = Counter(
        (old.action, judged(after, *comment).action)
        for old, comment in zip(stored, comments, strict=True)
    )
    assert rejudge(stored, after).actions == replayed


def test_two_runs_are_matched_by_id() -> None:
    calmer = verdict("b", 0.1, Action.ALLOW)
    diff = compare([ALLOWED, HELD], [calmer, verdict("z", 0.1, Action.ALLOW)])
    assert [change.id for change in diff.changes] == ["b"]
    assert (diff.only_before, diff.only_after) == (1, 1)


def test_files_are_read_back(tmp_path: Path) -> None:
    file = tmp_path / "v.jsonl"
    file.write_bytes(to_json(ALLOWED) + b"\n" + to_json(HELD) + b"\n")
    assert list(read_verdicts(file)) == [ALLOWED, HELD]
    file.write_bytes(to_json(ALLOWED) + b"\nnonsense\n")
    with pytest.raises(RowError, match=r"v\.jsonl:2"):
        list(read_verdicts(file))


def test_a_change_shows_its_scores_and_the_largest_is_the_largest() -> None:
    near = verdict("n", 0.5, Action.ALLOW)
    held = verdict("n", 0.51, Action.REVIEW, "review.toxicity")
    blocked = verdict("n", 0.99, Action.BLOCK, "block.toxicity")
    diff = compare([near], [held])
    (small,) = diff.changes
    assert small.scores == {"toxicity": (0.5, 0.51)}
    (middle,) = compare([near], [replace(held, scores={"toxicity": 0.9})]).changes
    (large,) = compare([near], [blocked]).changes
    assert small.size < middle.size < large.size


def test_a_change_names_its_community_and_the_text_that_its_verdict_carries() -> None:
    carried = {"id": "b", "text": "some words", "community": "games"}
    after = replace(HELD, id="a", community="games", comment=carried)
    (change,) = compare([ALLOWED], [after]).changes
    assert (change.community, change.text) == ("games", "some words")
