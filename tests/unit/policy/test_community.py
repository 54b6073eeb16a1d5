"""A community's lexicon changes what was found in its comments, and nobody else's."""

from typing import Any

import pytest

from moderator.lexicon import profanity
from moderator.policy import community
from moderator.policy.community import AddedTerm, CommunityLexicon, LexiconChanges
from moderator.records import Match, Scored
from tests.unit.policy.files import policies

RUDE = Match(4, 8, "arse", "coarse", 3)


def changed(text: str, scored: Scored, **changes: Any) -> Scored:
    return CommunityLexicon(LexiconChanges(**changes), "here").apply(scored, text)


def test_an_added_term_is_a_match_and_profane() -> None:
    scored = changed("you n00b!", Scored({"profanity": 0.0, "toxicity": 0.2}), add=("noob",))
    assert [(m.term, m.start, m.end, m.severity, m.evasive) for m in scored.matches] == [
        ("noob", 4, 8, 3, True)
    ]
    assert scored.scores == {"profanity": profanity(scored.matches), "toxicity": 0.2}


def test_an_added_term_may_have_another_severity() -> None:
    term = AddedTerm("noob", severity=1, category="insult")
    (match,) = changed("noob", Scored({"profanity": 0.0}), add=(term,)).matches
    assert (match.severity, match.category) == (1, "insult")


@pytest.mark.parametrize("severity", [1, 4])
def test_an_added_term_that_the_lexicon_has_counts_as_the_community_says(severity: int) -> None:
    term = AddedTerm("arse", severity=severity)
    found = changed("the arse", Scored({"profanity": profanity([RUDE])}, (RUDE,)), add=(term,))
    assert [match.severity for match in found.matches] == [severity]
    assert found.scores["profanity"] == profanity(found.matches)


@pytest.mark.parametrize(("severity", "terms"), [(3, ["what the arse"]), (4, ["arse"])])
def test_a_longer_match_stays_unless_the_added_term_is_graver(
    severity: int, terms: list[str]
) -> None:
    longer = Match(0, 13, "what the arse", "coarse", 3)
    scored = Scored({"profanity": profanity([longer])}, (longer,))
    found = changed("what the arse", scored, add=(AddedTerm("arse", severity=severity),))
    assert [match.term for match in found.matches] == terms


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        ("代购", "我要代购吗", True), ("도박", "도박을 하자", True),
        ("ゲーム厨", "あのゲーム厨が", True),
        (AddedTerm("代购", within="word"), "我要代购吗", False), ("noob", "noobody", False),
    ],
)  # fmt: skip
def test_a_term_without_spaces_around_it_is_found_if_its_script_has_none(
    term: str | AddedTerm, text: str, is_found: bool
) -> None:
    found = changed(text, Scored({"profanity": 0.0}), add=(term,))
    assert bool(found.matches) is is_found


def test_an_added_term_in_a_quotation_is_not_charged() -> None:
    scored = changed("> noob\n\nno!", Scored({"profanity": 0.0}), add=("noob",))
    assert scored.matches[0].quoted
    assert scored.scores["profanity"] == 0.0


@pytest.mark.parametrize("allowed", ["arse", "ARSE"])
def test_an_allowed_term_does_not_count(allowed: str) -> None:
    scored = Scored({"profanity": profanity([RUDE])}, (RUDE,))
    assert changed("the arse", scored, allow=(allowed,)) == Scored({"profanity": 0.0})


def test_an_allowed_word_leaves_other_spellings_of_the_term() -> None:
    scored = Scored({"profanity": profanity([RUDE])}, (RUDE,))
    assert changed("the ar5e", scored, allow=("arsey",)) is scored


def test_what_a_quote_hides_stays_charged() -> None:
    slur = Match(2, 6, "slur", "slur_race", 4, quoted=True)
    mild = Match(9, 13, "arse", "coarse", 1)
    scored = Scored({"profanity": 0.65}, (slur, mild))
    assert changed("> slur arse", scored, allow=("arse",)).scores["profanity"] == 0.65
    assert changed("> slur arse", scored, allow=("slur",)).scores["profanity"] < 0.2


def test_a_quoted_slur_that_was_not_charged_charges_nothing_now() -> None:
    slur = Match(2, 6, "slur", "slur_race", 4, quoted=True)
    mild = Match(9, 13, "arse", "coarse", 1)
    scored = Scored({"profanity": profanity([slur, mild])}, (slur, mild))
    assert changed("> slur arse", scored, allow=("arse",)).scores["profanity"] == 0.0


def test_charged_quotes_are_changed_too() -> None:
    scored = Scored({"profanity": 0.0}, with_quotes={"profanity": 0.0, "toxicity": 0.3})
    found = changed("> noob\n\nyes", scored, add=("noob",))
    assert isinstance(found.with_quotes, dict)
    assert found.with_quotes["profanity"] > 0.8
    assert found.with_quotes["toxicity"] == 0.3


def test_terms_that_have_not_changed_are_not_compiled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = CommunityLexicon(LexiconChanges(add=("flimflam", AddedTerm("noob", 1))), "here")
    monkeypatch.delattr(community, "Matcher")
    again = CommunityLexicon(LexiconChanges(add=("flimflam", AddedTerm("noob", 1))), "there")
    assert again.added == before.added == {"flimflam", "noob"}
    with pytest.raises(NameError):
        CommunityLexicon(LexiconChanges(add=("flimflam", AddedTerm("noob", 2))), "there")


def test_only_the_community_that_asks_for_it_is_concerned() -> None:
    file = policies({}, communities={"games": {"lexicon": {"add": ["noob"]}}, "news": "p"})
    games, news = file.place_of("games"), file.place_of("news")
    assert games.lexicon is not None
    assert news.lexicon is None
    assert games.component.name == news.component.name == "p"
    assert games.component.version != news.component.version
