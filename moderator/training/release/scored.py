"""What both stages say of labelled texts, window by window, and how well that ranks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moderator.evaluation.measures import roc_auc
from moderator.scorers.compact.settings import CascadeSettings
from moderator.scorers.compact.two_stage import blend
from moderator.scorers.compact.windows import worst
from moderator.training.corpus.examples import LABELS

Logits = npt.NDArray[np.floating]
_TOXICITY = LABELS.index("toxicity")


@dataclass(frozen=True)
class WindowLogits:
    """Both stages' logits of every window, and whether it holds a trigger word.

    `starts[i]` is text i's first window; `truth` is texts x labels, or texts x 1: held or not.
    """

    linear: Logits
    heads: Logits
    triggered: npt.NDArray[np.bool_]
    starts: npt.NDArray[np.int64]
    truth: npt.NDArray[np.bool_]

    def worst(self, logits: Logits) -> npt.NDArray[np.float64]:
        """Texts x labels (or one label's texts)."""
        return worst(logits, self.starts).astype(np.float64)


@dataclass(frozen=True)
class LabelledLogits:
    """Jigsaw's validation part, and the domains by name; a domain without both classes is quiet."""

    jigsaw: WindowLogits
    domains: Mapping[str, WindowLogits]

    def domain_auc(self, settings: CascadeSettings) -> float:
        """Mean over the domains of the AUC of `toxicity`, every window through both stages."""
        return self.mean_domain_auc(
            {name: blend(s.linear, s.heads, settings) for name, s in self.domains.items()}
        )

    def mean_domain_auc(self, logits: Mapping[str, Logits]) -> float:
        """The same of given logits, windows x labels, by domain."""
        return float(
            np.mean(
                [
                    roc_auc(scored.truth[:, 0], scored.worst(logits[name][:, _TOXICITY]))
                    for name, scored in self.domains.items()
                    if scored.truth.any()
                ]
            )
        )

    def toxicity_auc(self, settings: CascadeSettings) -> float:
        """The AUC of `toxicity` on Jigsaw's validation part."""
        logits = blend(self.jigsaw.linear, self.jigsaw.heads, settings)[:, _TOXICITY]
        return roc_auc(self.jigsaw.truth[:, _TOXICITY], self.jigsaw.worst(logits))


def mean_auc(scored: WindowLogits, logits: Logits) -> float:
    """Mean over Jigsaw's labels, the first columns of `logits`."""
    texts = scored.worst(logits[:, : len(LABELS)])
    return float(np.mean([roc_auc(scored.truth[:, at], texts[:, at]) for at in range(len(LABELS))]))
