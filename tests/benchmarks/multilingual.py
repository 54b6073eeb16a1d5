"""Every figure of the card of the model for other languages, in one run.

    python -m tests.benchmarks.multilingual DATA [--no-speed] [--most N] [--json FILE] [--card]

DATA holds `multilingual/`. Texts are judged by `Moderator` with default settings, as a user's are:
"held" is review or block at the standard policy. Nothing is chosen here: it only reports.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from moderator import Moderator
from moderator.evaluation.judged import judge_texts
from moderator.evaluation.measures import roc_auc
from moderator.scorers.compact.scorer import CARD
from moderator.scorers.languages import MULTILINGUAL
from moderator.training.corpus.examples import HEADS, Examples
from moderator.training.corpus.sentences import sentences
from moderator.training.multilingual.corpus import (
    LABELLED,
    draw,
    kept,
    labelled,
    news,
    own_languages,
)
from moderator.training.multilingual.study import unaccented
from moderator.training.release.card import with_languages, write_card
from tests.benchmarks.multilingual_card import figures
from tests.benchmarks.multilingual_speed import speed
from tests.benchmarks.reporting import report

_TOXICITY, _ATTACK = HEADS.index("toxicity"), HEADS.index("attack")
Flags = npt.NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--most", type=int, default=1_500, help="texts drawn of each labelled set")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--card", action="store_true", help="put them into the model's card")
    options = parser.parse_args()
    with Moderator.default() as moderator:
        found: dict[str, Any] = {
            "labelled": by_label(moderator, options.data, options.most),
            "news": quiet_news(moderator, options.data),
            "own": own(moderator),
            "unaccented": accents_left_out(moderator),
        }
    if not options.no_speed:
        found["speed"] = speed(options.data)
    table = figures(found)
    report(found, table, options.json)
    if options.card:
        card = (MULTILINGUAL / CARD).read_text("utf-8")
        write_card(with_languages(card, table), MULTILINGUAL)


def by_label(moderator: Moderator, data: Path, most: int) -> dict[str, dict[str, float]]:
    """By language with labels: AUC of `toxicity` on its validation part, and what is held."""
    found = {}
    for language in LABELLED:
        examples = draw(labelled(data, language, "valid"), most, np.random.default_rng(0))
        judged = judge_texts(moderator.moderate, examples.texts)
        abusive = examples.targets[:, _TOXICITY] >= 0.5
        found[language] = {
            "texts": len(abusive),
            "auc": roc_auc(abusive, judged.scores["toxicity"]),
            "recall": float(judged.held[abusive].mean()),
            "quiet_held": float(judged.held[~abusive].mean()),
        }
    return found


def quiet_news(moderator: Moderator, data: Path) -> dict[str, dict[str, float]]:
    """By language: news sentences that no training saw, and the share of them held."""
    found = {}
    for each in news(data, "valid"):
        judged = judge_texts(moderator.moderate, each.texts)
        language = each.sources[0].rpartition("_")[2]
        found[language] = {"texts": len(judged.held), "held": float(judged.held.mean())}
    return found


def own(moderator: Moderator) -> dict[str, dict[str, float]]:
    """By language: the tenth of our own sentences that is never learnt from."""
    found = {}
    for language in own_languages():
        examples = kept(sentences(language), measuring=True)
        held = judge_texts(moderator.moderate, examples.texts).held
        to_hold = _to_hold(examples)
        found[language] = {
            "to_hold": int(to_hold.sum()),
            "quiet": int((~to_hold).sum()),
            "recall": float(held[to_hold].mean()),
            "quiet_held": float(held[~to_hold].mean()),
        }
    return found


def accents_left_out(moderator: Moderator) -> dict[str, float]:
    """Of our own sentences to be held that have accents: the share held with and without them."""
    texts = []
    for language in own_languages():
        examples = kept(sentences(language), measuring=True)
        chosen = examples.take(np.flatnonzero(_to_hold(examples)))
        texts += [text for text in chosen.texts if unaccented(text) != text]
    before = judge_texts(moderator.moderate, texts).held
    after = judge_texts(moderator.moderate, [unaccented(text) for text in texts]).held
    return {"texts": len(texts), "with": float(before.mean()), "without": float(after.mean())}


def _to_hold(examples: Examples) -> Flags:
    flags: Flags = examples.targets[:, _ATTACK] > 0.5
    return flags


if __name__ == "__main__":
    main()
