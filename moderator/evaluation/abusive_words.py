"""The words that make a text abusive, which someone evading a filter would disguise."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from moderator.records import Verdict

Span = tuple[int, int]
LinearLogits = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""`CompactScorer.linear_logits`."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_HEAVIEST = 2
_MAX_TRIED = 200


def abusive_spans(text: str, verdict: Verdict, linear_logits: LinearLogits) -> list[Span]:
    """Spans (start, end) of `text`: the lexicon's matches, or else the two words that weigh most
    in the linear stage; none if the text has no word of three letters."""
    if verdict.matches:
        return sorted({(match.start, match.end) for match in verdict.matches})
    return heaviest_words(text, linear_logits)


def heaviest_words(text: str, linear_logits: LinearLogits) -> list[Span]:
    """The two words without which the first label's linear logit is lowest, in order.

    For "you filthy little liar" the logits of "filthy little liar", "you little liar", "you filthy
    liar" and "you filthy little" are compared. Only the first 200 words are tried.
    """
    words = [match.span() for match in _WORD.finditer(text)][:_MAX_TRIED]
    if len(words) <= _HEAVIEST:
        return words
    without = linear_logits([text[:start] + " " + text[end:] for start, end in words])[:, 0]
    return sorted(words[index] for index in np.argsort(without, kind="stable")[:_HEAVIEST])
