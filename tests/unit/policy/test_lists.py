"""Lists find their entries however they are written, nothing else, and in linear time."""
# ruff: noqa: E501 (a case a line reads best)

from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.policy import Policies
from moderator.policy.lists import EntryError, ListMatcher, WordList
from moderator.policy.lists.entries import entry_forms, text_form
from moderator.policy.lists.globs import Glob
from moderator.policy.lists.hosts import linked_hosts
from moderator.policy.subject import Subject
from moderator.records import Action, Scored
from tests.unit.policy.files import policies

MATCHER = ListMatcher(
    {
        "exact": WordList("exact", ("First!", "me too", "two\nlines")),
        "domain": WordList("domain", ("bit.ly", "bücher.example", "spam.co.uk")),
        "pattern": WordList("pattern", ("free * pills", "buy now", "*coin", "加我微信", "café")),
    }
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("first!", "exact"), ("  ME \t too ", "exact"), ("ＭＥ ＴＯＯ", "exact"),
        ("me too, really", ""), ("two\n\n lines", "exact"),
        ("see bit.ly/x", "domain"), ("HTTPS://WWW.BIT.LY", "domain"), ("http://a.b.bit.ly:80", "domain"),
        ("http://bit.ly@good.example", ""), ("http://good.example@bit.ly", "domain"),
        ("rabbit.ly", ""), ("bit.ly.example", ""), ("me@bit.ly", ""), ("ｂｉｔ．ｌｙ", "domain"),
        ("http://b%69t%2Ely/x", "domain"), ("100%2ely.bit", ""), ("http://%42it.ly%2e", "domain"),
        ("bit。ly/x", "domain"), ("BÜCHER.example!", "domain"),
        ("xn--bcher-kva.example", "domain"), ("bіt.ly", ""),  # a Cyrillic letter: another host
        ("spam.co.uk.", "domain"), ("co.uk", ""),
        ("get FREE blue pills!", "pattern"), ("free pills", ""), ("free\nblue pills", ""),
        ("free of pillsbury, free good pills", "pattern"), ("carefree red pills", ""),
        ("buy now.", "pattern"), ("buy nowhere", ""), ("dogecoin", "pattern"), ("coins", ""),
        ("请加我微信吧", "pattern"), ("CAFÉ", "pattern"), ("b\u200buy now", "pattern"), ("", ""),
    ],
)  # fmt: skip
def test_a_text_is_in_the_lists_whose_entries_it_holds(text: str, found: str) -> None:
    assert MATCHER.find(text) == ({found} if found else set())


def test_links_are_counted_as_browsers_read_them() -> None:
    text = "http://A.example/x (https://b.example) www.c.example WWW.D.example e.example a@www.f"
    assert linked_hosts(text) == ["a.example", "b.example", "www.c.example", "www.d.example"]
    assert linked_hosts("wWw.a.example") == ["www.a.example"]


def test_lists_have_actions_and_stand_above_the_rules() -> None:
    lists = {
        "links": {"kind": "domain", "entries": ["bit.ly"]},
        "greetings": {"kind": "exact", "entries": ["hi", "bit.ly"]},
    }
    policy = policies(
        {
            "lists": {"greetings": "allow", "links": "block"},
            "rules": [{"name": "all", "action": "review", "when": {}}],
        },
        lists=lists,
    )
    for text, action, rules in (
        ("hi", Action.ALLOW, ["allow.greetings"]),
        ("bit.ly", Action.BLOCK, ["block.links"]),
        ("ho", Action.REVIEW, ["review.all"]),
    ):  # fmt: skip
        decision = policy.named("p").decide(Scored({}), Subject(text, lists=policy.matcher))
        assert (decision.action, [r.rule for r in decision.reasons]) == (action, rules)


def test_the_version_of_a_policy_changes_with_a_list_it_uses() -> None:
    def versions(entry: str) -> list[str]:
        lists = {"links": {"kind": "domain", "entries": [entry]}}
        file = {"p": {"lists": {"links": "block"}}, "q": {}}
        found = policies({}, lists=lists, policies=file)
        return [component.version for component in found.components]

    (before, other), (after, same) = versions("a.example"), versions("b.example")
    assert before != after
    assert other == same


def test_a_list_and_a_rule_have_words_for_people_which_decide_nothing() -> None:
    def file(**keys: str) -> Policies:
        lists = {"links": {"kind": "domain", "entries": ["a.example"], **keys}}
        rules = [
            {"name": "all", "action": "review", "when": {}, "description": "All is looked at."},
            {"name": "none", "action": "review", "when": {"links": {"at_least": 1}}},
        ]
        return policies({"lists": {"links": "block"}, "rules": rules}, lists=lists)

    described = file(description="No links to that site.")
    assert described.descriptions_of("p") == {
        "links": "No links to that site.", "all": "All is looked at.",
    }  # fmt: skip
    assert described.version_of("p") == file().version_of("p")


@pytest.mark.parametrize("unit", ["http://", "bit.", "free ", "aaa", "é.", "@", "www."])
def test_hostile_texts_take_linear_time(unit: str) -> None:
    def seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        start = thread_time()
        MATCHER.find(text)
        subject = Subject(text)
        _ = subject.links, subject.mentions
        return thread_time() - start

    short = min(seconds(20_000) for _ in range(3))
    long = min(seconds(80_000) for _ in range(3))
    assert long < 12 * short + 0.02


def test_many_patterns_in_many_lines_take_no_longer_than_the_text_is_long() -> None:
    words = [f"w{number:04}" for number in range(3_000)]
    patterns = [*words, *(f"{word}*{word[::-1]}" for word in words)]
    matcher = ListMatcher({"pattern": WordList("pattern", tuple(patterns))})
    text = "\n".join(f"x{word}x" for word in words)
    start = thread_time()
    assert matcher.find(text) == set()
    assert thread_time() - start < 0.5


_ENTRIES = st.lists(st.text("ab é*加", min_size=1, max_size=9), max_size=9)


@given(_ENTRIES, st.text("abé 加\n", max_size=40))
def test_patterns_are_found_together_as_each_is_alone(entries: list[str], text: str) -> None:
    forms = {}
    for entry in entries:
        try:
            forms[entry] = entry_forms("pattern", entry)[0]
        except EntryError:
            continue
    lists = {f"l{number}": WordList("pattern", (entry,)) for number, entry in enumerate(forms)}
    lines = text_form(text).split("\n")
    alone = {
        f"l{number}"
        for number, form in enumerate(forms.values())
        if any(Glob.of(form).is_in(line) for line in lines)
    }
    assert ListMatcher(lists).find(text) == alone


def test_two_characters_are_a_word_in_scripts_without_spaces() -> None:
    matcher = ListMatcher(
        {"pattern": WordList("pattern", ("代购",)), "other": WordList("pattern", ("도박*사이트",))}
    )
    assert matcher.find("我要代购吗") == {"pattern"}
    assert matcher.find("도박 추천 사이트") == {"other"}
    for short in ("代", "ab", "a代"):
        with pytest.raises(EntryError, match="would match almost everywhere"):
            entry_forms("pattern", short)


def test_a_pattern_over_two_lines_is_refused_as_nothing_would_hold_it() -> None:
    with pytest.raises(EntryError, match="within a line"):
        entry_forms("pattern", "buy\nnow")
