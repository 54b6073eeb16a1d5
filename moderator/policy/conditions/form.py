"""The form of a rule's condition in the policy file.

    when = { all = [
        { links = { at_least = 1 } },
        { any = [{ account_age_days = { below = 7 } }, { prior_holds = { at_least = 3 } }] },
        { not = { author_role = ["editor", "staff"] } },
    ] }

A table with several keys holds if each of them does.
"""

from __future__ import annotations

import msgspec

Names = str | tuple[str, ...]
"""One name, or several: any of them will do."""


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Bounds of a number; every one that is given holds."""

    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None


class MatchCondition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Terms of the lexicon in the text that have all given properties; `count` of them, or at least
    one."""

    term: Names | None = None
    category: Names | None = None
    severity: Range | None = None
    evasive: bool | None = None
    quoted: bool | None = None
    count: Range | None = None


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a rule looks at; every key that is given holds.

    A number that is not known, such as the age of the account of a comment without `context`, or a
    score that no scorer gave, lies in no range. `length` counts characters of the text, `links`
    and `mentions` those in it. `language` is an ISO 639-1 code, or `und` if it is not certain.
    `list` names lists of the file; the text holds an entry of any of them.
    """

    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    not_: Condition | None = msgspec.field(name="not", default=None)
    scores: dict[str, Range] | None = None
    match: MatchCondition | None = None
    language: Names | None = None
    unjudged: bool | None = None
    length: Range | None = None
    links: Range | None = None
    mentions: Range | None = None
    list: Names | None = None
    community: Names | None = None
    author_role: Names | None = None
    account_age_days: Range | None = None
    prior_holds: Range | None = None


OF_THE_TEXT = ("length", "links", "mentions", "list")
OF_THE_SCORES = ("scores", "match", "language", "unjudged")
OF_THE_COMMENT = ("community", "author_role", "account_age_days", "prior_holds")
"""The keys by what they look at: the text, what the scorers found in it, author and context."""
NUMBERS = ("account_age_days", "prior_holds", "length", "links", "mentions")
"""The keys of a range, those that cost least to test first."""


def names(given: Names) -> tuple[str, ...]:
    """The names of one key, however many."""
    return (given,) if isinstance(given, str) else given


def parts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions directly inside `all`, `any` and `not`."""
    inner = (*(condition.all or ()), *(condition.any or ()))
    return inner if condition.not_ is None else (*inner, condition.not_)


def looks_at(condition: Condition, keys: tuple[str, ...]) -> bool:
    """Whether the condition, or one inside it, has one of the keys."""
    return any(getattr(condition, key) is not None for key in keys) or any(
        looks_at(part, keys) for part in parts(condition)
    )


def split(condition: Condition) -> tuple[Condition, Condition]:
    """Two conditions that hold together exactly when this one does: the first looks only at the
    text and its scores, and is the same for all copies of a text."""
    of_text = {key: getattr(condition, key) for key in (*OF_THE_TEXT, *OF_THE_SCORES)}
    of_comment = {key: getattr(condition, key) for key in OF_THE_COMMENT}
    for key in ("any", "not_"):
        inner = Condition(**{key: getattr(condition, key)})
        (of_comment if looks_at(inner, OF_THE_COMMENT) else of_text)[key] = getattr(inner, key)
    if condition.all is not None:
        halves = [split(part) for part in condition.all]
        of_text["all"] = tuple(half for half, _ in halves if half != Condition()) or None
        of_comment["all"] = tuple(half for _, half in halves if half != Condition()) or None
    return Condition(**of_text), Condition(**of_comment)


def names_of(condition: Condition, key: str) -> set[str]:
    """All names that `key` (`list`, `community`, …) is given, here and inside."""
    given = getattr(condition, key)
    listed = set(names(given)) if given is not None else set()
    return listed.union(*(names_of(part, key) for part in parts(condition)))
