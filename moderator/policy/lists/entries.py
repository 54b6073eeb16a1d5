"""A list as data: its kind, its entries, and the form in which they are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from moderator.policy.lists.globs import MIN_PIECE, STAR, Glob, is_long
from moderator.policy.lists.hosts import browser_form
from moderator.text.normalise import normalise

MAX_ENTRIES = 200_000
MAX_ENTRY = 1_000
"""Entries of all lists of a file together, and characters of one."""

Kind = Literal["exact", "domain", "pattern"]


class EntryError(ValueError):
    """An entry cannot mean what it says; the message says why, and what to write."""


class WordList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`exact`: the whole text; `domain`: a host named in it, or one below; `pattern`: a phrase in
    it, `*` standing for anything within a line. Entries stand here, or one a line in `file`.
    `description` is for people."""

    kind: Kind
    entries: tuple[str, ...] = ()
    file: str | None = None
    description: str = ""


def text_form(text: str) -> str:
    """The text as exact entries and patterns are compared: canonical, single spaces in a line."""
    lines = normalise(text).text.splitlines()
    if len(lines) == 1:
        return " ".join(lines[0].split())
    return "\n".join(joined for line in lines if (joined := " ".join(line.split())))


def entry_forms(kind: Kind, entry: str) -> tuple[str, ...]:
    """The forms of an entry in which it is looked for. Raises EntryError."""
    if len(entry) > MAX_ENTRY:
        raise EntryError(f"an entry has {len(entry)} characters: at most {MAX_ENTRY}")
    if kind == "domain":
        return tuple(_domain_forms(entry))
    form = text_form(entry)
    if not form:
        raise EntryError(f"{entry!r}: nothing of it can be seen: leave it out")
    if kind == "pattern":
        _check_pattern(entry, form)
    return (form,)


def _check_pattern(entry: str, form: str) -> None:
    if "\n" in form:
        raise EntryError(f"{entry!r}: a pattern lies within a line: make it several")
    if not any(map(is_long, Glob.of(form).pieces)):
        raise EntryError(
            f"{entry!r}: would match almost everywhere: write at least {MIN_PIECE} letters "
            f"in a row beside {STAR}"
        )


def _domain_forms(entry: str) -> Iterator[str]:
    host = browser_form(entry.strip()).removeprefix("*.").strip(".")
    if "." not in host or any(char in host for char in "/:@*? \t"):
        raise EntryError(f"{entry!r}: write a domain alone, such as example.com")
    yield host
    if host.isascii() and "xn--" not in host:
        return
    try:
        yield host.encode("idna").decode("ascii")
        yield host.encode("ascii").decode("idna")
    except UnicodeError:
        return
