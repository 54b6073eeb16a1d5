"""Maps of scores: straight between knots, never falling, refused when broken."""

import json
from pathlib import Path

import pytest

from moderator.api.perspective.scores import Knots, ScoreMap
from moderator.errors import SettingsError


def test_between_knots_the_line_is_straight() -> None:
    knots = Knots([0.2, 0.6], [0.1, 0.9])
    assert [knots.at(score) for score in (0.0, 0.2, 0.4, 0.6, 1.0)] == pytest.approx(
        [0.1, 0.1, 0.5, 0.9, 0.9]
    )


@pytest.mark.parametrize(
    "knots",
    [
        {"ours": [], "theirs": []},
        {"ours": [0.1, 0.1], "theirs": [0.1, 0.2]},
        {"ours": [0.1, 0.2], "theirs": [0.2, 0.1]},
        {"ours": [0.1], "theirs": [0.1, 0.2]},
        {"ours": [0.1], "theirs": [1.5]},
    ],
)
def test_a_broken_map_is_refused(tmp_path: Path, knots: dict[str, list[float]]) -> None:
    file = tmp_path / "map.json"
    file.write_text(json.dumps({"scorer": "s", "attributes": {"TOXICITY": knots}}))
    with pytest.raises(SettingsError, match=r"map\.json"):
        ScoreMap.load(file)
