"""`[http]`: the address of the dashboard, metrics and probes."""

from __future__ import annotations

from moderator.settings.tables.section import Port, Section


class Http(Section):
    """The address of the dashboard, /metrics, /healthz and /readyz."""

    host: str = "127.0.0.1"
    port: Port = 6066
