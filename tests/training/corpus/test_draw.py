"""What teaches little is drawn less often; what speaks for `attack` alone says nothing else."""

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")

from moderator.training.corpus.draw import attack_only, draw_shares, rows_to_ask
from moderator.training.corpus.examples import HEADS, LABELS, Examples, build

EACH = 400
SURE, UNSURE = -4.0, -1.0
ATTACK = HEADS.index("attack")


def made() -> tuple[Examples, np.ndarray]:
    """Quiet and abusive comments that the linear stage is sure of, quiet ones it is not; a large
    set; our own sentences."""
    quiet = dict.fromkeys(LABELS, 0.0)
    examples = Examples.join(
        (
            build("jigsaw_train", 1.0, ["quiet"] * EACH, **quiet),
            build("jigsaw_train", 1.0, ["abuse"] * EACH, **quiet | {"insult": 1.0}),
            build("jigsaw_train", 1.0, ["doubtful"] * EACH, **quiet),
            build("davidson", 0.4, ["many"] * EACH, toxicity=0.0, attack=0.0),
            build("own_en", 1.0, ["own"] * EACH, **quiet, attack=1.0),
            build("edos", 0.3, ["silent"] * EACH, hate=0.0),
        )
    )
    linear = np.full((len(examples.texts), len(LABELS)), SURE)
    linear[2 * EACH : 3 * EACH, 0] = UNSURE
    return examples, linear


def test_sure_quiet_comments_and_large_sets_are_drawn_less() -> None:
    shares = draw_shares(*made()).reshape(-1, EACH)
    assert (shares == shares[:, :1]).all()
    quiet, abuse, doubtful, many, own, _ = shares[:, 0]
    assert 0 < quiet < doubtful < abuse < own == 1
    assert 0 < many < doubtful


def test_a_model_is_asked_about_what_teaches_much_of_jigsaw() -> None:
    examples, linear = made()
    asked = rows_to_ask(examples, draw_shares(examples, linear))
    assert asked.tolist() == list(range(EACH, 3 * EACH))


def test_foreign_labels_say_nothing_beside_attack() -> None:
    examples, _ = made()
    drawn = attack_only(examples, np.random.default_rng(0))
    assert set(drawn.sources) == {"davidson", "own_en"}
    foreign = np.array([source == "davidson" for source in drawn.sources])
    assert np.isnan(drawn.targets[foreign, : len(LABELS)]).all()
    assert not np.isnan(drawn.targets[~foreign, : len(LABELS)]).any()
    assert not np.isnan(drawn.targets[:, ATTACK]).any()
