"""The library judges texts from anywhere, and its public names are pinned."""

import asyncio
import doctest
import gc
from pathlib import Path

import pytest

import moderator.library
from moderator import Action, Comment, Moderator, Settings, Verdict
from moderator.records import to_json, verdict_from_json

QUICK = Settings.load(None, {"scorers": {"use": ["lexicon"]}})


def test_the_public_names_are_these() -> None:
    assert moderator.__all__ == [
        "Action",
        "Comment",
        "Match",
        "Moderator",
        "ModeratorError",
        "Reason",
        "Scored",
        "Settings",
        "Verdict",
    ]
    assert all(hasattr(moderator, name) for name in moderator.__all__)


@pytest.fixture
def filter_(default_moderator: Moderator) -> Moderator:
    return default_moderator


def test_texts_get_verdicts_in_order(filter_: Moderator) -> None:
    verdicts = filter_.moderate(["A lovely day.", "You are a fucking moron."])
    assert [verdict.id for verdict in verdicts] == ["0", "1"]
    assert verdicts[0].action is Action.ALLOW
    assert verdicts[1].action is not Action.ALLOW
    assert "*" in verdicts[1].censored()


def test_comments_keep_their_ids(filter_: Moderator) -> None:
    assert filter_.moderate([Comment(id="x", text="hello")])[0].id == "x"


def test_halves_of_surrogate_pairs_are_judged_and_encoded(filter_: Moderator) -> None:
    text = "\ud83d\ude00 you fucking moron \ud83d"
    comment = Comment(id="a\ud83d", text=text, community="\udfff", author="\ud800")
    verdicts = filter_.moderate([text, comment])
    assert [verdict.degraded for verdict in verdicts] == [False, False]
    assert verdict_from_json(to_json(verdicts[1])).id == "a\N{REPLACEMENT CHARACTER}"
    assert (
        verdicts[0]
        .censored()
        .encode()
        .endswith(" ******* ***** \N{REPLACEMENT CHARACTER}".encode())
    )


def test_it_works_in_a_running_loop(filter_: Moderator) -> None:
    async def inside() -> int:
        return len(filter_.moderate(["one", "two"]))

    assert asyncio.run(inside()) == 2


def test_an_event_loop_is_not_blocked(filter_: Moderator) -> None:
    async def inside() -> tuple[list[Verdict], int]:
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(turn())
        verdicts = await filter_.amoderate(["You are a fucking moron."])
        other.cancel()
        return verdicts, turns

    (verdict,), turns = asyncio.run(inside())
    assert verdict.censored() != "You are a fucking moron."
    assert turns > 1


def test_a_settings_file_is_named_by_a_string(tmp_path: Path) -> None:
    file = tmp_path / "moderator.toml"
    file.write_text("[scorers]\nuse = ['lexicon']\n")
    with Moderator.from_settings(str(file)) as quick:
        assert set(quick.moderate(["a text"])[0].scores) == {"profanity"}


def test_help_shows_examples_that_hold() -> None:
    results = doctest.testmod(moderator.library)
    assert (results.failed, results.attempted > 3) == (0, True)


def test_a_single_string_is_refused(filter_: Moderator) -> None:
    with pytest.raises(TypeError, match="list"):
        filter_.moderate("not a list")


def test_a_community_may_charge_what_is_quoted(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(
        "default = 'forum'\ncommunities = { chat = 'chat' }\n"
        "[policies.forum.review]\ninsult = 0.5\n"
        "[policies.chat]\nquoted = 'charge'\n[policies.chat.review]\ninsult = 0.5\n"
    )
    text = "> you are so stupid and ugly\nlol"
    with Moderator.from_settings(Settings(policy=policy)) as strict:
        forum, chat = strict.moderate(
            [Comment(id=name, text=text, community=name) for name in ("forum", "chat")]
        )
    assert forum.action is Action.ALLOW
    assert [reason.rule for reason in chat.reasons] == ["review.insult"]
    sent = verdict_from_json(to_json(chat)).with_quotes
    assert sent
    assert sent["insult"] == chat.reasons[0].score > chat.scores["insult"]


def test_it_closes() -> None:
    with Moderator.from_settings(QUICK) as short_lived:
        assert short_lived.moderate([]) == []


def test_one_that_nobody_closes_leaves_nothing_open() -> None:
    assert len(Moderator.from_settings(QUICK).moderate(["a text"])) == 1
    gc.collect()  # an open loop would warn, and a warning is an error here


def test_closing_twice_is_closing() -> None:
    closed = Moderator.from_settings(QUICK)
    closed.close()
    closed.close()
