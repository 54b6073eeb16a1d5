"""Every disguise of every term is seen through, and none makes an innocent word guilty."""

from __future__ import annotations

import pytest

from moderator.evaluation.evasions import RESPELLINGS
from moderator.lexicon import Matcher

_TERMS = """
fuck shit bitch cunt asshole nigger faggot whore slut pussy cock dick bastard motherfucker bullshit
wanker twat douchebag jackass dumbass dipshit retard kike wetback coon raghead beaner gook jizz
dildo blowjob cumshot cocksucker prick penis gangbang scumbag dickhead arsehole shithead
"""

_INNOCENT = """
assassin assess assembly assistant associate class classic glass grass brass passion passage
compass embarrass harass massage massive ambassador assumption cassette molasses bass
cocktail peacock hancock cockpit cockroach cockatoo shuttlecock woodcock stopcock weathercock
scunthorpe penistone lightwater clitheroe essex sussex middlesex wessex
dickens dickinson benedict predict dictate dictionary addicted verdict indicted medic
therapist therapeutic grape drape scrape trapeze rapeseed rapper wrapper rapid
analysis analyst canal banal analogy manual annals
title titan titanic constitution institute competition petition altitude appetite stitch
document circumstance accumulate cucumber succumb incumbent circumference
buttons butter butterfly rebuttal button tribute contribute attribute
shitake shiitake mishmash push washing
snigger niggardly vinegar renegade nigeria enigma benign
swank swanky wankel twang
hello shell shelter michelle seashell helicopter helmet
pussycat pussyfoot pussywillow
night light sleight might hostile textile
sextant sextet unisex intersex
crisp whisper aspic auspices despicable conspicuous suspicion hospice
raccoon cocoon tycoon
hitchhiker hitch ditch stitches pitcher kitchen
mast master masterpiece mustard custard bastion
country county account encounter discount
prickly thistle skeleton mountain computer engineer politics election candidate government
football referee orchestra symphony umbrella telephone television elephant rhinoceros
breakfast lunch dinner potato tomato broccoli spinach cabbage carrot banana
january february september october november december wednesday thursday saturday
library museum hospital university professor student teacher lawyer doctor nurse
yesterday tomorrow morning evening afternoon midnight
beautiful wonderful excellent terrible horrible ordinary special
australia canada germany portugal argentina denmark norway finland
"""
_AROUND = "😂🔥*()!-._,•# \u00a0\u200b\u200c\u200d\u200e\u200f\u2060\u202c\u202d\u00ad\ufeff\x08"
"""What may be left outside a match: decoration, separators and marks that show nothing."""
TERMS = _TERMS.split()
INNOCENT = list(dict.fromkeys(_INNOCENT.split()))


def test_there_are_enough_of_each() -> None:
    assert len(RESPELLINGS) >= 60
    assert len(TERMS) >= 40
    assert len(INNOCENT) >= 200


@pytest.mark.parametrize("name", RESPELLINGS)
def test_a_disguised_term_is_found_in_place(name: str, matcher: Matcher) -> None:
    missed = []
    for term in TERMS:
        if name == "title case" and term in matcher.lexicon.names:
            continue  # written as the name that it is too
        disguised = RESPELLINGS[name](term)
        text = f"well, {disguised} to that"
        matches = matcher.find(text)
        found = [text[m.start : m.end] for m in matches]
        if len(found) != 1 or found[0].strip(_AROUND) != disguised.strip(_AROUND):
            missed.append((term, found))
    assert missed == []


@pytest.mark.parametrize("name", RESPELLINGS)
def test_an_innocent_word_stays_innocent(name: str, matcher: Matcher) -> None:
    blamed = []
    judged = 0
    for word in INNOCENT:
        if ambiguous(name, word, matcher):
            continue
        judged += 1
        text = f"well, {RESPELLINGS[name](word)} to that"
        blamed += [(word, text[m.start : m.end], m.term) for m in matcher.find(text)]
    assert blamed == []
    assert judged >= 180


def ambiguous(name: str, word: str, matcher: Matcher) -> bool:
    """Whether the disguise makes the word as likely another: "p*ss" hides "pass" or a term."""
    if "starred" in name or "hashed" in name or "hat" in name:
        shown = RESPELLINGS[name](word)
        sign = next(c for c in shown if not c.isalnum())
        at, size = shown.index(sign), shown.count(sign)
        return any(
            matcher.find(shown[:at] + letter + rest)
            for letter in ("", *"aeioubdhkrstx")
            for rest in (shown[at + size :], letter + shown[at + size :])
        )
    return name == "broken once" and bool(matcher.find(word[1:]))
