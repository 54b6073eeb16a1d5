"""A lexicon as data: TOML files of terms, of allowed words, and of the parts words are made of.

    language = "en"
    parts = "head face my your ..."      # what a compound term may be joined with
    everywhere = ["fuck", "nigger"]      # names of terms that are matched in texts of any language
    words = "pen is hit ..."             # ordinary short words: no pieces of a split term
    names = "kuntz ..."                  # terms that do not count if written as a name
    homonyms = "chink ..."               # terms that count disguised, or aimed at someone
    address = "du dich dein ..."         # words that aim an insult at someone

    [[terms]]
    category = "scatological"            # one of CATEGORIES
    severity = 2                         # 1 (only in some contexts) .. 4 (gravest)
    aimed = 3                            # the severity if aimed at someone (default: the same)
    forms = "verb"                       # inflection: none, noun, verb, adjective
    within = "start"                     # word (default), compound, start, anywhere
    entries = ["shit: sh[i|y]t", "bull shit"]

    [[allow]]
    forms = "noun"
    entries = ["cocktail", "snigger*", "moby dick"]   # * : whatever follows

`within` is the boundary a term needs: `word`, a word of its own; `compound`, also joined with parts
and other terms ("ass" + "hat"); `start`, also at the start of any word; `anywhere`, in any word.
`aimed` weighs *du Trottel* more than *ich Trottel*: see `moderator.lexicon.aim`.
A text whose language is certain is searched for the terms of that `language`, and for those that
are known `everywhere`; any other text for all terms. Allowed words count in every text.
Entries are in the notation of `moderator.lexicon.entries.syntax`; several may share a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from moderator.text.characters import script
from moderator.text.normalise import in_own_script, normalise

CATEGORIES = (
    "coarse", "sexual", "scatological", "insult", "blasphemy", "violence", "self_harm",
    "extremism", "slur_race", "slur_religion", "slur_orientation", "slur_gender",
    "slur_disability",
)  # fmt: skip
MIN_LETTERS = {"word": 2, "compound": 3, "start": 4, "anywhere": 4}  # letters


class Term(msgspec.Struct, frozen=True):
    """One entry: `spellings` are canonical, with single spaces for possible gaps."""

    id: str
    category: str
    severity: int
    spellings: tuple[str, ...]
    forms: str
    boundary: str
    language: str
    source: str
    everywhere: bool = False
    aimed: int = 0
    """The severity if aimed at someone by one of the words of `address`; 0: the same as else."""
    address: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    """Spellings with their accents and marks, as `as_written` gives them; none of English terms."""

    @property
    def counts_inside_words(self) -> bool:
        """Whether the term counts although other letters follow it."""
        return self.boundary in ("start", "anywhere")

    @property
    def worth_hiding(self) -> bool:
        """Whether to look for the term in disguise: people hide grave words and names of
        extremists, not mild words."""
        return self.severity >= 2 or self.category == "extremism"


class Allowed(msgspec.Struct, frozen=True):
    """An innocent word that holds a term; with `prefix`, every word that begins with it."""

    spellings: tuple[str, ...]
    forms: str
    prefix: bool
    source: str


class Lexicon(msgspec.Struct, frozen=True):
    """Everything that the matcher is compiled from. `version` is a hash of all the files."""

    terms: tuple[Term, ...]
    allowed: tuple[Allowed, ...]
    parts: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    homonyms: frozenset[str]
    version: str


def as_written(written: str) -> str:
    """A word or phrase in lower case, without gaps, with accents and marks as they are written."""
    return "".join(written.lower().replace("_", " ").split())


def canonical(spelling: str) -> tuple[str, str]:
    """A spelling as in other text ("xyn"), and as in a text of its own script («хуй»)."""
    folded = normalise(spelling).text
    if spelling.isascii():
        return folded, folded
    kept = in_own_script(spelling)
    return folded, folded if any(script(char) == "LATIN" for char in kept) else kept


def languages_by_term(terms: Sequence[Term]) -> list[frozenset[str]]:
    """The languages of each term, and of every other term that is spelled alike: an insult that
    German took over from English counts in both."""
    by_spelling: dict[str, set[str]] = {}
    for term in terms:
        for spelling in term.spellings:
            by_spelling.setdefault(spelling, set()).add(term.language)
    once: dict[frozenset[str], frozenset[str]] = {}
    found = (frozenset().union(*(by_spelling[s] for s in term.spellings)) for term in terms)
    return [once.setdefault(languages, languages) for languages in found]


def entries_by_file(lexicon: Lexicon) -> dict[str, int]:
    """The number of entries (terms and allowed words) from each file."""
    sources = [term.source for term in lexicon.terms]
    sources += [allowed.source for allowed in lexicon.allowed]
    return dict(Counter(source.rpartition(":")[0] for source in sources))


class Fault(msgspec.Struct, frozen=True):
    """Something wrong in a lexicon file; `where` is file:line. A `warning` refuses nothing."""

    where: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {'warning: ' if self.warning else ''}{self.message}"
