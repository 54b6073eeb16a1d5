"""Policies decide by thresholds, and refuse files that cannot mean what they say."""

from pathlib import Path
from typing import Literal

import pytest

from moderator.errors import PolicyError
from moderator.package import shipped
from moderator.policy import Policies, Policy
from moderator.records import Action, Match, Scored

POLICY = Policy(
    review={"toxicity": 0.5, "profanity": 0.6},
    block={"toxicity": 0.9},
    on_scorer_failure=Action.REVIEW,
)


@pytest.mark.parametrize(
    ("scores", "action", "rules"),
    [
        ({"toxicity": 0.49}, Action.ALLOW, []),
        ({"toxicity": 0.5}, Action.REVIEW, ["review.toxicity"]),
        ({"toxicity": 0.9}, Action.BLOCK, ["block.toxicity"]),
        (
            {"toxicity": 0.6, "profanity": 0.95},
            Action.REVIEW,
            ["review.profanity", "review.toxicity"],
        ),
        ({"threat": 1.0}, Action.ALLOW, []),
        ({}, Action.ALLOW, []),
    ],
)
def test_thresholds_decide(scores: dict[str, float], action: Action, rules: list[str]) -> None:
    decision = POLICY.decide(Scored(scores))
    assert decision.action is action
    assert [reason.rule for reason in decision.reasons] == rules


def test_a_reason_gives_score_and_threshold() -> None:
    (reason,) = POLICY.decide(Scored({"toxicity": 0.7})).reasons
    assert (reason.label, reason.score, reason.threshold) == ("toxicity", 0.7, 0.5)


@pytest.mark.parametrize("least", list(Action))
def test_a_failed_scorer_gives_at_least_the_policys_action(least: Action) -> None:
    policy = Policy(review={"profanity": 0.5}, on_scorer_failure=least)
    assert policy.decide(Scored({"profanity": 0.1}, failed=("compact",))).action is least
    for reason in policy.decide(Scored({}, failed=("compact",))).reasons:
        assert (reason.label, reason.score, reason.threshold) == ("compact", 0.0, 0.0)
    with_match = policy.decide(Scored({"profanity": 0.8}, failed=("compact",)))
    assert with_match.action is (Action.BLOCK if least is Action.BLOCK else Action.REVIEW)


@pytest.mark.parametrize(
    ("quoted", "action"), [("ignore", Action.ALLOW), ("charge", Action.REVIEW)]
)
def test_quoted_profanity_weighs_as_the_policy_says(
    quoted: Literal["ignore", "charge"], action: Action
) -> None:
    match = Match(2, 6, "word", "coarse", 3, quoted=True)
    policy = Policy(review={"profanity": 0.5}, quoted=quoted)
    assert policy.decide(Scored({"profanity": 0.0}, (match,))).action is action


def test_quotes_are_charged_by_every_label_if_they_were_scored() -> None:
    scored = Scored({"toxicity": 0.0}, with_quotes={"toxicity": 0.9})
    charging = Policy(review={"toxicity": 0.5}, quoted="charge")
    assert charging.decide(scored).reasons[0].score == 0.9
    assert Policy(review={"toxicity": 0.5}).decide(scored).action is Action.ALLOW


@pytest.mark.parametrize(
    ("default", "communities", "shadows", "charge"),
    [
        ("a", {}, {}, False),
        ("b", {}, {}, True),
        ("a", {"games": "b"}, {}, True),
        ("a", {}, {"a": "b"}, True),
    ],
)
def test_quotes_are_scored_if_a_policy_in_use_charges_them(
    default: str, communities: dict[str, str], shadows: dict[str, str], charge: bool
) -> None:
    policies = {"a": POLICY, "b": Policy(quoted="charge")}
    assert Policies(default, policies, communities, shadows).charge_quotes is charge


def test_a_shadow_is_found_by_the_name_of_the_policy_it_shadows() -> None:
    shadow = Policy(review={"toxicity": 0.1})
    policies = Policies("a", {"a": POLICY, "b": shadow}, {}, {"a": "b"})
    assert policies.shadow_of("a") == ("b", shadow)
    assert policies.shadow_of("b") is None


def test_a_threshold_of_one_is_met_by_certainty_only(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("default = 'a'\n[policies.a.review]\ntoxicity = 1.0")
    policy, _ = Policies.load(file).of(None)
    assert policy.decide(Scored({"toxicity": 0.999})).action is Action.ALLOW
    assert policy.decide(Scored({"toxicity": 1.0})).action is Action.REVIEW


def test_communities_have_their_policies() -> None:
    policies = Policies("a", {"a": POLICY, "b": Policy()}, {"games": "b"})
    assert policies.of(None)[1].name == "a"
    assert policies.of("elsewhere")[1].name == "a"
    assert policies.of("games")[1].name == "b"


def test_the_version_changes_with_a_threshold() -> None:
    def version(threshold: float) -> str:
        policy = Policy(review={"toxicity": threshold})
        return Policies("a", {"a": policy}, {}).of(None)[1].version

    assert version(0.5) == version(0.5)
    assert version(0.5) != version(0.51)


def test_the_shipped_file_is_sound() -> None:
    policies = Policies.load(shipped("config/policy.toml"))
    assert {component.name for component in policies.components} == {
        "standard",
        "relaxed",
        "strict",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("default = 'a'", "policies"),
        ("default = 'b'\n[policies.a]", "default: no policy is named 'b'"),
        ("default = 'a'\n[policies.a]\nreveiw = {}", "reveiw"),
        ("default = 'a'\n[policies.a.review]\ntoxic = 0.5", "review.toxic: unknown label"),
        ("default = 'a'\n[policies.a.review]\ntoxicity = 0.0", "review.toxicity: 0.0 must be in"),
        ("default = 'a'\n[policies.a.review]\ntoxicity = 1.5", "review.toxicity: 1.5 must be in"),
        ("default = 'a'\n[policies.a.review]\ntoxicity = nan", "review.toxicity: nan must be in"),
        (
            "default = 'a'\n[policies.a]\nreview = {threat = 0.5}\nblock = {threat = 0.4}",
            "block.threat: 0.4 must be at least",
        ),
        ("default = 'a'\n[policies.a]\non_scorer_failure = 'panic'", "on_scorer_failure"),
        ("default = 'a'\n[policies.a]\n[communities]\ngames = 'b'", "communities.games: no policy"),
        ("default = ", "not valid TOML"),
    ],
)
def test_bad_files_are_refused_with_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text)
    with pytest.raises(PolicyError) as caught:
        Policies.load(file)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


def test_a_missing_file_is_refused_with_the_setting_to_change(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"set `policy`"):
        Policies.load(tmp_path / "none.toml")


@pytest.mark.parametrize("action", Action)
def test_a_text_judged_in_part_gets_at_least_the_action_of_the_policy(action: Action) -> None:
    policy = Policy(review={"toxicity": 0.5}, on_truncated=action)
    decision = policy.decide(Scored({"toxicity": 0.1}, truncated=True))
    assert decision.action is action
    rules = [reason.rule for reason in decision.reasons]
    assert rules == ([] if action is Action.ALLOW else [f"{action}.truncated"])
    assert policy.decide(Scored({"toxicity": 0.1})).action is Action.ALLOW


@pytest.mark.parametrize("action", Action)
def test_a_text_over_its_budget_says_so_among_the_reasons(action: Action) -> None:
    policy = Policy(review={"toxicity": 0.5}, on_truncated=action)
    decision = policy.decide(Scored({"toxicity": 0.1}, over_budget=True))
    assert decision.action is action
    rules = [reason.rule for reason in decision.reasons]
    assert rules == ([] if action is Action.ALLOW else [f"{action}.truncated_by_budget"])


@pytest.mark.parametrize(("choice", "action"), [("allow", Action.ALLOW), ("review", Action.REVIEW)])
def test_a_language_that_no_model_judges(
    choice: Literal["allow", "review"], action: Action
) -> None:
    policy = Policy(review={"toxicity": 0.5}, on_unknown_language=choice)
    decision = policy.decide(Scored({"profanity": 0.0}, unjudged=True, language="mn"))
    assert decision.action is action
    found = [(reason.rule, reason.label, reason.score) for reason in decision.reasons]
    assert found == ([("review.unknown_language", "mn", 0.0)] if choice == "review" else [])
