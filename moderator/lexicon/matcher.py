"""The matcher: finds every term of a lexicon in a text, however it is written.

One pass over the plain letters finds terms as they are spelled; a second one over the kinds of
characters finds triggers of obfuscation ("f*", "1t"), and only the words around those are read
again as disguises. Example: in `well, sh1t and f.u.c.k` nothing is spelled plainly; the triggers
"h1" and ".u." lead to `sh1t` and `f.u.c.k`, read as "shit" and "fuck".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import islice
from unicodedata import category

from moderator.language import COMMON_WORDS, ENGLISH
from moderator.lexicon.aim import Namesakes, is_aimed
from moderator.lexicon.ambiguity import Ambiguity
from moderator.lexicon.byte_views import blanked, classes, plain, word_at
from moderator.lexicon.compiler import Kind, compile_lexicon
from moderator.lexicon.entries.dataset import Lexicon, Term, as_written, languages_by_term
from moderator.lexicon.finding import ALLOWLISTED, Finding, Rank, without_overlaps
from moderator.lexicon.obfuscation.deobfuscate import Deobfuscator
from moderator.lexicon.obfuscation.masked_words import MaskedWords
from moderator.lexicon.obfuscation.suspicious import joined_by_symbol
from moderator.records import Match
from moderator.text.characters import script
from moderator.text.normalise import normalise

MAX_MATCHES = 500
"""Findings in one text after which the search ends: more would change nothing."""
NOT_ENGLISH = "not en"
"""Stands for the language of a text that is certainly not English, but no other for certain."""
_ONLY_ENGLISH = frozenset((ENGLISH,))
_SENTENCE = 3
"""Words from which a text in another language is more than a disguise: "fück"."""
_LONG = 6
"""Letters from which a word with odd accents is a disguise rather than another word."""
_MARKED = {"THAI", "DEVANAGARI"}
"""Scripts whose vowels are marks: they make the word."""
_SPACE = ord(" ")
_SIGN = "~"
"""Stands for a symbol inside a word, which may hide a term as any sign does."""
_Hits = Sequence[tuple[int, int, int]]
"""What an automaton found: number of the pattern, start, end."""


class Matcher:
    """Finds all terms of a lexicon in a text in one pass; immutable, safe to share by threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._compiled = compile_lexicon(lexicon)
        self._deobfuscator = Deobfuscator(self._compiled)
        spelled = {char for term in lexicon.terms for s in term.spellings for char in s}
        self._symbols = frozenset(c for c in spelled if not c.isascii() and not c.isalnum())
        self._languages = languages_by_term(lexicon.terms)
        self._namesakes = Namesakes(lexicon.terms)
        self._masked_words = MaskedWords(lexicon)
        self._ambiguity = Ambiguity(lexicon)
        self._severities = [term.severity for term in lexicon.terms]
        self._foreign = lru_cache(maxsize=128)(self._foreign_to)

    def find(self, text: str, language: str | None = None) -> list[Match]:
        """Every term in `text`, longest first of those that begin alike, none overlapping.

        In a text in a known `language` (ISO 639-1), only terms of that language and those known
        everywhere count; in one that is NOT_ENGLISH, all but those that only English has. A text
        with more than about MAX_MATCHES is not searched to its end.
        """
        matches = self._find(text, language)
        return self._ambiguity.counting(text, matches) if matches else matches

    def _find(self, text: str, language: str | None) -> list[Match]:
        if not text.isascii():
            return self._find_canonical(text, language)
        raw = text.encode("ascii")
        view = plain(raw)
        hits = self._compiled.plain.find_matches_as_indexes(view, overlapping=True)
        triggers = self._compiled.triggers.find_matches_as_indexes(classes(raw))
        if not triggers and not hits and not self._masked_words.hints(raw):
            return []
        if triggers and _has_hidden_controls(text):
            return self._find_canonical(text, language)
        foreign = self._foreign(language)
        terms = self.lexicon.terms
        matches = []
        findings = self._findings(raw, view, hits, triggers, language)
        for finding in without_overlaps(findings, self._severities, foreign):
            start, end, _, found_number, evasive = finding
            plain_text = text[start:end].lower()
            number = self._namesakes.meant(plain_text, found_number, language)
            if self._is_english(plain_text, number, language):
                continue
            term = terms[number]
            severity = _severity(term, text, start, end)
            matches.append(Match(start, end, term.id, term.category, severity, evasive))
        return matches

    def _find_canonical(self, text: str, language: str | None) -> list[Match]:
        foreign = self._foreign(language)
        accents = language not in (None, ENGLISH) and len(text.split()) >= _SENTENCE
        normal = normalise(text)
        raw = self._without_symbols(normal.text).encode()
        view = plain(raw)
        hits = self._compiled.plain.find_matches_as_indexes(view, overlapping=True)
        triggers = self._compiled.triggers.find_matches_as_indexes(classes(raw))
        matches = []
        char = byte = 0
        for first, last, _, found, hidden in without_overlaps(
            [*self._symbol_findings(raw), *self._findings(raw, view, hits, triggers, language)],
            self._severities,
            foreign,
        ):
            char += len(raw[byte:first].decode(errors="ignore"))
            byte = first
            canonical = raw[first:last].decode(errors="ignore")
            start, end = normal.span(char, char + len(canonical))
            number = self._namesakes.meant(canonical, found, language)
            if self._is_english(canonical, number, language):
                continue
            term = self.lexicon.terms[number]
            own = language in self._languages[number]
            written = text[start:end]
            if accents and not own and _is_accented(written):
                continue
            changed = len(canonical) != end - start or written.lower() != canonical
            evasive = hidden
            if term.language != ENGLISH:
                as_listed = as_written(written) in term.written
                if not as_listed and _is_other_word(written, changed):
                    continue  # Vietnamese "cho má" is not "chó má"
                evasive, changed = hidden and not as_listed, changed and not as_listed
            severity = _severity(term, text, start, end)
            matches.append(Match(start, end, term.id, term.category, severity, evasive or changed))
        return matches

    def _is_english(self, found: str, number: int, language: str | None) -> bool:
        """Whether, in a text of unknown language, it is rather a common English word: "curve"."""
        return language is None and found in COMMON_WORDS and ENGLISH not in self._languages[number]

    def _foreign_to(self, language: str | None) -> frozenset[int]:
        """The terms, by number, that do not count in texts of a language."""
        if language is None:
            return frozenset()
        return frozenset(
            number
            for number, (term, languages) in enumerate(
                zip(self.lexicon.terms, self._languages, strict=True)
            )
            if not term.everywhere and not _counts_in(language, languages)
        )

    def _without_symbols(self, text: str) -> str:
        """The text with a space for each symbol that is in no term, or a sign between letters."""
        blank = {
            char
            for char in set(text)
            if not (char.isascii() or char.isalnum() or char in self._symbols)
        }
        if not blank:
            return text
        neighbours = zip(" " + text, text, text[1:] + " ", strict=False)
        return "".join(
            char if char not in blank else _SIGN if before.isalpha() and after.isalpha() else " "
            for before, char, after in neighbours
        )

    def _findings(
        self, raw: bytes, view: bytes, hits: _Hits, triggers: _Hits, language: str | None
    ) -> list[Finding]:
        findings: list[Finding] = []
        trigger_spans = [(start - 1, end - 1) for _, start, end in triggers]
        patterns = self._compiled.patterns
        pieces: list[tuple[int, int]] = []
        run_end = -1
        terms = 0  # allowlisted words do not count, or enough of them would hide what follows
        for number, start, end in hits:
            kind, term, hidden = patterns[number]
            if hidden and language and not _counts_in(language, self._languages[term]):
                continue  # a word of that language rather than a misspelt one of another
            if kind is Kind.WHOLE:
                last = end - 2 if view[end - 1] == _SPACE else end - 1
                if term in self._compiled.inside_words or not joined_by_symbol(raw, start, last):
                    rank = Rank.ALLOWLISTED if term == ALLOWLISTED else Rank.PLAIN
                    findings.append(Finding(start, last, rank, term, hidden))
                terms += term != ALLOWLISTED
                if terms > MAX_MATCHES:
                    break
            elif kind is Kind.PIECE:
                pieces.append((start, end))
            else:
                if start > run_end:
                    trigger_spans.append((start - 1, end - 1))
                run_end = end
        if pieces:
            whole = {finding.start for finding in findings}
            findings += islice(self._compound_findings(raw, view, pieces, whole), MAX_MATCHES)
        if trigger_spans:
            findings += self._symbol_findings(raw)
            if terms < MAX_MATCHES:
                findings += self._deobfuscator.find(
                    blanked(raw), sorted(trigger_spans), MAX_MATCHES
                )
        findings += self._masked_words.find(raw)
        return findings

    def _compound_findings(
        self, raw: bytes, view: bytes, pieces: Iterable[tuple[int, int]], whole: set[int]
    ) -> Iterator[Finding]:
        """Terms joined into words, unless the word as a whole is a term itself."""
        judged_to = -1
        for start, end in pieces:
            if start >= judged_to and start - 1 not in whole:
                first, judged_to = word_at(view, start, end)
                if first - 1 not in whole:
                    joined = joined_by_symbol(raw, first - 1, judged_to - 1)
                    for finding in self._in_word(view[first:judged_to], first - 1):
                        if not joined or finding.term in self._compiled.inside_words:
                            yield finding

    def _in_word(self, part: bytes, shift: int) -> Iterator[Finding]:
        word = part.decode(errors="replace")
        for hit in self._compiled.compounds.judge(word):
            start, end = hit.start, hit.end
            if len(word) < len(part):
                start, end = (len(word[:offset].encode()) for offset in (start, end))
            yield Finding(shift + start, shift + end, Rank.PLAIN, hit.term, hit.evasive)

    def _symbol_findings(self, raw: bytes) -> Iterator[Finding]:
        """Emoji anywhere, and figures of ASCII signs as separate words."""
        compiled = self._compiled
        if compiled.symbols is None:
            return
        padded = b" " + raw.lower() + b" "
        for number, start, end in compiled.symbols.find_matches_as_indexes(padded):
            alone = padded[start - 1 : start].isspace() and padded[end : end + 1].isspace()
            if alone or not padded[start:end].isascii():
                term = compiled.symbol_terms[number]
                yield Finding(start - 1, end - 1, Rank.PLAIN, term, False)


def _has_hidden_controls(text: str) -> bool:
    """Whether an ASCII text holds control characters that show nothing, so that it reads
    otherwise than it is encoded."""
    return not text.isprintable() and not "".join(text.split()).isprintable()


def _counts_in(language: str, languages: Set[str]) -> bool:
    return languages != _ONLY_ENGLISH if language == NOT_ENGLISH else language in languages


def _severity(term: Term, text: str, start: int, end: int) -> int:
    aimed = term.aimed and is_aimed(text, start, end, term.address)
    return term.aimed if aimed else term.severity


def _is_other_word(written: str, changed: bool) -> bool:
    """Whether what was found with other marks than the term's, or none, is another word.

    Nobody leaves the marks of Thai and Hindi out. In other scripts many do; but with other marks a
    short word, or a phrase, is another one. A long word, or letters of several scripts, are a
    disguise.
    """
    scripts = {script(char) for char in written if category(char)[0] == "L"}
    if scripts & _MARKED:
        return True
    plain = len(scripts) == 1 and all(c.isspace() or category(c)[0] in "LM" for c in written)
    short = len(written) < _LONG or " " in written or not scripts & {"LATIN", "CYRILLIC"}
    return changed and plain and short


def _is_accented(written: str) -> bool:
    """Whether it has letters of another language, and is a word of that: "Phúc"."""
    return not written.isascii() and all(script(char) == "LATIN" for char in written)
