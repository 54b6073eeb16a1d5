"""Everyday talk that is easily mistaken for abuse, and plain abuse beside it, by kind.

    python -m tests.benchmarks.talk [--json FILE]

Our own sentences (`tests/cases/talk.jsonl`), none of which the model was trained on; judged as the
shipped settings judge.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

from moderator import Action, Moderator

CASES = Path(__file__).parents[1] / "cases" / "talk.jsonl"
Tally = dict[tuple[bool, str], list[bool]]


def tally(moderator: Moderator) -> Tally:
    """By abuse or not and kind: whether each sentence is held."""
    cases = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    verdicts = moderator.moderate([case["text"] for case in cases])
    found: Tally = defaultdict(list)
    for case, verdict in zip(cases, verdicts, strict=True):
        found[case["abuse"], case["kind"]].append(verdict.action is not Action.ALLOW)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    with Moderator.default() as moderator:
        found = tally(moderator)
    print("kind                sentences   held")
    figures = {}
    for abuse, side in ((False, "quiet"), (True, "abuse")):
        kinds = {kind: held for (is_abuse, kind), held in found.items() if is_abuse is abuse}
        kinds["all"] = [held for kind in kinds.values() for held in kind]
        for kind, held in kinds.items():
            figures[f"{side} {kind}"] = {"sentences": len(held), "held": sum(held)}
            print(f"{side} {kind:12} {len(held):10} {sum(held):6}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
