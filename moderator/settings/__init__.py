"""Settings of every part: their tables, defaults and sources."""

from moderator.settings.model import Settings
from moderator.settings.sources import CONFIG_VARIABLE, PREFIX
from moderator.settings.tables.cache import Cache
from moderator.settings.tables.feedback import FeedbackSettings
from moderator.settings.tables.http import Http
from moderator.settings.tables.kafka import Kafka
from moderator.settings.tables.metrics import MetricsSettings
from moderator.settings.tables.policies import PoliciesSettings
from moderator.settings.tables.scorers import Compact, Detoxify, Scorers
from moderator.settings.tables.section import Section
from moderator.settings.tables.serve import Serve
from moderator.settings.tables.stream import Stream
from moderator.settings.tables.topics import Topics
from moderator.settings.tables.webhooks import WebhookEndpoint, Webhooks

__all__ = [
    "CONFIG_VARIABLE",
    "PREFIX",
    "Cache",
    "Compact",
    "Detoxify",
    "FeedbackSettings",
    "Http",
    "Kafka",
    "MetricsSettings",
    "PoliciesSettings",
    "Scorers",
    "Section",
    "Serve",
    "Settings",
    "Stream",
    "Topics",
    "WebhookEndpoint",
    "Webhooks",
]
