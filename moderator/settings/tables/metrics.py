"""`[metrics]`: what the metrics distinguish."""

from __future__ import annotations

from moderator.settings.tables.section import Section


class MetricsSettings(Section):
    """What the metrics distinguish."""

    communities: tuple[str, ...] = ()
