"""Terms that no lexicon has are found, in rules and in what communities allow."""
# ruff: noqa: E501 (a case a line reads best)

from moderator.lexicon import Lexicon, load_lexicon
from moderator.lexicon.entries.reader import Group, added
from moderator.policy.checking.terms import names_terms, unknown_terms
from moderator.policy.files import read_policies
from tests.unit.policy.files import bundle

MADE = """
default = "p"
[policies.p]
rules = [
  {name = "known", action = "block", when = {match = {term = ["flimflam", "noob"]}}},
  {name = "misspelt", action = "block", when = {any = [{match = {term = "flimflamm"}}, {not = {match = {term = "Q"}}}]}},
]
[communities.games.lexicon]
add = ["noob"]
allow = ["flimflam", "FLIMFLAM", "flimflams", "noob", "flam"]
"""


def own_lexicon() -> Lexicon:
    return added([Group(["flimflam"], "insult", 3, "noun", "word")], "here")[0]


def test_terms_that_nobody_has_are_named_with_the_one_that_may_be_meant() -> None:
    policies = read_policies(bundle(MADE))
    assert names_terms(policies)
    assert [(one.kind, one.where, one.message) for one in unknown_terms(policies, own_lexicon())] == [
        ("unknown_term", "policies.p.rules.misspelt", "no term is named `Q`: see `moderator lexicon show`"),
        ("unknown_term", "policies.p.rules.misspelt", "no term is named `flimflamm`: did you mean `flimflam`?"),
        ("unknown_term", "communities.games.lexicon.allow", "`flam` is not found in the first place"),
    ]  # fmt: skip


def test_a_file_that_names_no_terms_needs_no_lexicon() -> None:
    made = "default = 'p'\n[policies.p]\n[communities.games.lexicon]\nadd = ['noob']"
    assert not names_terms(read_policies(bundle(made)))


def test_the_terms_of_the_documents_example_exist() -> None:
    made = "default = 'p'\n[policies.p]\n[communities.games.lexicon]\nallow = ['shit']"
    assert list(unknown_terms(read_policies(bundle(made)), load_lexicon())) == []
