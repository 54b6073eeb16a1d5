"""`[kafka]`: how to reach the broker."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from moderator.settings.tables.section import Positive, Section


class Kafka(Section):
    """How to reach the broker; the same for every client."""

    bootstrap_servers: str = "localhost:9092"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    sasl_username: str = ""
    sasl_password: SecretStr = SecretStr("")
    ssl_cafile: Path | None = None
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    isolation_level: Literal["read_committed", "read_uncommitted"] = "read_committed"
    metadata_refresh_s: Positive = 30.0
