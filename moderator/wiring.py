"""The one place that chooses concrete parts from the settings."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from moderator.cache.base import VerdictCache
from moderator.cache.memory import MemoryCache
from moderator.metrics import Metrics
from moderator.package import __version__
from moderator.pipeline import Pipeline
from moderator.policy import Policies
from moderator.records import Component, Scored
from moderator.scorers.budget import TextBudget, WithinBudget
from moderator.scorers.cascade import Cascade, Stage, StageObserver
from moderator.scorers.quotes import WithQuotes
from moderator.scorers.registry import load_scorer
from moderator.settings import Settings


def build_pipeline(settings: Settings, metrics: Metrics, *, lazy: bool = False) -> Pipeline:
    """The pipeline that the settings describe, its models loaded; with `lazy`, those that only
    some languages need are loaded when the first such text comes.

    Raises SettingsError, PolicyError, LexiconError or ModelError, each naming its remedy.
    """
    metrics.set_versions("package", [Component("moderator", __version__)])
    policies = Policies.load(settings.policy)
    scorer = build_scorer(settings, CascadeObserver(metrics, policies), lazy=lazy)
    metrics.set_versions("stage", scorer.components)
    bounded = WithinBudget(scorer, TextBudget.of(settings.scorers.text_budget_ms))
    return Pipeline(
        WithQuotes(bounded) if policies.charge_quotes else bounded,
        build_cache(settings, metrics, bounded.labels),
        policies,
        metrics,
        executor=ThreadPoolExecutor(1, thread_name_prefix="scorer"),
        secret=settings.cache.secret.get_secret_value(),
        carry_comment=settings.stream.carry_comment,
        max_text_bytes=settings.stream.max_text_bytes,
        trace=scorer.trace,
    )


def build_scorer(
    settings: Settings, observer: StageObserver | None = None, *, lazy: bool = False
) -> Cascade:
    """The cascade of the scorers in `scorers.use`."""
    scorers = settings.scorers
    on_stage = observer.stage_took if observer else None
    stages = [
        Stage(load_scorer(name, scorers, on_stage, lazy=lazy), scorers.cascade.get(name))
        for name in scorers.use
    ]
    return Cascade(stages, observer)


def build_cache(
    settings: Settings, metrics: Metrics, labels: Collection[str] | None = None
) -> VerdictCache:
    """The memory cache, alone or in front of Redis; `labels` are those that scores may have."""
    memory = MemoryCache(
        metrics,
        items=settings.cache.memory_items,
        score_ttl_s=settings.cache.score_ttl_s,
        verdict_ttl_s=settings.cache.verdict_ttl_s,
    )
    if settings.cache.backend == "memory":
        return memory
    from moderator.cache.redis import RedisCache
    from moderator.cache.tiered import TieredCache

    return TieredCache(memory, RedisCache(settings.cache, metrics, labels))


class CascadeObserver:
    """Counts the stages' work; the default policy decides whether a stage changed the action."""

    def __init__(self, metrics: Metrics, policies: Policies) -> None:
        self.stage_took = metrics.stage_took
        self.stage_failed = metrics.stage_failed
        self._refined = metrics.scorer_refined
        self._policy, _ = policies.of(None)

    def stage_refined(self, name: str, before: Scored, after: Scored) -> None:
        changed = self._policy.decide(before).action is not self._policy.decide(after).action
        self._refined.labels(name, str(changed).lower()).inc()
