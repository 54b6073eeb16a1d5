"""`[http]`: the address of the dashboard, metrics and probes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from moderator.settings.tables.section import Port, Section


class Http(Section):
    """The address of the dashboard, /metrics, /healthz and /readyz."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Port = 6066
    allowed_hosts: tuple[str, ...] = ()
