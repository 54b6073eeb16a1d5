"""The dashboards' files are what their code makes, on a grid without holes, metrics that exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.grafana.build import files
from deploy.grafana.panels import NAMES, check

FILES = files()


def panels(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_is_what_the_code_makes(path: Path) -> None:
    assert path.read_text("utf-8") == FILES[path], "run: python -m deploy.grafana.build"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_panels_are_explained_and_do_not_overlap(path: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(json.loads(FILES[path])):
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
        if panel["type"] != "row":
            assert panel["description"]
            assert panel["targets"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_panels_and_their_queries_have_names_of_their_own(path: Path) -> None:
    ids = [panel["id"] for panel in panels(json.loads(FILES[path]))]
    assert len(set(ids)) == len(ids)
    for panel in panels(json.loads(FILES[path])):
        letters = [target["refId"] for target in panel.get("targets", [])]
        assert letters == list("ABCDEFGH"[: len(letters)])


def test_a_metric_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError, match="moderator_comment_total"):
        check("rate(moderator_comment_total[5m])")


def test_every_metric_is_on_a_dashboard() -> None:
    shown = " ".join(FILES.values())
    unseen = {name for name in NAMES if not re.search(rf"\b{name}(_bucket|_sum|_count)?\b", shown)}
    assert unseen == set()
