"""Fits the map from our scores to Perspective's, and measures it on held-out texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from moderator.api.perspective.attributes import ATTRIBUTES
from moderator.api.perspective.log import LogRow
from moderator.api.perspective.scores import Knots, attribute_score
from moderator.evaluation.equating import Agreement, agreement, equate, rank_correlation
from moderator.evaluation.measures import Values
from moderator.records import Verdict

LEAST_ROWS = 200
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)


class Fit(NamedTuple):
    """One attribute: its map, fitted on all rows; and the agreement at each threshold without and
    with a map, measured on one half of the rows with a map fitted on the other."""

    attribute: str
    rows: int
    correlation: float
    knots: Knots
    before: list[Agreement]
    after: list[Agreement]

    def ours_at(self, theirs: float) -> float:
        """The threshold on our scale that is equivalent to one on theirs."""
        return float(np.interp(theirs, *_rising(self.knots)))


def fit(rows: Sequence[LogRow], verdicts: Sequence[Verdict]) -> list[Fit]:
    """A fit of each attribute with at least 200 rows that both sides have scored."""
    fits = []
    for attribute in sorted({name for row in rows for name in row.scores}):
        labels = ATTRIBUTES[attribute]
        pairs = [
            (score, row.scores[attribute])
            for row, verdict in zip(rows, verdicts, strict=True)
            if attribute in row.scores
            and (score := attribute_score(attribute, labels, verdict, None)) is not None
        ]
        if len(pairs) >= LEAST_ROWS:
            fits.append(_fit(attribute, *np.array(pairs, dtype=np.float64).T))
    return fits


def _fit(attribute: str, ours: Values, theirs: Values) -> Fit:
    half = np.arange(len(ours)) % 2 == 0
    mapped = np.interp(ours[~half], *equate(ours[half], theirs[half]))
    x, y = equate(ours, theirs)
    return Fit(
        attribute,
        len(ours),
        rank_correlation(ours, theirs),
        Knots(x.tolist(), y.tolist()),
        [agreement(ours[~half], theirs[~half], threshold) for threshold in THRESHOLDS],
        [agreement(mapped, theirs[~half], threshold) for threshold in THRESHOLDS],
    )


def _rising(knots: Knots) -> tuple[Values, Values]:
    """Their scores and ours; if several of theirs are equal, with the lowest of ours."""
    theirs, first = np.unique(knots.theirs, return_index=True)
    return theirs, np.array(knots.ours)[first]
