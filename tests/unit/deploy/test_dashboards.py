"""The dashboards' files are what their code makes, on a grid without holes, metrics that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard as DashboardModel

from deploy.grafana.build import FOLDER, files
from deploy.grafana.panels import NAMES, check
from tests.servers import missing

register_default_plugins()
FILES = files()
OVERVIEW = FOLDER / "overview.json"


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
            assert panel["fieldConfig"]["defaults"]["noValue"] in {"0", "none"}  # not "No data"


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


def queries() -> Iterator[str]:
    for text in FILES.values():
        dashboard = json.loads(text)
        yield from (note["expr"] for note in dashboard["annotations"]["list"])
        for panel in panels(dashboard):
            yield from (target["expr"] for target in panel.get("targets", []))


def test_every_query_is_of_the_chosen_jobs_and_instances() -> None:
    chosen = 'job=~"$job", instance=~"$instance"'
    ours = re.compile(r"(?<![\w:])((?:moderator|process)_\w+)(\{[^}]*\})?")
    for promql in queries():
        for name, selector in ours.findall(promql):
            assert chosen in selector, name


def test_prometheus_can_read_every_query(tmp_path: Path) -> None:
    path = shutil.which("promtool")
    if path is None:
        missing("promtool is not installed (Debian: prometheus)")
    filled = [re.sub(r"\$__rate_interval|\$before", "5m", promql) for promql in queries()]
    rules = [{"record": f"query:{i}", "expr": promql} for i, promql in enumerate(filled)]
    file = tmp_path / "queries.json"  # which is YAML too
    file.write_text(json.dumps({"groups": [{"name": "dashboards", "rules": rules}]}), "utf-8")
    run = subprocess.run(
        [path, "check", "rules", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_links_lead_to_sections_of_the_runbook(path: Path) -> None:
    runbook = (Path(__file__).parents[3] / "deploy" / "RUNBOOK.md").read_text("utf-8")
    sections = {title.lower() for title in re.findall(r"^#+ (.+)$", runbook, re.M)}
    links = re.findall(r'"url": "\$\{runbook\}#([^"]+)"', FILES[path])
    assert links
    assert set(links) <= sections


def test_what_is_asked_first_is_on_the_first_page() -> None:
    dashboard = json.loads(FILES[OVERVIEW])
    titles = {panel["title"] for panel in panels(dashboard)}
    assert titles >= {
        "Alerts",
        "Error budget burn",
        "Within one second",
        "Held for review, an hour",
    }
    names = {one["name"] for one in dashboard["templating"]["list"]}
    assert names >= {"datasource", "job", "instance", "runbook"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_grafanas_own_model_reads_all_of_a_dashboard(path: Path) -> None:
    """A key that Grafana's schema does not know would be lost on the way."""
    written = json.loads(path.read_text("utf-8"))
    read = json.loads(JSONEncoder().encode(DashboardModel.from_json(written)))
    assert missing_from(read, written) == []


def missing_from(read: Any, written: Any, place: str = "") -> list[str]:
    """Places of `written` that `read` does not hold alike."""
    if isinstance(written, dict) and isinstance(read, dict):
        return [
            fault
            for key, value in written.items()
            for fault in (
                missing_from(read[key], value, f"{place}.{key}")
                if key in read
                else [f"{place}.{key}"]
            )
        ]
    if isinstance(written, list) and isinstance(read, list) and len(written) == len(read):
        pairs = enumerate(zip(read, written, strict=True))
        return [fault for i, (a, b) in pairs for fault in missing_from(a, b, f"{place}[{i}]")]
    return [] if read == written else [place]
