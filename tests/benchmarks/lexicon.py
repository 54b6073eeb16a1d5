"""The lexicon compared with better_profanity and alt-profanity-check, in one run.

    python -m tests.benchmarks.lexicon --wordlists DIR [--comments FILE] [--quick] [--json FILE]

DIR holds `rustrict_test_positive_half.txt` (disguised profanity) and
`rustrict_false_positives_half.txt` (innocent strings), one a line. FILE is a CSV with the columns
`comment_text`, `toxic` and `obscene`; without it only the word lists are judged. Speed is measured
on plain comments of 230 characters cut from the seed file; times are the best of many short
rounds in which every way has its turn, so that what else the machine does hits all alike. The
hostile texts are in `tests.benchmarks.hostile`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from moderator.lexicon import Matcher, load_lexicon
from moderator.package import shipped
from moderator.quoting.document import Document
from moderator.scorers.lexicon import LexiconScorer
from tests.benchmarks.disguises import (
    NOT_SEEN_THROUGH,
    blamed_by_way,
    found_by_way,
    found_without_entry,
    words_of,
)
from tests.benchmarks.hostile import texts as hostile_texts

LENGTH = 230  # characters of a plain comment
Flags = Callable[[Sequence[str]], list[bool]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wordlists", type=Path, required=True, metavar="DIR")
    parser.add_argument("--comments", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="fewer texts and rounds")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    scorer = LexiconScorer(load_lexicon())
    ways = {"ours": ours(scorer), **peers()}
    figures: dict[str, Any] = {"lists": lists(ways, given.wordlists, given.quick)}
    figures["disguises"] = disguises(given.wordlists)
    if given.comments:
        figures["comments"] = judged(scorer, ways, given.comments, given.quick)
    figures["speed"] = speed(scorer, ways, rounds=3 if given.quick else 10)
    best = figures["speed"]
    figures["ratios"] = {
        f"vs_{name}": best["ours"] / rate
        for name, rate in best.items()
        if name in ways and name != "ours"
    }
    figures["ratios"]["worst_hostile_vs_plain"] = best["worst_hostile_per_byte_vs_plain"]
    print(json.dumps(figures["ratios"], indent=2))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


def ours(scorer: LexiconScorer) -> Flags:
    def flags(texts: Sequence[str]) -> list[bool]:
        return [bool(r.matches) for r in scorer.score([Document.of(text) for text in texts])]

    return flags


def peers() -> dict[str, Flags]:
    """better_profanity and alt-profanity-check, as their documentation uses them."""
    from better_profanity import profanity
    from profanity_check import predict

    profanity.load_censor_words()
    return {
        "better_profanity": lambda texts: [profanity.contains_profanity(t) for t in texts],
        "alt_profanity_check": lambda texts: [bool(flag) for flag in predict(list(texts))],
    }


def lists(ways: dict[str, Flags], folder: Path, quick: bool) -> dict[str, dict[str, float]]:
    """Share of the disguised strings found, and of the innocent ones blamed."""
    disguised = _lines(folder / "rustrict_test_positive_half.txt")
    innocent = _lines(folder / "rustrict_false_positives_half.txt")
    print(f"\n{len(disguised)} disguised, {len(innocent)} innocent strings")
    found = {}
    for name, flags in ways.items():
        some = 10 if quick and name != "ours" else 1
        found[name] = {
            "disguised_found": _share(flags(disguised[::some])),
            "innocent_blamed": _share(flags(innocent[::some])),
        }
        print("  {:20} found {disguised_found:7.2%}  blamed {innocent_blamed:7.2%}".format(
            name, **found[name]))  # fmt: skip
    return found


def disguises(folder: Path) -> dict[str, Any]:
    """Shares of all terms found and innocent words blamed, by way of disguise."""
    lexicon = load_lexicon()
    matcher = Matcher(lexicon)
    innocent = _lines(folder / "rustrict_false_positives_half.txt")
    found, blamed = found_by_way(matcher), blamed_by_way(matcher, innocent[::4])
    print(f"\n{len(words_of(lexicon))} terms, disguised in {len(found)} further ways")
    for way, share in found.items():
        left = NOT_SEEN_THROUGH.get(way, "")
        print(f"  {way:20} found {share:7.2%}  blamed {blamed[way]:7.2%}  {left}".rstrip())
    mean = sum(found.values()) / len(found)
    print(f"  {'mean':20} found {mean:7.2%}")
    without = found_without_entry(lexicon)
    print(f"  respellings found without their entry: {without:.2%}")
    return {"found": found, "found_mean": mean, "blamed": blamed, "without_entry": without}


def judged(
    scorer: LexiconScorer, ways: dict[str, Flags], file: Path, quick: bool
) -> dict[str, Any]:
    """Precision and recall of any match against `toxic` or `obscene`, and the false alarms."""
    rows = list(_rows(file))[: 1000 if quick else None]
    texts = [text for text, _ in rows]
    labels = [label for _, label in rows]
    results = scorer.score([Document.of(text) for text in texts])
    said = {
        f"ours, severity {least} and up": [
            any(match.severity >= least for match in result.matches) for result in results
        ]
        for least in (1, 2, 3)
    }
    some = slice(500 if quick else 1000)
    said |= {name: flags(texts[some]) for name, flags in ways.items() if name != "ours"}
    print(f"\n{len(texts)} comments, {sum(labels)} of them toxic or obscene (peers: the first"
          f" {some.stop})")  # fmt: skip
    figures: dict[str, Any] = {}
    for name, flags in said.items():
        hits = sum(flag and label for flag, label in zip(flags, labels, strict=False))
        figures[name] = {
            "precision": hits / max(1, sum(flags)),
            "recall": hits / max(1, sum(labels[: len(flags)])),
        }
        print("  {:28} precision {precision:6.1%}  recall {recall:6.1%}".format(
            name, **figures[name]))  # fmt: skip
    alarms = Counter(
        f"{match.term} ({match.category}, {match.severity}{', disguised' * match.evasive})"
        for result, label in zip(results, labels, strict=True)
        if not label
        for match in {m.term: m for m in result.matches}.values()
    )
    print("  commonest in comments not so labelled:")
    for term, count in alarms.most_common(10):
        print(f"    {count:4} {term}")
    figures["commonest_false_alarms"] = dict(alarms.most_common(10))
    return figures


def speed(scorer: LexiconScorer, ways: dict[str, Flags], rounds: int) -> dict[str, Any]:
    """Plain comments a second on one core, and the worst of the hostile texts beside them."""
    text = " ".join(_lines(next(iter(sorted(shipped("seeds").glob("*.txt"))))))
    plain = [text[at : at + LENGTH] for at in range(0, len(text) - LENGTH, LENGTH)]
    plain = [comment for comment in plain if comment.isascii()]
    times = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, flags in ways.items():
            some = plain if name == "ours" else plain[:6]
            for _ in range(20 if name == "ours" else 1):
                times[name] = min(times[name], _seconds(flags, some) / len(some))
    per_byte = times["ours"] / LENGTH
    print(f"\n{len(plain)} plain comments of {LENGTH} characters, each")
    figures: dict[str, Any] = {}
    for name, taken in times.items():
        figures[name] = 1 / taken
        print(f"  {name:20} {1 / taken:12,.0f} a second")
    worst = {}
    for name, hostile in hostile_texts().items():
        size = len(hostile.encode(errors="surrogatepass"))
        taken = min(_seconds(ways["ours"], [hostile]) for _ in range(3))
        worst[name] = taken / size / per_byte
    name = max(worst, key=lambda key: worst[key])
    print(f"  worst of {len(worst)} hostile texts: {name}, {worst[name]:.0f} times plain a byte")
    figures["worst_hostile"] = name
    figures["worst_hostile_per_byte_vs_plain"] = worst[name]
    figures["hostile"] = worst
    return figures


def _seconds(flags: Flags, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    flags(texts)
    return time.perf_counter() - start


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags)


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _rows(file: Path) -> Iterator[tuple[str, bool]]:
    data = file.read_bytes()
    data = gzip.decompress(data) if file.suffix == ".gz" else data
    for row in csv.DictReader(io.StringIO(data.decode())):
        yield row["comment_text"], "1" in (row["toxic"], row["obscene"])


if __name__ == "__main__":
    main()
