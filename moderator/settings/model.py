"""The settings as a whole: one field a table, read from a TOML file and MODERATOR_* variables.

To add a table, write its module in `tables/` and add a field here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as SourceError

from moderator.errors import SettingsError
from moderator.package import shipped
from moderator.settings import sources
from moderator.settings.tables.cache import Cache
from moderator.settings.tables.feedback import FeedbackSettings
from moderator.settings.tables.http import Http
from moderator.settings.tables.kafka import Kafka
from moderator.settings.tables.metrics import MetricsSettings
from moderator.settings.tables.policies import PoliciesSettings
from moderator.settings.tables.review import Review
from moderator.settings.tables.scorers import Scorers
from moderator.settings.tables.serve import Serve
from moderator.settings.tables.stream import Stream
from moderator.settings.tables.topics import Topics
from moderator.settings.tables.webhooks import Webhooks


class Settings(BaseSettings):
    """Everything that can be set; `Settings.load` reads file and environment."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    policy: Path = Field(default_factory=lambda: shipped("config/policy.toml"))
    policies: PoliciesSettings = PoliciesSettings()
    kafka: Kafka = Kafka()
    topics: Topics = Topics()
    stream: Stream = Stream()
    cache: Cache = Cache()
    scorers: Scorers = Scorers()
    http: Http = Http()
    metrics: MetricsSettings = MetricsSettings()
    serve: Serve = Serve()
    feedback: FeedbackSettings = FeedbackSettings()
    webhooks: Webhooks = Webhooks()
    review: Review = Review()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only explicit values: `Settings()` is the defaults, whatever the environment holds."""
        return (init_settings,)

    @classmethod
    def load(cls, path: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
        """The settings in `path` (or the defaults), overridden by the environment, then by
        `overrides`, which are nested like the file's tables. Relative paths in the file are
        relative to its folder.

        Raises SettingsError naming file or variable, key and reason.
        """
        file = sources.anchored(sources.read_file(path), cls, path.parent) if path else {}
        layers = [file, cls._environment(), overrides or {}]
        try:
            return cls(**sources.merged(*layers))
        except ValidationError as error:
            raise SettingsError(sources.explain(error, path, cls)) from None

    @classmethod
    def origins(cls, path: Path | None = None) -> dict[str, str]:
        """Where each value that is not a default comes from: dotted key → file or variable.

        Raises SettingsError as `load` does.
        """
        file = dict.fromkeys(sources.dotted(sources.read_file(path) if path else {}), str(path))
        variables = {
            key: sources.PREFIX + key.replace(".", "__").upper()
            for key in sources.dotted(cls._environment())
        }
        return file | variables

    @classmethod
    def _environment(cls) -> dict[str, Any]:
        sources.refuse_unknown_variables(cls, os.environ)
        source = EnvSettingsSource(cls, env_prefix=sources.PREFIX, env_nested_delimiter="__")
        try:
            return source()
        except SourceError:
            raise SettingsError(sources.explain_variables(os.environ)) from None
