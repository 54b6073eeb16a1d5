"""A search for slow texts: fragments are mutated and recombined towards more time for each byte.

    python -m tests.fuzz.slow --seconds 60 [--keep]

A text is a few fragments, repeated with running numbers up to SIZE bytes. The slowest ones survive
and breed; at the end the worst is printed beside natural text. Exits 1 if it costs more than
LIMIT times natural text of its size, or more than the budget of one text allows. With `--keep` it
is added to `tests/cases/slow.jsonl`, which the unit tests go through.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from moderator.lexicon import load_lexicon
from moderator.package import shipped
from moderator.quoting.document import Document
from moderator.scorers.budget import TextBudget
from moderator.scorers.compact import CompactScorer
from moderator.scorers.lexicon import LexiconScorer

SIZE = 16_384  # bytes
LIMIT = 3.0
CASES = Path(__file__).parents[1] / "cases" / "slow.jsonl"
_POPULATION = 12
_SEEDS = (
    "[b]f[/b][i]u[/i]", "f.u-c_k*s/h|i\t", "uuuuuuuu", "a. ", "<b>f</b>", "f4$h!1@0", "> ", "\n",
    "f u c k ", "b**ch ", '"', 'he said "', "[quote]", "[/quote]", "call me a ", "On x wrote:\n",
    "\u0301", "хуй ", "ｆｕ", "😂", "\U0001f1fa", "ass", "the word ", "|_|", "/\\", "1!|", "'", "-",
    "\x00", "\u200b", "#", "@", "fuck", "nig", "shit's ", "I ", "İ", "ß", "ﷺ", "&#117;", "(", ")))",
)  # fmt: skip


def text_of(fragments: list[str], size: int = SIZE) -> str:
    """The fragments in a row, a running number after each row, so that no two words are equal."""
    unit = "".join(fragments)
    rows, length = [], 0
    for number in count():
        row = f"{unit}{number}" if len(fragments) % 2 else unit
        rows.append(row)
        length += len(row.encode("utf-8", "replace"))
        if length >= size or not row:
            break
    return "".join(rows).encode("utf-8", "replace")[:size].decode("utf-8", "ignore")


def natural(size: int = SIZE) -> str:
    """Text as people write it, all of it different: the seed file and the cases of strong talk."""
    seed = min(shipped("seeds").glob("*.txt")).read_text(encoding="utf-8")
    talk = (CASES.parent / "talk.jsonl").read_text(encoding="utf-8").splitlines()
    text = " ".join([*(json.loads(line)["text"] for line in talk), seed])
    return text.encode()[:size].decode("utf-8", "ignore")


def judge() -> Callable[[str], float]:
    """Seconds of processor time that quoting, lexicon and model spend on a text."""
    lexicon = LexiconScorer(load_lexicon())
    windows = TextBudget.of(250).encoder_windows
    compact = CompactScorer.load(threads=1, max_windows=windows)

    def seconds(text: str) -> float:
        started = time.process_time()
        document = Document.of(text)
        lexicon.score([document])
        compact.score([document])
        return time.process_time() - started

    # What loads on first use: the encoder, and with text that is not English the identifier.
    for text in (natural(), text_of(["[b]f[/b][i]u[/i]"]), text_of(["uuuuuuuu"])):
        seconds(text)
    return seconds


def mutated(fragments: list[str], other: list[str], chance: random.Random) -> list[str]:
    """A child of two: a fragment added, dropped, exchanged or cut, or halves of both."""
    child = list(fragments)
    at = chance.randrange(len(child)) if child else 0
    match chance.randrange(5):
        case 0:
            child.insert(at, chance.choice(_SEEDS))
        case 1:
            child[at : at + 1] = [] if len(child) > 1 else [chance.choice(_SEEDS)]
        case 2:
            child[at : at + 1] = [chance.choice(_SEEDS)]
        case 3:
            child = child[: at + 1] + other[len(other) // 2 :]
        case _:
            piece = "".join(child)
            cut = chance.randrange(len(piece)) if piece else 0
            child = [piece[:cut] + chr(chance.randrange(33, 0x500)) + piece[cut:]]
    return child[:8]


def search(
    seconds: float, seed: int, cost: Callable[[str], float]
) -> list[tuple[float, list[str]]]:
    """The slowest fragments found in that time, with their seconds, slowest first."""
    chance = random.Random(seed)
    ends = time.monotonic() + seconds
    living = [(cost(text_of([fragment])), [fragment]) for fragment in _SEEDS[:_POPULATION]]
    while time.monotonic() < ends:
        living.sort(key=lambda one: -one[0])
        del living[_POPULATION:]
        fragments = mutated(chance.choice(living)[1], chance.choice(living)[1], chance)
        if any(fragments == known for _, known in living):
            continue
        text = text_of(fragments)
        spent = cost(text)
        if spent > living[-1][0]:
            living.append((min(spent, cost(text)), fragments))  # twice: once may be a hiccup
    return sorted(living, key=lambda one: -one[0])


def _least(cost: Callable[[str], float], texts: list[str]) -> list[float]:
    """The least seconds of each, measured in turns: what else the machine does slows all alike."""
    return list(map(min, zip(*([cost(text) for text in texts] for _ in range(5)), strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.slow", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="add the worst to tests/cases")
    given = parser.parse_args()
    cost = judge()
    slowest = [fragments for _, fragments in search(given.seconds, given.seed, cost)[:3]]
    calm, *again = _least(cost, [natural(), *map(text_of, slowest)])
    found = sorted(zip(again, slowest, strict=True), key=lambda one: -one[0])
    for spent, fragments in found:
        print(f"{spent * 1000:6.0f} ms, {spent / calm:4.1f} times natural text: {fragments!a}")
    worst, fragments = found[0]
    if given.keep:
        with CASES.open("a", encoding="utf-8") as file:
            case = {"fragments": fragments, "times_natural": round(worst / calm, 1)}
            file.write(json.dumps(case) + "\n")
    if worst > LIMIT * calm:
        sys.exit(f"slower than {LIMIT:g} times natural text")


if __name__ == "__main__":
    main()
