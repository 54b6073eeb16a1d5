"""Writes the dashboards' JSON: `python -m deploy.grafana.build`; a test fails if it has drifted."""

from __future__ import annotations

from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana import capacity, judgement, overview

FOLDER = Path(__file__).parent / "dashboards"
PAGES = {"overview": overview, "judgement": judgement, "capacity": capacity}


def files() -> dict[Path, str]:
    """Each dashboard's file, and what should be in it."""
    encoder = JSONEncoder(indent=2, sort_keys=True, ensure_ascii=False)
    built = {}
    for name, page in PAGES.items():
        dashboard = page.dashboard().build()
        for number, panel in enumerate(dashboard.panels or (), 1):
            panel.id_val = number
        built[FOLDER / f"{name}.json"] = encoder.encode(dashboard) + "\n"
    return built


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, "utf-8")
