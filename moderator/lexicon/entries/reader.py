"""Reads lexicon files into a lexicon, and reports every fault with file and line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from moderator.errors import LexiconError
from moderator.language import ENGLISH
from moderator.lexicon.aim import address_words
from moderator.lexicon.entries.dataset import (
    CATEGORIES,
    MIN_LETTERS,
    Allowed,
    Fault,
    Lexicon,
    Term,
    as_written,
    canonical,
)
from moderator.lexicon.entries.inflect import KINDS
from moderator.lexicon.entries.syntax import NotationError, parse
from moderator.text.normalise import normalise

_PATTERN = re.compile(r"(?<=\w)[*+?$]|\\[bdsw]|^\^")
"""What looks like a regular expression or a wildcard."""
_QUOTED = re.compile(r"""\"[^"]*"|'[^']*'""")


class Group(msgspec.Struct, forbid_unknown_fields=True):
    """Terms of one category and severity; see `moderator.lexicon.entries.dataset`."""

    entries: list[str]
    category: str
    severity: int
    forms: str = "none"
    boundary: str = msgspec.field(name="within", default="word")
    aimed: int = 0


class _AllowGroup(msgspec.Struct, forbid_unknown_fields=True):
    entries: list[str]
    forms: str = "none"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    language: str
    terms: list[Group] = []
    allow: list[_AllowGroup] = []
    everywhere: frozenset[str] = frozenset()
    parts: str = ""
    words: str = ""
    names: str = ""
    homonyms: str = ""
    address: str = ""


def read(own: Iterable[Path], shipped: Iterable[Path] = ()) -> tuple[Lexicon, list[Fault]]:
    """The lexicon without its faulty entries, and every fault found.

    An entry of `own` replaces entries of `shipped` that have its name or a spelling of it, with a
    warning: a new release must never stop a worker.
    """
    reader = _Reader()
    files = [file for path in own for file in _files(path)]
    known = {file.resolve() for file in files}
    below = [f for path in shipped for f in _files(path) if f.resolve() not in known]
    if not files and not below:
        raise LexiconError("no lexicon: name at least one .toml file or a folder that holds one")
    for file in files:
        reader.read(file)
    if files:
        reader.overridden = (set(reader.named), set(reader.spelled))
    for file in below:
        reader.read(file)
    return reader.lexicon(), reader.faults


def added(groups: Iterable[Group], where: str) -> tuple[Lexicon, list[Fault]]:
    """A lexicon of these terms alone, and their faults, reported at `where`."""
    reader = _Reader()
    reader.add(groups, where)
    return reader.lexicon(), reader.faults


def _files(path: Path) -> Sequence[Path]:
    return sorted(path.glob("*.toml")) if path.is_dir() else [path]


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.overridden: tuple[set[tuple[str, str]], set[tuple[str, str]]] = (set(), set())
        """Names and spellings, by language, of entries that replace those read later."""
        self._reported: set[str] = set()
        self._terms: list[Term] = []
        self._allowed: list[Allowed] = []
        self._parts: set[str] = set()
        self._words: set[str] = set()
        self._names: set[str] = set()
        self._homonyms: set[str] = set()
        self._digest = hashlib.sha256()
        self.spelled: dict[tuple[str, str], Term] = {}
        self.named: dict[tuple[str, str], Term] = {}

    def lexicon(self) -> Lexicon:
        return Lexicon(
            tuple(self._terms),
            tuple(self._allowed),
            frozenset(self._parts),
            frozenset(self._words),
            frozenset(self._names),
            frozenset(self._homonyms),
            self._digest.hexdigest()[:12],
        )

    def read(self, path: Path) -> None:
        try:
            text = path.read_text(encoding="utf-8")
            content = msgspec.convert(tomllib.loads(text), _File)
        except msgspec.ValidationError as fault:
            self.faults.append(Fault(str(path), f"{fault} (keys of file; terms; allow: {_keys()})"))
            return
        except (OSError, ValueError, RecursionError) as fault:
            reason = getattr(fault, "strerror", None) or fault
            self.faults.append(Fault(str(path), f"cannot be read: {reason}"))
            return
        self._digest.update(text.encode() + b"\0")
        self._parts |= set(content.parts.split())
        self._words |= set(content.words.split())
        self._names |= set(content.names.split())
        self._homonyms |= set(content.homonyms.split())
        lines = _Lines(path, text)
        for group in content.terms:
            if self._sound(group, lines.where(group.entries[0] if group.entries else "")):
                for entry in group.entries:
                    self._term(entry, group, content, lines.where(entry))
        named = {term.id for term in self._terms if term.language == content.language}
        for name in sorted(content.everywhere - named):
            self.faults.append(Fault(lines.where(name), f"everywhere: no term {name!r}"))
        for allow in content.allow:
            for entry in allow.entries:
                self._allow(entry, allow, lines.where(entry))

    def add(self, groups: Iterable[Group], where: str) -> None:
        """Terms that come from no file, known in texts of any language."""
        for group in groups:
            if self._sound(group, where):
                for entry in group.entries:
                    if parsed := self._parse(entry, where):
                        file = _File("en", everywhere=frozenset((parsed[0],)))
                        self._term(entry, group, file, where)

    def _sound(self, group: Group, where: str) -> bool:
        sound = True
        for key, value, known in (
            ("category", group.category, CATEGORIES),
            ("severity", group.severity, (1, 2, 3, 4)),
            ("aimed", group.aimed, (0, 1, 2, 3, 4)),
            ("forms", group.forms, tuple(KINDS)),
            ("within", group.boundary, tuple(MIN_LETTERS)),
        ):
            if value not in known:
                choices = ", ".join(map(str, known))
                self.faults.append(Fault(where, f"{key} = {value!r}: choose one of {choices}"))
                sound = False
        return sound

    def _term(self, entry: str, group: Group, file: _File, where: str) -> None:
        parsed = self._parse(entry, where)
        if parsed is None:
            return
        name, spellings, notated = parsed
        written: frozenset[str] = frozenset()
        if file.language != ENGLISH and not entry.isascii():
            written = frozenset(as_written(s) for s in notated if not s.isascii())
        term = Term(
            name, group.category, group.severity, spellings, group.forms, group.boundary,
            file.language, where, name in file.everywhere, group.aimed,
            address_words(file.address) if group.aimed else frozenset(), written,
        )  # fmt: skip
        if replaced := self._replaced(term):
            if replaced not in self._reported:
                message = f"{replaced}, so this entry of the shipped lexicon is left out"
                self.faults.append(Fault(where, message, warning=True))
            self._reported.add(replaced)
            return
        if term.id not in spellings and _is_misnamed(term):
            message = f"{name!r} shares no letters with its spelling {spellings[0]!r}: name it so"
            self.faults.append(Fault(where, message, warning=True))
        if literal := _PATTERN.search(entry):
            message = f"{entry!r}: {literal[0]!r} is taken literally, not as a pattern"
            self.faults.append(Fault(where, message, warning=True))
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

    def _parse(self, entry: str, where: str) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
        """The name, the canonical spellings, and the spellings as they are notated."""
        try:
            name, spellings = parse(entry)
        except NotationError as fault:
            self.faults.append(Fault(where, f"{entry!r}: {fault}"))
            return None
        both = [form for s in spellings for form in canonical(s)]
        if not all(form.strip() for form in both):
            self.faults.append(Fault(where, f"{entry!a}: nothing of it can be seen: spell it out"))
            return None
        return name, tuple(dict.fromkeys(both)), spellings

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

    def _replaced(self, term: Term) -> str:
        """Which entry of the user's own files takes this one's place; empty if none does."""
        names, spellings = self.overridden
        if (term.language, term.id) in names:
            return f"your own file has {term.id!r} too"
        for spelling in term.spellings:
            if (key := (term.language, spelling.replace(" ", ""))) in spellings:
                return f"your own file lists {spelling!r} as {self.spelled[key].id!r}"
        return ""

    def _repeated(self, term: Term) -> Iterator[str]:
        other = self.named.setdefault((term.language, term.id), term)
        if (other.category, other.severity) != (term.category, term.severity):
            yield (
                f"{term.id!r} is {other.category} of severity {other.severity} in {other.source};"
                " one name can have only one meaning"
            )
        for spelling in term.spellings:
            key = (term.language, spelling.replace(" ", ""))
            other = self.spelled.setdefault(key, term)
            if other.id != term.id:
                yield f"{spelling!r} is already listed as {other.id!r} ({other.source})"


def _is_misnamed(term: Term) -> bool:
    """Whether name and spellings, all in Latin letters, have not even two letters in common."""
    name = normalise(term.id).text.translate(_NO_LETTERS)
    pairs = {name[index : index + 2] for index in range(len(name) - 1)}
    return bool(pairs) and all(
        spelling.isascii()
        and spelling.isalpha()
        and spelling[0] != name[0]
        and not any(pair in spelling for pair in pairs)
        for spelling in (spelling.translate(_NO_LETTERS) for spelling in term.spellings)
    )


_NO_LETTERS = str.maketrans("", "", " _-'.")


class _Lines:
    """Finds the line of an entry in its file; entries are asked for in the order of the file."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._numbers: dict[str, list[int]] = {}
        for number, line in enumerate(text.split("\n"), 1):
            for quoted in _QUOTED.findall(line):
                self._numbers.setdefault(quoted[1:-1], []).append(number)
        self._last = 1

    def where(self, entry: str) -> str:
        """File and line; an entry written with escapes has the line of the one before."""
        if numbers := self._numbers.get(entry):
            index = bisect_left(numbers, self._last)
            self._last = numbers[index % len(numbers)]
        return f"{self._path}:{self._last}"


def _keys() -> str:
    return "; ".join(", ".join(k.__struct_encode_fields__) for k in (_File, Group, _AllowGroup))
