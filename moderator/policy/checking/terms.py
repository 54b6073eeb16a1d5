"""Terms that a policy file names and no lexicon has: misspelt ones, which would never match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from moderator.lexicon import Lexicon, Matcher
from moderator.messages.words import suggestion
from moderator.policy.checking.lint import LintFinding
from moderator.policy.conditions.form import Condition, names, parts
from moderator.policy.policies import Policies
from moderator.text.normalise import normalise


def unknown_terms(policies: Policies, lexicon: Lexicon) -> Iterator[LintFinding]:
    """A finding for each term that neither the lexicon nor a community's `add` has, in a rule's
    `match` or in a community's `allow`."""
    known = {term.id for term in lexicon.terms}.union(
        *(changes.added for changes in policies.lexicons.values())
    )
    for where, terms in _by_rule(policies).items():
        for term in sorted(terms - known):
            hint = suggestion(term, known, "see `moderator lexicon show`")
            yield LintFinding("unknown_term", where, f"no term is named `{term}`: {hint}")
    matcher: Matcher | None = None
    for community, changes in policies.lexicons.items():
        for word in changes.changes.allow:
            if not known.isdisjoint((word, normalise(word).text)):
                continue
            matcher = matcher or Matcher(lexicon)
            if not matcher.find(word):
                where = f"communities.{community}.lexicon.allow"
                yield LintFinding(
                    "unknown_term", where, f"`{word}` is not found in the first place"
                )


def names_terms(policies: Policies) -> bool:
    """Whether a lexicon is needed to check the file."""
    return any(_by_rule(policies).values()) or any(
        changes.changes.allow for changes in policies.lexicons.values()
    )


def _by_rule(policies: Policies) -> Mapping[str, set[str]]:
    return {
        f"policies.{name}.rules.{rule.name}": _terms(rule.when)
        for name, policy in policies.by_name.items()
        for rule in policy.rules
    }


def _terms(condition: Condition) -> set[str]:
    match = condition.match
    given = set(names(match.term)) if match is not None and match.term is not None else set()
    return given.union(*map(_terms, parts(condition)))
