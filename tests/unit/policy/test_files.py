"""A policy file is read once and whole; what it cannot mean is refused with place and remedy."""
# ruff: noqa: E501 (a case a line reads best)

from pathlib import Path
from typing import Any

import pytest

from moderator.errors import PolicyError
from moderator.policy import Policies
from moderator.policy.files import bundle as bundle_module
from moderator.policy.files import read_bundle, read_policies
from moderator.policy.files.bundle import list_files
from tests.unit.policy.files import bundle


def refusal(policy: dict[str, Any], **others: Any) -> str:
    table = {"default": "p", "policies": {"p": policy}, **others}
    with pytest.raises(PolicyError) as caught:
        read_policies(bundle(table))
    return str(caught.value)


def with_rule(when: Any = None, **keys: Any) -> dict[str, Any]:
    return {"rules": [{"name": "r", "action": "review", "when": when or {}, **keys}]}


NESTED: dict[str, Any] = {}
for _ in range(20):
    NESTED = {"not": NESTED}


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (with_rule({"score": {}}), "policy.toml: policies.p.rules.r.when: unknown key `score` (did you mean `scores`?)"),
        (with_rule({"scores": {"toxicty": {"at_least": 0.1}}}), "policies.p.rules.r.when.scores.toxicty: unknown label (known: toxicity"),
        (with_rule({"scores": {"threat": {"at_least": "x"}}}), "rules.r.when.scores.threat.at_least: must be a number, not text"),
        (with_rule({"all": [{}, {"links": {}}]}), "rules.r.when.all[1].links: give at_least, at_most or below"),
        (with_rule({"links": {"at_least": 1, "more": 2}}), "rules.r.when.links: unknown key `more` (known: at_least, at_most, below)"),
        (with_rule({"links": 1}), "rules.r.when.links: must be a table (at_least, at_most, below), not a whole number"),
        (with_rule({"community": 3}), "rules.r.when.community: must be text or a list, not a whole number"),
        (with_rule({"scores": {}}), "rules.r.when.scores: empty"),
        (with_rule({"match": {"severity": 3}}), "match.severity: must be a table (at_least, at_most, below), not"),
        (with_rule({"scores": {"threat": 0.5}}), "rules.r.when.scores.threat: must be a table (at_least, at_most, below), not a number"),
        (with_rule({"any": []}), "rules.r.when.any: empty"),
        (with_rule({"match": {"category": "rude"}}), "rules.r.when.match.category: unknown category 'rude' (known: blasphemy"),
        (with_rule({"language": "xx"}), "rules.r.when.language: unknown language 'xx'"),
        (with_rule({"list": "spam"}), "rules.r.when.list: unknown list 'spam' (known: none: add a table [lists.spam])"),
        (with_rule({"community": []}), "rules.r.when.community: empty"),
        (with_rule({"not": {"length": {"below": float("nan")}}}), "rules.r.when.not.length: a bound must be a number"),
        (with_rule(NESTED), "nested more than 16 deep"),
        (with_rule({"any": [{}] * 300}), "301 conditions: at most 200"),
        (with_rule(action="hold"), "rules.r.action: 'hold': choose one of allow, review, block"),
        (with_rule(name="Bad name"), "rules.Bad name: 'Bad name': a name has a-z"),
        (with_rule(name="threat"), "'threat' has a meaning of its own"),
        (with_rule(name="truncated"), "'truncated' has a meaning of its own"),
        ({"rules": [{"action": "block"}]}, "policies.p.rules[0]: `name` is missing"),
        ({"rules": [{"name": "a", "action": "block"}]}, "rules.a: `when` is missing"),
        ({"rules": [{"name": "a", "action": "block", "when": {}}] * 2}, "rules.a: another rule or list has this name"),
        ({"review": {"toxicity": 0.2, "threat": "high"}}, "policies.p.review.threat: must be a number, not text"),
        ({"breaker": {}}, "policies.p.breaker: bounds nothing: give max_share or max_blocks"),
        ({"breaker": {"max_share": 30}}, "policies.p.breaker.max_share: must be <= 1.0"),
        ({"on_unknown_language": "block"}, "policies.p.on_unknown_language: 'block': choose one of allow, review"),
        ({"exempt": {"authors": ["anna"]}}, "exempt.authors: 'anna' is not the hash of an author"),
        ({"exempt": {"rolls": ["x"]}}, "policies.p.exempt: unknown key `rolls` (did you mean `roles`?)"),
        ({"lists": {"spam": "block"}}, "policies.p.lists.spam: unknown list 'spam'"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_meant_is_refused(policy: dict[str, Any], said: str) -> None:
    assert said in refusal(policy)


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"lists": {"a": {"kind": "regex"}}}, "lists.a.kind: 'regex': choose one of domain, exact, pattern"),
        ({"lists": {"a": {"kind": "domain", "entries": ["http://x.example"]}}}, "lists.a: 'http://x.example': write a domain alone"),
        ({"lists": {"a": {"kind": "pattern", "entries": ["a*b"]}}}, "lists.a: 'a*b': would match almost everywhere"),
        ({"lists": {"a": {"kind": "exact", "entries": ["\u200b"]}}}, "lists.a: '\\u200b': nothing of it can be seen"),
        ({"lists": {"a": {"kind": "exact", "entries": ["x" * 2000]}}}, "2000 characters: at most 1000"),
        ({"lists": {"a": {"kind": "exact", "file": "a.txt"}}}, "lists.a.file: a.txt is not beside"),
        ({"communities": {"games": {"policy": "q"}}}, "communities.games: no policy is named 'q' (known: p)"),
        ({"communities": {"games": {"lexicon": {"ad": []}}}}, "communities.games.lexicon: unknown key `ad` (did you mean `add`?)"),
        ({"communities": {"games": {"lexicon": {"add": ["a["]}}}}, "communities.games.lexicon.add: 'a[': column 2"),
        ({"communities": {"games": {"lexicon": {"add": [{"entry": "noob", "severity": 9}]}}}}, "severity = 9: choose one of 1, 2, 3, 4"),
        ({"communities": {"games": 3}}, "policy.toml: communities.games: must be text or a table, not a whole number"),
        ({"shadows": 3}, "policy.toml: shadows: must be a table, not a whole number"),
        ({"shadow": {}}, "policy.toml: unknown key `shadow` (did you mean `shadows`?)"),
        ({"shadows": {"x": "p"}}, "shadows.x: no policy is named 'x'"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_meant_is_refused(tables: dict[str, Any], said: str) -> None:
    assert said in refusal({}, **tables)


def test_a_name_of_no_policy_is_refused_wherever_it_is_asked_for() -> None:
    found = read_policies(bundle("default = 'p'\n[policies.p]"))
    with pytest.raises(PolicyError, match=r"no policy is named 'standrad' \(known: p\)"):
        found.named("standrad")
    with pytest.raises(PolicyError, match="'q'"):
        Policies("q", found.by_name, {})


def test_lists_are_read_from_files_beside_the_policy(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("default = 'p'\n[policies.p]\n[lists.spam]\nkind = 'domain'\nfile = 'spam.txt'")
    with pytest.raises(PolicyError, match=r"spam.txt: cannot be read .*named as `file` of a list"):
        read_bundle(path)
    (tmp_path / "spam.txt").write_text("# collected by hand\nbit.ly\n\n  a.example  \n")
    found = read_bundle(path)
    assert read_policies(found).lists["spam"].entries == ("bit.ly", "a.example")
    (tmp_path / "spam.txt").write_text("bit.ly\n")
    assert read_bundle(path).version != found.version
    (tmp_path / "spam.txt").write_bytes(b"caf\xe9.example\n")
    with pytest.raises(PolicyError, match=r"spam.txt: not UTF-8 at byte 3"):
        read_bundle(path)


def test_files_are_read_up_to_their_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("default = 'p'")
    monkeypatch.setattr(bundle_module, "MAX_BYTES", 13)
    assert read_bundle(path).text == "default = 'p'"
    path.write_text("default = 'pq'")
    with pytest.raises(PolicyError, match="over 13 bytes: split it into several lists"):
        read_bundle(path)


@pytest.mark.parametrize("lists", ["lists = 5", "[lists]\na = 5", "[lists.a]\nfile = 5"])
def test_only_names_of_files_are_looked_for(tmp_path: Path, lists: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f"default = 'p'\n{lists}")
    assert list_files(path) == ()
    assert read_bundle(path).files == {}


def test_the_files_of_lists_are_known_before_they_are_there(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    assert list_files(path) == ()
    path.write_text("[lists.a]\nfile = 'a.txt'\n[lists.b]\nentries = []")
    assert list_files(path) == (tmp_path / "a.txt",)


def test_too_many_rules_are_refused() -> None:
    rules = [{"name": f"r{n}", "action": "allow", "when": {}} for n in range(501)]
    assert "501 rules: at most 500" in refusal({"rules": rules})


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(PolicyError, match="not valid TOML: Exceeds the limit"):
        read_policies(bundle(f"default = {'9' * 5_000}"))


def test_a_deeply_nested_file_is_refused() -> None:
    with pytest.raises(PolicyError, match="nested too deeply"):
        read_policies(bundle("a = " + "[" * 5_000 + "]" * 5_000))
