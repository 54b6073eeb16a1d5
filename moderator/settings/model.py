"""Settings: a TOML file, overridden by MODERATOR_* variables; what is unknown is refused.

`MODERATOR_KAFKA__BOOTSTRAP_SERVERS=…` sets `bootstrap_servers` of the table `[kafka]`: two
underscores part table and key.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as SourceError

from moderator.errors import SettingsError
from moderator.paths import shipped

PREFIX = "MODERATOR_"
CONFIG_VARIABLE = "MODERATOR_CONFIG"
"""Names the settings file, as `--config` does."""

Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
ScorerName = Literal["lexicon", "compact", "detoxify"]


class Section(BaseModel):
    """A table of the settings file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Topics(Section):
    """Names of the three topics, and what `moderator topics create` makes of them."""

    comments: str = "comments"
    verdicts: str = "verdicts"
    dead_letters: str = "comments.dlq"
    partitions: Count = 12
    replication: Count | None = None
    retention_hours: Positive = 168.0
    dead_letter_retention_hours: Positive = 720.0
    compact_verdicts: bool = False


class Stream(Section):
    """How the worker takes comments from the topic."""

    group: str = "moderator"
    batch_size: Count = 256
    latency_budget_ms: Positive = 50.0
    max_text_bytes: Count = 65_536
    carry_comment: bool = False
    commit_interval_s: Positive = 1.0
    session_timeout_s: Positive = 30.0
    drain_s: Positive = 25.0
    retry_initial_ms: Positive = 100.0
    retry_max_ms: Positive = 5_000.0
    retry_for_s: Positive = 300.0
    dead_letter_ratio: Annotated[float, Field(gt=0, le=1)] = 0.5
    dead_letter_window: Count = 1_000
    dead_letter_run: Count = 500
    watchdog_s: Positive = 120.0


class Cache(Section):
    """Where scored items are kept, and for how long."""

    backend: Literal["memory", "redis"] = "memory"
    url: SecretStr = SecretStr("redis://localhost:6379/0")
    ssl_cafile: Path | None = None
    secret: SecretStr = SecretStr("")
    score_ttl_s: Count = 86_400
    verdict_ttl_s: Count = 604_800
    memory_items: Count = 50_000
    timeout_ms: Positive = 100.0
    breaker_failures: Count = 3
    breaker_open_s: Positive = 2.0


class Detoxify(Section):
    """Unitary's models (extra `detoxify`)."""

    model: Literal["original", "unbiased", "multilingual", "original-small", "unbiased-small"] = (
        "original"
    )
    checkpoint: Path | None = None
    huggingface_path: Path | None = None
    runtime: Literal["auto", "onnx", "torch"] = "auto"
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d+)?)$")] = "auto"
    precision: Literal["fp32", "int8", "fp16", "bf16"] = "fp32"


class Scorers(Section):
    """Which scorers run, cheapest first."""

    use: tuple[ScorerName, ...] = ("lexicon", "compact")
    threads: Annotated[int, Field(ge=0)] = 0
    lexicons: tuple[Path, ...] = ()
    detoxify: Detoxify = Detoxify()
    cascade: dict[ScorerName, dict[str, tuple[float, float]]] = {}

    def threads_each(self, processes: int = 1) -> int:
        """Threads of each process's models: 0 shares out the cores, four a process at the most."""
        return self.threads or max(1, min(4, (os.cpu_count() or 1) // processes))


class Http(Section):
    """The port of /metrics, /healthz and /readyz."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 6066


class Metrics(Section):
    """What the metrics may tell apart."""

    communities: tuple[str, ...] = ()


class Settings(BaseSettings):
    """Everything that can be set; `Settings.load` reads file and environment."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    policy: Path = Field(default_factory=lambda: shipped("config/policy.toml"))
    kafka: Kafka = Kafka()
    topics: Topics = Topics()
    stream: Stream = Stream()
    cache: Cache = Cache()
    scorers: Scorers = Scorers()
    http: Http = Http()
    metrics: Metrics = Metrics()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing is read behind the caller's back: `Settings()` is the defaults."""
        return (init_settings,)

    @classmethod
    def load(cls, path: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
        """The settings of `path` (or the defaults), under the environment's, under `overrides`.

        `overrides` are nested as the file's tables are. Raises SettingsError naming file or
        variable, key and reason.
        """
        table = _read(path) if path else {}
        if "policy" in table and path:
            table["policy"] = str(path.parent / str(table["policy"]))
        _refuse_unknown_variables(os.environ)
        try:
            environment = EnvSettingsSource(cls, env_prefix=PREFIX, env_nested_delimiter="__")()
            return cls(**_merged(_merged(table, environment), overrides or {}))
        except ValidationError as error:
            raise SettingsError(_explain(error, path)) from None
        except SourceError:
            raise SettingsError(_explain_variables(os.environ)) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}): name the file with --config"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}") from None


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _merged(below, value) if both else value  # type: ignore[arg-type]
    return merged


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    for name in environment:
        if not name.upper().startswith(PREFIX) or name == CONFIG_VARIABLE:
            continue
        table, _, key = name[len(PREFIX) :].lower().partition("__")
        field = Settings.model_fields.get(table)
        section = field.annotation if field else None
        if section is None or (
            key
            and isinstance(section, type)
            and issubclass(section, BaseModel)
            and key.partition("__")[0] not in section.model_fields
        ):
            raise SettingsError(f"environment: {name} is no setting; see `moderator settings`")


def _explain_variables(environment: Mapping[str, str]) -> str:
    suspects = [
        name
        for name, value in environment.items()
        if name.upper().startswith(PREFIX) and name != CONFIG_VARIABLE and not _is_json(value)
    ]
    return (
        "environment: lists and tables are written as JSON, such as "
        f"""{PREFIX}SCORERS__USE='["lexicon"]'; look at {", ".join(sorted(suspects))}"""
    )


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _explain(error: ValidationError, path: Path | None) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    variable = PREFIX + "__".join(str(part) for part in first["loc"]).upper()
    reason = "is no setting" if first["type"] == "extra_forbidden" else first["msg"]
    return f"{path or 'settings'} or {variable}: `{key}`: {reason}"
