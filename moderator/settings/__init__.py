"""Settings of every part: their tables, defaults and sources."""

from moderator.settings.model import (
    CONFIG_VARIABLE,
    PREFIX,
    Cache,
    Detoxify,
    Http,
    Kafka,
    Metrics,
    Scorers,
    Section,
    Settings,
    Stream,
    Topics,
)

__all__ = [
    "CONFIG_VARIABLE",
    "PREFIX",
    "Cache",
    "Detoxify",
    "Http",
    "Kafka",
    "Metrics",
    "Scorers",
    "Section",
    "Settings",
    "Stream",
    "Topics",
]
