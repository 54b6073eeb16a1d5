"""A statement of reasons says in plain words what was done, why, and how to object."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from moderator.errors import SettingsError
from moderator.policy.explaining.occlusion import word_weights
from moderator.policy.explaining.statement import read_template, statement
from moderator.policy.policy import OWN_NAMES
from moderator.records import Action, Component, Reason, Verdict

VERDICT = Verdict(
    id="1", action=Action.BLOCK,
    reasons=(Reason("block.insult", "insult", 0.9, 0.8), Reason("block.spam", "spam", 0.0, 0.0)),
    scores={"insult": 0.9}, matches=(), scorer=Component("s", "1"),
    policy=Component("standard", "abc"), cached=False, degraded=False,
    scored_at="2026-11-25T10:00:00.000+00:00", latency_ms=1.0, community="news",
)  # fmt: skip


def test_it_names_what_was_done_and_why() -> None:
    text = statement(VERDICT, read_template(None), {"spam": "No advertising."})
    for part in (
        "Your comment of 2026-11-25 in news was not published.",
        "An attack on a person. No advertising.",
        "by automated means",
        'the policy "standard" (version abc)',
        "out-of-court dispute settlement",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("review.truncated", "too long to be judged by machine"),
        ("review.scorer_failed", "could not be judged by machine in full"),
        ("review.unknown_language", "in a language that no machine here judges"),
        ("review.breaker", "More than usual would be blocked just now"),
        ("block.human", "The decision was made by a person."),
        ("review.gone", 'falls under the rule "gone"'),
    ],
)
def test_every_reason_has_words(rule: str, said: str) -> None:
    verdict = replace(VERDICT, reasons=(Reason(rule, "x", 0.0, 0.0),))
    assert said in statement(verdict, read_template(None), {})


def test_every_name_of_our_own_has_words() -> None:
    for name in OWN_NAMES:
        verdict = replace(VERDICT, reasons=(Reason(f"review.{name}", "x", 0.0, 0.0),))
        assert "falls under the rule" not in statement(verdict, read_template(None), {})


def test_a_template_is_the_platforms_own(tmp_path: Path) -> None:
    path = tmp_path / "statement.txt"
    path.write_text("$action: $reasons")
    assert statement(VERDICT, read_template(path), {}).startswith("not published: An attack")
    path.write_text("Dear $name")
    with pytest.raises(SettingsError, match=r"'name': it may hold \$where, \$date"):
        read_template(path)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_template(tmp_path / "none.txt")


async def test_the_word_without_which_the_score_falls_weighs_most() -> None:
    async def score(texts: object) -> list[float]:
        return [0.9 if "vile" in text else 0.1 for text in texts]  # type: ignore[attr-defined]

    first, *rest = await word_weights("you vile, you", score)
    assert (first.word, first.start, first.end, first.weight) == ("vile", 4, 8, 0.8)
    assert {one.weight for one in rest} == {0.0}
    assert await word_weights("", score) == []
