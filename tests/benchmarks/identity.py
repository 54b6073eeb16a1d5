"""Bias of identity terms on the madlibs: short templated sentences, half of them abusive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from moderator import Moderator
from moderator.evaluation.judged import judge_texts
from moderator.evaluation.measures import roc_auc

TERMS = (
    "lesbian", "gay", "bisexual", "transgender", "trans", "queer", "lgbt", "lgbtq", "homosexual",
    "straight", "heterosexual", "male", "female", "nonbinary", "african", "african american",
    "black", "white", "european", "hispanic", "latino", "latina", "latinx", "mexican", "canadian",
    "american", "asian", "indian", "middle eastern", "chinese", "japanese", "christian", "muslim",
    "jewish", "buddhist", "catholic", "protestant", "sikh", "taoist", "old", "older", "young",
    "younger", "teenage", "millenial", "middle aged", "elderly", "blind", "deaf", "paralyzed",
)  # fmt: skip
"""The identity terms of the madlibs, as their authors list them."""
_FEWEST = 50
"""Sentences of a term below which it has no figure of its own."""


def identity_figures(
    moderator: Moderator, texts: Sequence[str], abusive: Sequence[bool]
) -> dict[str, Any]:
    """AUC of `toxicity` and share of quiet sentences held: of all, and of the worst terms."""
    truth = np.array(abusive)
    judged = judge_texts(moderator.moderate, texts)
    scores = judged.scores["toxicity"]
    padded = [f" {text.lower()} " for text in texts]
    terms = {}
    for term in TERMS:
        named = np.array([f" {term} " in text for text in padded])
        if named.sum() > _FEWEST:
            held = float(judged.held[named & ~truth].mean())
            terms[term] = (roc_auc(truth[named], scores[named]), held)
    by_auc = sorted(terms, key=lambda term: terms[term][0])
    by_alarms = sorted(terms, key=lambda term: -terms[term][1])
    return {
        "auc": round(roc_auc(truth, scores), 5),
        "worst_auc": {term: round(terms[term][0], 4) for term in by_auc[:5]},
        "false_alarms": round(float(judged.held[~truth].mean()), 4),
        "worst_false_alarms": {term: round(terms[term][1], 4) for term in by_alarms[:5]},
    }
