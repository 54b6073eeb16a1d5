"""What teaches little is drawn less often, and our own sentences are not asked about."""

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")

from moderator.training.corpus.draw import draw_shares, rows_for_teacher, rows_to_ask
from moderator.training.corpus.examples import LABELS, Examples, build
from moderator.training.corpus.templates import SOURCE as TEMPLATES

EACH = 400
SURE, UNSURE = -4.0, -1.0


def made() -> tuple[Examples, np.ndarray]:
    """Quiet and abusive comments that the linear stage is sure of, quiet ones it is not; a light
    set; our own sentences."""
    quiet = dict.fromkeys(LABELS, 0.0)
    examples = Examples.join(
        (
            build("jigsaw_train", 1.0, ["quiet"] * EACH, **quiet),
            build("jigsaw_train", 1.0, ["abuse"] * EACH, **quiet | {"insult": 1.0}),
            build("jigsaw_train", 1.0, ["doubtful"] * EACH, **quiet),
            build("context", 0.4, ["light"] * EACH, toxicity=0.0),
            build(TEMPLATES, 1.0, ["own"] * EACH, **quiet),
        )
    )
    linear = np.full((len(examples.texts), len(LABELS)), SURE)
    linear[2 * EACH : 3 * EACH, 0] = UNSURE
    return examples, linear


def test_sure_quiet_comments_and_light_sets_are_drawn_less() -> None:
    shares = draw_shares(*made()).reshape(-1, EACH)
    assert (shares == shares[:, :1]).all()
    quiet, abuse, doubtful, light, own = shares[:, 0]
    assert abuse == doubtful == own == 1
    assert 0 < light < quiet < 1


def test_the_teacher_gets_half_of_all_but_jigsaw_and_is_not_asked_about_ours() -> None:
    examples, linear = made()
    rows = rows_for_teacher(examples, draw_shares(examples, linear))
    drawn = np.bincount(rows // EACH, minlength=5)
    assert drawn[1] == drawn[2] == EACH
    assert 0.4 * EACH < drawn[4] < 0.6 * EACH
    asked = rows_to_ask(examples, rows)
    assert asked.tolist() == [row for row in rows if row < 4 * EACH]
