"""Finds terms behind masks that hide some of their letters: "sh*t", "f**k", "m*th*rf*ck*r".

Forms are sorted by length, so that those with the letters before a mask lie side by side: a lexicon
of a hundred thousand terms costs no more than a list of its words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from moderator.lexicon.entries.dataset import Term
from moderator.lexicon.entries.surface_forms import MAX_LETTERS, MIN_LETTERS, forms_to_hide
from moderator.lexicon.obfuscation.shapes import squeeze

_MASK = "*"
_MAX_HIDDEN = 6  # letters
_LEAST_SHOWN = 3
_LEGIBLE = 2  # letters; if more are shown, a mask may be one sign too long
_AFTER_LETTERS = "\x7f"
_VOWELS_MASKED = str.maketrans("aeiou", _MASK * 5)


class MaskedForms:
    """Finds terms, by their numbers, from what their masks show; the first listed wins."""

    def __init__(self, terms: Sequence[Term]) -> None:
        by_length: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self._without_vowels: dict[tuple[str, int], int] = {}
        self._by_two_letters: set[str] = set()
        """Words recognised by two letters: the terms that count inside other words."""
        for number, term in enumerate(terms):
            if term.worth_hiding:
                if term.counts_inside_words:
                    self._by_two_letters.add(term.spellings[0].replace(" ", ""))
                for form in _forms(term):
                    by_length[len(form)].setdefault(form, number)
                    shown = form[0] + form[1:].translate(_VOWELS_MASKED)
                    if shown.count(_MASK) > 1:
                        key = squeeze(shown)[0], len(shown) - shown.count(_MASK)
                        self._without_vowels.setdefault(key, number)
        self._forms = {length: sorted(known.items()) for length, known in by_length.items()}

    def term(self, word: Sequence[tuple[str, int]]) -> int | None:
        """The term that a word hides, given as (letter or mask, how often it is repeated)."""
        masks = [index for index, (letter, _) in enumerate(word) if letter == _MASK]
        if len(masks) > 1:
            key = "".join(letter for letter, _ in word)
            return self._without_vowels.get(
                (key, sum(count for letter, count in word if letter != _MASK))
            )
        if not masks or not masks[0]:
            return None
        before, after = (
            "".join(letter * count for letter, count in part)
            for part in (word[: masks[0]], word[masks[0] + 1 :])
        )
        hidden = word[masks[0]][1]
        number = self._of(before, hidden, after)
        if number is None and len(before + after) > _LEGIBLE and hidden > 1:
            return self._of(before, hidden - 1, after)
        return number

    def _of(self, before: str, hidden: int, after: str) -> int | None:
        shown = len(before) + len(after)
        forms = self._forms.get(shown + hidden)
        if not forms or hidden > _MAX_HIDDEN or shown < _LEAST_SHOWN - 1:
            return None
        first = bisect_left(forms, (before,))
        last = bisect_left(forms, (before + _AFTER_LETTERS,))
        return min(
            (
                number
                for form, number in forms[first:last]
                if form.endswith(after)
                and (shown >= _LEAST_SHOWN or (after and form in self._by_two_letters))
            ),
            default=None,
        )


def _forms(term: Term) -> Iterator[str]:
    """The forms of a term in which letters may be masked."""
    for spelling, forms in forms_to_hide(term):
        if MIN_LETTERS <= len(spelling) <= MAX_LETTERS:
            yield from forms
