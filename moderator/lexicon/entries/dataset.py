"""A lexicon as data: TOML files of terms, of allowed words, and of the parts words are made of.

    language = "en"
    parts = "head face my your ..."      # what a compound term may be joined with
    everywhere = ["fuck", "nigger"]      # names of terms that are matched in texts of any language
    words = "pen is hit ..."             # ordinary short words: no pieces of a split term

    [[terms]]
    category = "scatological"            # one of CATEGORIES
    severity = 2                         # 1 (only in some contexts) .. 4 (gravest)
    forms = "verb"                       # inflection: none, noun, verb, adjective
    within = "start"                     # word (default), compound, start, anywhere
    entries = ["shit: sh[i|y]t", "bull shit"]

    [[allow]]
    forms = "noun"
    entries = ["cocktail", "snigger*", "moby dick"]   # * : whatever follows

`within` is the boundary a term needs: `word`, a word of its own; `compound`, also joined with parts
and other terms ("ass" + "hat"); `start`, also at the start of any word; `anywhere`, in any word.
A text whose language is certain is searched for the terms of that `language`, and for those that
are known `everywhere`; any other text for all terms. Allowed words count in every text.
Entries are in the notation of `moderator.lexicon.entries.syntax`; several may share a name.
"""

from __future__ import annotations

import hashlib
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from moderator.errors import LexiconError
from moderator.lexicon.entries.inflect import KINDS
from moderator.lexicon.entries.syntax import NotationError, parse
from moderator.text.characters import script
from moderator.text.normalise import in_own_script, normalise

CATEGORIES = (
    "coarse", "sexual", "scatological", "insult", "blasphemy", "violence", "self_harm",
    "extremism", "slur_race", "slur_religion", "slur_orientation", "slur_gender",
    "slur_disability",
)  # fmt: skip
MIN_LETTERS = {"word": 2, "compound": 3, "start": 4, "anywhere": 4}  # letters


class Term(msgspec.Struct, frozen=True):
    """One entry: `spellings` are canonical, with single spaces where a gap may be."""

    id: str
    category: str
    severity: int
    spellings: tuple[str, ...]
    forms: str
    boundary: str
    language: str
    source: str
    everywhere: bool = False

    @property
    def counts_inside_words(self) -> bool:
        """Whether the term counts although other letters follow it."""
        return self.boundary in ("start", "anywhere")

    @property
    def worth_hiding(self) -> bool:
        """Whether it pays to look for the term in disguise: nobody hides mild words."""
        return self.severity >= 2


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
    version: str


def languages_by_term(terms: Sequence[Term]) -> list[frozenset[str]]:
    """The languages of each term, and of every other term that is spelled alike: an insult that
    German took over from English counts in both."""
    by_spelling: dict[str, set[str]] = {}
    for term in terms:
        for spelling in term.spellings:
            by_spelling.setdefault(spelling, set()).add(term.language)
    return [frozenset().union(*(by_spelling[s] for s in term.spellings)) for term in terms]


class _Group(msgspec.Struct, forbid_unknown_fields=True):
    entries: list[str]
    category: str
    severity: int
    forms: str = "none"
    boundary: str = msgspec.field(name="within", default="word")


class _AllowGroup(msgspec.Struct, forbid_unknown_fields=True):
    entries: list[str]
    forms: str = "none"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    language: str
    terms: list[_Group] = []
    allow: list[_AllowGroup] = []
    everywhere: list[str] = []
    parts: str = ""
    words: str = ""


class Fault(msgspec.Struct, frozen=True):
    """Something wrong in a lexicon file; `where` is file:line."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def read(paths: Iterable[Path]) -> tuple[Lexicon, list[Fault]]:
    """The lexicon without its faulty entries, and every fault found."""
    reader = _Reader()
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise LexiconError("no lexicon: name at least one .toml file or a folder that holds one")
    for file in files:
        reader.read(file)
    return reader.lexicon(), reader.faults


def _files(path: Path) -> Sequence[Path]:
    return sorted(path.glob("*.toml")) if path.is_dir() else [path]


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._terms: list[Term] = []
        self._allowed: list[Allowed] = []
        self._parts: set[str] = set()
        self._words: set[str] = set()
        self._digest = hashlib.sha256()
        self._spelled: dict[tuple[str, str], Term] = {}
        self._named: dict[tuple[str, str], Term] = {}

    def lexicon(self) -> Lexicon:
        return Lexicon(
            tuple(self._terms),
            tuple(self._allowed),
            frozenset(self._parts),
            frozenset(self._words),
            self._digest.hexdigest()[:12],
        )

    def read(self, path: Path) -> None:
        try:
            text = path.read_text(encoding="utf-8")
            content = msgspec.convert(tomllib.loads(text), _File)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            reason = getattr(fault, "strerror", None) or fault
            self.faults.append(Fault(str(path), f"cannot be read: {reason}"))
            return
        except msgspec.ValidationError as fault:
            self.faults.append(Fault(str(path), str(fault)))
            return
        self._digest.update(text.encode() + b"\0")
        self._parts |= set(content.parts.split())
        self._words |= set(content.words.split())
        lines = _Lines(path, text)
        for group in content.terms:
            if self._sound(group, lines):
                for entry in group.entries:
                    self._term(entry, group, content, lines.where(entry))
        named = {term.id for term in self._terms if term.language == content.language}
        for name in content.everywhere:
            if name not in named:
                self.faults.append(Fault(lines.where(name), f"everywhere: no term {name!r}"))
        for allow in content.allow:
            for entry in allow.entries:
                self._allow(entry, allow, lines.where(entry))

    def _sound(self, group: _Group, lines: _Lines) -> bool:
        where = lines.where(group.entries[0] if group.entries else "")
        sound = True
        for key, value, known in (
            ("category", group.category, CATEGORIES),
            ("severity", group.severity, (1, 2, 3, 4)),
            ("forms", group.forms, tuple(KINDS)),
            ("within", group.boundary, tuple(MIN_LETTERS)),
        ):
            if value not in known:
                choices = ", ".join(map(str, known))
                self.faults.append(Fault(where, f"{key} = {value!r}: choose one of {choices}"))
                sound = False
        return sound

    def _term(self, entry: str, group: _Group, file: _File, where: str) -> None:
        parsed = self._parse(entry, where)
        if parsed is None:
            return
        name, spellings = parsed
        term = Term(
            name, group.category, group.severity, spellings, group.forms, group.boundary,
            file.language, where, name in file.everywhere,
        )  # fmt: skip
        faults = [*self._too_short(term), *self._repeated(term)]
        self.faults += (Fault(where, fault) for fault in faults)
        if not faults:
            self._terms.append(term)

    def _allow(self, entry: str, group: _AllowGroup, where: str) -> None:
        if group.forms not in KINDS:
            self.faults.append(Fault(where, f"forms = {group.forms!r} is unknown"))
            return
        parsed = self._parse(entry.removesuffix("*"), where)
        if parsed is not None:
            self._allowed.append(Allowed(parsed[1], group.forms, entry.endswith("*"), where))

    def _parse(self, entry: str, where: str) -> tuple[str, tuple[str, ...]] | None:
        try:
            name, spellings = parse(entry)
        except NotationError as fault:
            self.faults.append(Fault(where, f"{entry!r}: {fault}"))
            return None
        both = [form for s in spellings for form in (normalise(s).text, _native(s))]
        if not all(form.strip() for form in both):
            self.faults.append(Fault(where, f"{entry!a}: nothing of it can be seen: spell it out"))
            return None
        return name, tuple(dict.fromkeys(both))

    def _too_short(self, term: Term) -> Iterator[str]:
        for spelling in term.spellings:
            letters = spelling.replace(" ", "")
            if (
                letters.isalnum()
                and letters.isascii()
                and len(letters) < MIN_LETTERS[term.boundary]
            ):
                yield (
                    f"{spelling!r} is too short for within={term.boundary!r}: it would match"
                    " almost everywhere; spell it longer"
                )

    def _repeated(self, term: Term) -> Iterator[str]:
        other = self._named.setdefault((term.language, term.id), term)
        if (other.category, other.severity) != (term.category, term.severity):
            yield (
                f"{term.id!r} is {other.category} of severity {other.severity} in {other.source};"
                " one name can have only one meaning"
            )
        for spelling in term.spellings:
            key = (term.language, spelling.replace(" ", ""))
            other = self._spelled.setdefault(key, term)
            if other.id != term.id:
                yield f"{spelling!r} is already listed as {other.id!r} ({other.source})"


def _native(spelling: str) -> str:
    """In its own script unless that is Latin: «хуй» stays so in Russian text, is "xyn" in other."""
    kept = in_own_script(spelling)
    return normalise(spelling).text if any(map(_is_latin, kept)) else kept


def _is_latin(char: str) -> bool:
    return script(char) == "LATIN"


class _Lines:
    """Finds the line of an entry in its file; entries are asked for in the order of the file."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._breaks = [at for at, char in enumerate(text) if char == "\n"]
        self._at = 0

    def where(self, entry: str) -> str:
        quoted = f'"{entry}"'
        at = self._text.find(quoted, self._at)
        self._at = at if at >= 0 else max(self._text.find(quoted), 0)
        return f"{self._path}:{bisect_left(self._breaks, self._at) + 1}"
