"""What a backtest says is, to the digit, what judging by the new policy then gives."""

from __future__ import annotations

import asyncio
import os
import zlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from moderator.backtest.run import Backtest
from moderator.backtest.sample import Sample
from moderator.backtest.scoring import Scoring, only_scores
from moderator.backtest.sides import Side, Sides
from moderator.cache.memory import MemoryCache
from moderator.errors import RowError
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.policy import Policies, Policy
from moderator.policy.files import read_policies
from moderator.policy.rejudging import Rejudge, Undecided
from moderator.quoting.document import Document
from moderator.records import Comment, Reason, Scored, Verdict, to_json, verdict_from_json
from moderator.replay.diff import Change
from moderator.replay.rows import Row
from moderator.testing import StubScorer
from tests.unit.policy.chance import LISTS, Chance
from tests.unit.policy.files import bundle

EXAMPLES = 2_000 if "MODERATOR_SLOW" in os.environ else 60
SECRET = "s"
MAX_BYTES = 24
METRICS = Metrics()


class ByText:
    """Finds anything at all in a text, and always the same."""

    name, version, labels = "by-text", "1", ("toxicity",)

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        return [Chance(zlib.crc32(one.unquoted_text.encode())).scored() for one in documents]


def pipeline(
    policies: Policies, executor: ThreadPoolExecutor, scorer: Any = None, carry: bool = True
) -> Pipeline:
    cache = MemoryCache(METRICS, items=100, score_ttl_s=60, verdict_ttl_s=60)
    return Pipeline(
        scorer or ByText(), cache, policies, METRICS, executor=executor, secret=SECRET,
        carry_comment=carry, max_text_bytes=MAX_BYTES,
    )  # fmt: skip


def side(policies: Policies, scoring: Scoring, *known: Policies, own: bool = False) -> Side:
    again = Rejudge(policies, SECRET, known=(policies, *known), max_text_bytes=MAX_BYTES)
    return Side(again, scoring, own_scorers=own)


def policy_file(chance: Chance) -> Policies:
    words = {"allow": ["damn"], "add": ["noob"]} if chance.maybe() else {}
    quoted = chance.one_of(["ignore", "charge"])
    return read_policies(
        bundle(
            {
                "default": "p",
                "policies": {name: {**chance.policy(), "quoted": quoted} for name in ("p", "q")},
                "lists": LISTS,
                "communities": {"games": {"policy": chance.one_of(["p", "q"]), "lexicon": words}},
            }
        )
    )


def comment(chance: Chance, number: int) -> Comment:
    given = chance.comment()
    text = given.text.encode("utf-8", "ignore").decode()
    quoted = chance.one_of(["", "> you noob\n"])
    return replace(given, id=str(number), text=quoted + text + str(chance.one_of([0, number])))


def refuse(error: RowError) -> None:
    raise error


async def ran(sides: Sides, rows: Sequence[Row], **options: Any) -> Backtest:
    backtest = Backtest(sides, Sample(3), on_error=refuse, **options)
    await backtest.run(rows, 2)
    return backtest


def rules(verdict: Verdict) -> Counter[str]:
    return Counter({reason.rule for reason in verdict.reasons})


async def compared(seed: int) -> None:
    chance = Chance(seed)
    old, new = policy_file(chance), policy_file(chance)
    comments = [comment(chance, number) for number in range(6)]
    carry = chance.maybe()
    with ThreadPoolExecutor(1) as executor:
        stored = await pipeline(old, executor, carry=carry).moderate(comments)
        after = await pipeline(new, executor).moderate(comments)

        def scoring(policies: Policies) -> Scoring:
            scores = only_scores(charge_quotes=policies.charge_quotes)
            return Scoring(lambda: pipeline(scores, executor))

        sides = Sides(side(old, scoring(old)), side(new, scoring(new), old), recorded=True)
        for one, was, becomes in zip(comments, stored, after, strict=True):
            verdict = verdict_from_json(to_json(was))
            bare = chance.maybe()
            row = Row(1, one) if bare else Row(1, None, None, verdict)
            diff = (await ran(sides, [row])).diff
            if diff.undecided:
                assert not carry
                assert not bare
                assert not diff.actions
                continue
            assert diff.actions == {(was.action, becomes.action): 1}
            assert diff.rules == (rules(was), rules(becomes))
            assert list(diff.communities) == [one.community]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 2**64))
def test_it_says_what_then_happens(seed: int) -> None:
    asyncio.run(compared(seed))


STRICT = Policies("p", {"p": Policy(review={"toxicity": 0.3})}, {})
LENIENT = Policies("p", {"p": Policy(review={"toxicity": 0.9})}, {})


async def judged(policies: Policies, carry: bool, *texts: str) -> list[Row]:
    with ThreadPoolExecutor(1) as executor:
        made = pipeline(policies, executor, StubScorer(by_word), carry)
        comments = [Comment(str(n), text, "games") for n, text in enumerate(texts)]
        return [Row(1, None, None, verdict) for verdict in await made.moderate(comments)]


def by_word(text: str) -> dict[str, float]:
    return {"toxicity": 0.5 if "rude" in text else 0.1}


def stub_sides(executor: ThreadPoolExecutor, new: Policies, version: str = "1") -> Sides:
    """What was decided, against the policies with a scorer of this version."""
    stub = StubScorer(lambda text: {"toxicity": 0.95 if "rude" in text else 0.1}, version=version)
    scoring = Scoring(lambda: pipeline(only_scores(charge_quotes=False), executor, stub))
    return Sides(side(LENIENT, scoring), side(new, scoring, own=version != "1"), recorded=True)


async def test_another_scorer_scores_the_texts_that_are_there() -> None:
    with ThreadPoolExecutor(1) as executor:
        sides = stub_sides(executor, LENIENT, version="2")
        with_text = await ran(sides, await judged(LENIENT, True, "rude", "kind"))
        without = await ran(sides, await judged(LENIENT, False, "rude", "kind"))
    assert (with_text.scored, with_text.diff.changed) == (2, 1)
    (change,) = with_text.sample.changes
    assert change.scores == {"toxicity": (0.5, 0.95)}
    assert change.text == "rude"
    assert without.diff.undecided == {Undecided.OTHER_SCORER: 2}


async def test_stored_scores_are_enough_for_another_threshold() -> None:
    changes: list[Change] = []
    with ThreadPoolExecutor(1) as executor:
        rows = await judged(LENIENT, False, "rude", "kind")
        found = await ran(stub_sides(executor, STRICT), rows, on_change=changes.append)
    assert (found.scored, found.diff.changed) == (0, 1)
    assert [change.id for change in changes] == ["0"]
    assert found.diff.gained == {"review.toxicity": 1}
    assert list(found.diff.communities) == ["games"]


async def test_what_a_person_decided_stays() -> None:
    rows = await judged(LENIENT, False, "rude")
    assert rows[0].verdict is not None
    human = replace(rows[0].verdict, reasons=(Reason("allow.human", "human", 1.0, 1.0),))
    with ThreadPoolExecutor(1) as executor:
        found = await ran(stub_sides(executor, STRICT), [Row(1, None, None, human)])
    assert (found.by_people, found.diff.changed) == (1, 0)


async def test_a_bad_row_is_reported_and_counted() -> None:
    errors: list[RowError] = []
    with ThreadPoolExecutor(1) as executor:
        backtest = Backtest(stub_sides(executor, STRICT), Sample(1), on_error=errors.append)
        await backtest.run([Row(7, None, RowError("file:7: bad"))], 2)
    assert backtest.bad_rows == len(errors) == 1


async def test_a_verdict_says_that_only_a_part_was_judged_whatever_was_decided() -> None:
    long, short = [row.verdict for row in await judged(STRICT, False, "rude " * 20, "rude")]
    assert long is not None
    assert long.in_part == ("truncated",)
    assert short is not None
    assert short.in_part is UNSET
