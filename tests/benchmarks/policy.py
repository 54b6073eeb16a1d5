"""What rules and lists cost a comment: `python -m tests.benchmarks.policy`.

Microseconds to decide on one comment by the shipped policy, alone and with 50 rules and lists of
1,000 entries: for copies of known texts, as a cached stream has them, for copies by many authors
with a context that the rules look at, and for comments that all differ. `--write FILE` writes the
policy with the rules, for `tests.benchmarks.stream`.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from moderator.package import shipped
from moderator.policy.decider import Decider
from moderator.policy.files import read_bundle, read_policies
from moderator.records import Comment, CommentContext, Scored
from tests.benchmarks.stream import texts

ROUNDS = 5
RULES = (
    "{{ scores = {{ toxicity = {{ at_least = 0.{0:02}1 }} }}, links = {{ at_least = 3 }} }}",
    "{{ links = {{ at_least = {0} }}, account_age_days = {{ below = 7 }} }}",
    '{{ match = {{ category = "slur_race", count = {{ at_least = {0} }} }}, language = "de" }}',
    "{{ any = [{{ mentions = {{ at_least = 2{0} }} }}, {{ length = {{ at_least = 9{0:03} }} }}] }}",
    '{{ not = {{ author_role = ["staff", "member"] }}, prior_holds = {{ at_least = {0} }} }}',
)


def with_rules(policy: str) -> str:
    """The policy file with 50 rules and lists of 1,000 entries for its policy `standard`."""
    rules = "".join(
        f'[[policies.standard.rules]]\nname = "rule-{number}"\naction = "review"\n'
        f"when = {RULES[number % len(RULES)].format(number + 1)}\n"
        for number in range(50)
    )
    kinds = {
        "spam-domains": ("domain", "spam{}.example"),
        "spam-phrases": ("pattern", "cheap offer {} * today"),
        "spam-texts": ("exact", "this very text, number {}"),
    }
    lists = "".join(
        f'[lists.{name}]\nkind = "{kind}"\nentries = {[form.format(n) for n in range(334)]}\n'
        for name, (kind, form) in kinds.items()
    )
    used = "".join(f'{name} = "block"\n' for name in kinds)
    return f"{policy}\n[policies.standard.lists]\n{used}{rules}{lists}"


def comments(count: int, distinct: int | None, with_context: bool) -> Iterator[tuple[str, Comment]]:
    for number, text in enumerate(texts(count, distinct)):
        context = (
            CommentContext("member", float(number % 900), number % 2) if with_context else None
        )
        key = f"{number % distinct if distinct else number:032x}"
        yield key, Comment(f"c{number}", text, context=context)


def microseconds(
    policy: Path, distinct: int | None, with_context: bool, count: int = 10_000
) -> float:
    """The median round's CPU time a comment."""
    policies = read_policies(read_bundle(policy))
    given = list(comments(count, distinct, with_context))
    scores = {"toxicity": 0.02, "insult": 0.01, "threat": 0.01, "obscene": 0.01, "profanity": 0.0}
    scored = {key: Scored(scores, language="en", language_probability=0.9) for key, _ in given}
    rounds = []
    for _ in range(ROUNDS):
        decider = Decider(policies)
        if distinct:  # copies of what a worker has seen
            for key, comment in given:
                decider.decide(key, comment.text, comment, scored[key])
        gc.collect()
        start = process_time()
        for key, comment in given:
            decider.decide(key, comment.text, comment, scored[key])
        rounds.append((process_time() - start) / count * 1e6)
    return median(rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="write the policy with 50 rules here, and end")
    given = parser.parse_args()
    plain = shipped("config/policy.toml")
    with_50 = with_rules(plain.read_text("utf-8"))
    if given.write:
        given.write.write_text(with_50, "utf-8")
        return
    with TemporaryDirectory() as folder:
        full = Path(folder) / "policy.toml"
        full.write_text(with_50, "utf-8")
        for what, distinct, context in (
            ("copies of 500 texts", 500, False),
            ("copies of 500 texts by many authors", 500, True),
            ("all different", None, True),
        ):
            alone = microseconds(plain, distinct, context)
            more = microseconds(full, distinct, context)
            print(f"{what}: {alone:.2f} µs, with rules {more:.2f} µs: {more - alone:+.2f} µs")


if __name__ == "__main__":
    main()
