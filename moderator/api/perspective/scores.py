"""Scores of attributes from scores of labels, mapped to Perspective's scale if there is a map."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from moderator.errors import SettingsError
from moderator.records import Verdict

Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Knots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A non-decreasing curve: `theirs[i]` is Perspective's score for our `ours[i]`."""

    ours: list[Probability]
    theirs: list[Probability]

    def at(self, score: float) -> float:
        """Perspective's score for one of ours, interpolated linearly between knots."""
        ours, theirs = self.ours, self.theirs
        right = bisect_right(ours, score)
        if right == 0:
            return theirs[0]
        if right == len(ours):
            return theirs[-1]
        left = right - 1
        share = (score - ours[left]) / (ours[right] - ours[left])
        return theirs[left] + share * (theirs[right] - theirs[left])


class ScoreMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A map for each attribute of a file that `moderator calibrate` wrote; `scorer` says for which
    version of the models it was made."""

    scorer: str
    attributes: dict[str, Knots] = {}

    @classmethod
    def load(cls, path: Path) -> ScoreMap:
        """Raises SettingsError naming file and reason."""
        try:
            score_map = msgspec.json.decode(path.read_bytes(), type=cls)
        except OSError as error:
            raise SettingsError(
                f"serve.perspective_map: {path}: cannot be read ({error.strerror})"
            ) from None
        except msgspec.DecodeError as error:
            raise SettingsError(f"serve.perspective_map: {path}: {error}") from None
        for name, knots in score_map.attributes.items():
            rising = all(a < b for a, b in zip(knots.ours, knots.ours[1:], strict=False))
            kept = all(a <= b for a, b in zip(knots.theirs, knots.theirs[1:], strict=False))
            if len(knots.ours) != len(knots.theirs) or not knots.ours or not (rising and kept):
                raise SettingsError(
                    f"serve.perspective_map: {path}: {name}: `ours` must rise, `theirs` must "
                    "not fall, and both must be of equal length: make it again"
                )
        return score_map


def attribute_score(
    name: str, labels: Sequence[str], verdict: Verdict, mapped: ScoreMap | None
) -> float | None:
    """The score of an attribute; None if a model that gives it failed, or does not speak the
    text's language and nothing else answers."""
    known = [verdict.scores[label] for label in labels if label in verdict.scores]
    if not known or (len(known) < len(labels) and not verdict.unjudged):
        return None
    score = max(known)
    knots = mapped.attributes.get(name.partition("@")[0]) if mapped else None
    return knots.at(score) if knots else score
