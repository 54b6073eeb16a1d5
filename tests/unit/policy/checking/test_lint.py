"""A lint finds each of its kinds in a file made for it, and nothing in a sound one."""
# ruff: noqa: E501 (a case a line reads best)

from collections import Counter
from typing import Any

import pytest

from moderator.package import shipped
from moderator.policy.checking.implication import implies, is_impossible
from moderator.policy.checking.lint import LintFinding, lint_policies, never_fired
from moderator.policy.conditions import Condition
from moderator.policy.files import read_bundle, read_policies
from tests.unit.policy.files import bundle, policy_with

MADE = """
default = "p"

[policies.p]
rules = [
  {name = "empty", action = "block", when = {links = {at_least = 3, below = 3}}},
  {name = "twice", action = "block", when = {all = [{length = {below = 5}}, {length = {at_least = 9}}]}},
  {name = "elsewhere", action = "review", when = {community = "games"}},
  {name = "staff", action = "allow", when = {author_role = ["staff", "editor"]}},
  {name = "under", action = "block", when = {author_role = "staff", links = {at_least = 1}}},
  {name = "links", action = "block", when = {links = {at_least = 1}}},
  {name = "many", action = "review", when = {links = {at_least = 5}}},
  {name = "foreign", action = "allow", when = {unjudged = true, community = "games"}},
  {name = "explicit", action = "block", when = {scores = {sexual_explicit = {at_least = 0.9}}}},
]

[policies.q]
rules = [
  {name = "again", action = "review", when = {scores = {insult = {at_least = 0.6}}}},
  {name = "nobody", action = "block", when = {community = "news"}},
]
review = {insult = 0.5}

[policies.nobodys]

[lists.idle]
kind = "exact"
entries = ["x"]

[communities]
games = "q"
"""


def test_it_finds_each_kind_in_a_file_made_for_it() -> None:
    policies, findings = lint_policies(bundle(MADE), ["insult", "toxicity"])
    assert policies is not None
    assert {(one.kind, one.where) for one in findings} == {
        ("unused", "policies.nobodys"),
        ("unused", "lists.idle"),
        ("unreachable", "policies.p.rules.empty"),
        ("unreachable", "policies.p.rules.twice"),
        ("unreachable", "policies.p.rules.under"),
        ("unreachable", "policies.p.rules.foreign"),
        ("no_effect", "policies.p.rules.many"),
        ("unknown_label", "policies.p: sexual_explicit"),
        ("no_effect", "policies.q.rules.again"),
        ("unreachable", "policies.q.rules.nobody"),
    }
    counts = {"p": Counter({"links": 4, "staff": 1})}
    assert {one.where for one in never_fired(policies, counts, 9)} >= {
        "policies.p.rules.many", "policies.p.rules.elsewhere",
    }  # fmt: skip
    assert not {one.where for one in never_fired(policies, counts, 9)} & {"policies.p.rules.links"}


def test_it_names_every_fault_for_which_a_file_is_refused() -> None:
    policies, findings = lint_policies(
        bundle(
            """
            default = "x"
            [policies.p]
            review = {toxicity = 0.5, rudeness = 0.5}
            block = {toxicity = 0.4}
            rules = [{name = "a", action = "hold"}, {name = "b", action = "block", when = {link = {}}}]
            [policies.q]
            reveiw = {}
            [lists.l]
            kind = "domain"
            entries = ["http://x"]
            """
        )
    )
    assert policies is None
    assert all(one.is_error for one in findings)
    assert [one.where for one in findings] == [
        "lists.l",
        "policies.p.rules.a.action",
        "policies.p.rules.b.when",
        "policies.p.review.rudeness",
        "policies.p.block.toxicity",
        "policies.q",
        "default",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`default` is missing"),
        ("default = 'p'\npolcies = {}", "unknown key `polcies` (did you mean `policies`?)"),
        ("default = 'p'\ndefault = 'q'", "not valid TOML: Cannot overwrite a value"),
    ],
)
def test_a_fault_of_the_whole_file_is_found_in_the_file(text: str, message: str) -> None:
    (finding,) = lint_policies(bundle(text))[1]
    assert finding.where == "policy.toml"
    assert finding.message.startswith(message)


def test_it_finds_nothing_in_the_shipped_file_whichever_scorers_are_in_use() -> None:
    file = read_bundle(shipped("config/policy.toml"))
    assert lint_policies(file)[1] == []
    standard = list(read_policies(file).named("standard").review)
    assert lint_policies(file, [label for label in standard if label != "obscene"])[1] == [
        LintFinding(
            "unknown_label", "policies.standard: obscene", "no scorer in use gives this label"
        )
    ]


def test_a_shipped_policy_that_was_changed_is_the_owners() -> None:
    text = read_bundle(shipped("config/policy.toml")).text
    changed = text.replace('quoted = "charge"\n\n', 'quoted = "ignore"\n\n')
    assert changed != text
    (finding,) = lint_policies(bundle(changed))[1]
    assert (finding.kind, finding.where) == ("unused", "policies.strict")


def test_a_policy_that_shadows_itself_and_a_list_without_entries_have_no_effect() -> None:
    made = """
    default = "p"
    [policies.p]
    lists = {spam = "block"}
    [lists.spam]
    kind = "domain"
    [shadows]
    p = "p"
    """
    assert {(one.kind, one.where) for one in lint_policies(bundle(made))[1]} == {
        ("no_effect", "shadows.p"),
        ("no_effect", "lists.spam"),
    }


@pytest.mark.parametrize(
    ("kind", "blocked", "allowed", "message"),
    [
        ("domain", ["a.example"], ["b.example", "shop.A.example", "a.example"], "`shop.A.example` and 1 more: `bad` says block first"),
        ("domain", ["shop.a.example"], ["a.example"], ""),
        ("exact", ["Hi", "ho"], ["hi"], "`hi`: `bad` says block first"),
        ("pattern", ["buy * now"], ["buy * later"], ""),
    ],
)  # fmt: skip
def test_what_a_graver_list_has_too_is_never_allowed(
    kind: str, blocked: list[str], allowed: list[str], message: str
) -> None:
    made = {
        "default": "p",
        "policies": {"p": {"lists": {"good": "allow", "bad": "block"}}},
        "lists": {
            "good": {"kind": kind, "entries": allowed}, "bad": {"kind": kind, "entries": blocked},
        },
    }  # fmt: skip
    findings = lint_policies(bundle(made))[1]
    expected = LintFinding("no_effect", "policies.p.lists.good", message)
    assert findings == ([expected] if message else [])


def test_a_rule_that_allows_below_a_graver_one_has_an_effect_as_it_lifts_the_thresholds() -> None:
    made = """
    default = "p"
    [policies.p]
    block = {toxicity = 0.9}
    rules = [
      {name = "links", action = "review", when = {links = {at_least = 1}}},
      {name = "many", action = "allow", when = {links = {at_least = 2}}},
    ]
    """
    assert lint_policies(bundle(made), ["toxicity"])[1] == []


def condition(when: dict[str, Any]) -> Condition:
    return policy_with({"action": "block", "when": when}).rules[0].when


@pytest.mark.parametrize(
    ("first", "second", "holds"),
    [
        ({"links": {"at_least": 2}}, {"links": {"at_least": 1}}, True),
        ({"links": {"at_least": 1}}, {"links": {"at_least": 2}}, False),
        ({"links": {"below": 2}}, {"links": {"at_most": 2}}, True),
        ({"links": {"at_most": 2}}, {"links": {"below": 2}}, False),
        ({"links": {"at_least": 2}, "mentions": {"at_least": 1}}, {"links": {"at_least": 2}}, True),
        ({"links": {"at_least": 2}}, {"links": {"at_least": 2}, "mentions": {"at_least": 1}}, False),
        ({"community": "a"}, {"community": ["a", "b"]}, True),
        ({"community": ["a", "b"]}, {"community": ["b", "a"]}, True),
        ({"community": ["a", "b"]}, {"community": "a"}, False),
        ({"community": "a"}, {"any": [{"links": {"at_least": 1}}, {"community": "a"}]}, True),
        ({"any": [{"community": "a"}, {"community": "b"}]}, {"community": ["a", "b"]}, True),
        ({"any": [{"community": "a"}, {"links": {"at_least": 1}}]}, {"community": "a"}, False),
        ({"scores": {"threat": {"at_least": 0.5}}}, {"scores": {"threat": {"at_least": 0.4}}}, True),
        ({"scores": {"threat": {"at_least": 0.5}}}, {"scores": {"insult": {"at_least": 0.4}}}, False),
        ({"not": {"community": "a"}}, {"not": {"community": "a"}}, True),
        ({"match": {"category": "insult"}}, {"match": {}}, False),  # not certain: says no
        ({"unjudged": True}, {}, True),
    ],
)  # fmt: skip
def test_one_condition_implies_another(
    first: dict[str, Any], second: dict[str, Any], holds: bool
) -> None:
    assert implies(condition(first), condition(second)) is holds


@pytest.mark.parametrize(
    ("when", "impossible"),
    [
        ({}, False),
        ({"scores": {"threat": {"at_least": 1.5}}}, True),
        ({"scores": {"threat": {"at_least": 0.5, "below": 0.6}}}, False),
        ({"all": [{"community": "a"}, {"community": "b"}]}, True),
        ({"all": [{"community": ["a", "c"]}, {"community": ["b", "c"]}]}, False),
        ({"links": {"below": 0}}, True),
        ({"match": {"severity": {"at_least": 5}}}, True),
        ({"links": {"at_least": 2}, "not": {"links": {"at_least": 1}}}, True),
        ({"links": {"at_least": 1}, "not": {"links": {"at_least": 2}}}, False),
        ({"not": {}}, True),
        ({"any": [{"links": {"below": 0}}, {"not": {}}]}, True),
    ],
)
def test_a_condition_is_impossible(when: dict[str, Any], impossible: bool) -> None:
    assert is_impossible(condition(when)) is impossible
