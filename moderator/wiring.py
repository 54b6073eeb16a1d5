"""The one place that chooses concrete parts from the settings."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from moderator.cache.base import VerdictCache
from moderator.cache.memory import MemoryCache
from moderator.metrics import Metrics
from moderator.package import __version__
from moderator.pipeline import Pipeline
from moderator.policy import Policies
from moderator.records import Component, Scored, Verdict
from moderator.scorers.base import Scorer
from moderator.scorers.budget import TextBudget, WithinBudget
from moderator.scorers.cascade import Cascade, Stage, StageObserver
from moderator.scorers.registry import load_scorer
from moderator.settings import Settings

SCORING_THREADS = 2
"""Batches scored at once: one is read and matched while the encoder works on another."""


class Built(NamedTuple):
    """A pipeline and what it is made of, for those who replace a part of it while it runs."""

    pipeline: Pipeline
    policies: Policies
    cascade: Cascade
    bounded: Scorer
    observer: CascadeObserver

    def using(self, policies: Policies) -> Built:
        """The same with other policies, in force from the next batch on."""
        self.observer.use(policies)
        self.pipeline.use(policies, self.bounded, self.cascade.trace)
        return self._replace(policies=policies)


def build_pipeline(
    settings: Settings, metrics: Metrics, *, lazy: bool = False, policies: Policies | None = None
) -> Pipeline:
    """The pipeline that the settings describe, its models loaded; with `lazy`, those that only
    some languages need are loaded when the first such text comes. `policies` replace the file's.

    Raises SettingsError, PolicyError, LexiconError or ModelError, each naming its remedy.
    """
    return build(settings, metrics, lazy=lazy, policies=policies).pipeline


def build(
    settings: Settings, metrics: Metrics, *, lazy: bool = False, policies: Policies | None = None
) -> Built:
    """The same, with its parts. Raises as `build_pipeline`."""
    metrics.set_versions("package", [Component("moderator", __version__)])
    policies = policies or Policies.load(settings.policy)
    observer = CascadeObserver(metrics, policies)
    cascade = build_scorer(settings, observer, lazy=lazy)
    metrics.set_versions("stage", cascade.components)
    bounded = _bounded(settings, cascade)
    pipeline = Pipeline(
        bounded,
        build_cache(settings, metrics, bounded.labels),
        policies,
        metrics,
        executor=ThreadPoolExecutor(SCORING_THREADS, thread_name_prefix="scorer"),
        secret=settings.cache.secret.get_secret_value(),
        carry_comment=settings.stream.carry_comment,
        max_text_bytes=settings.stream.max_text_bytes,
        trace=cascade.trace,
    )
    return Built(pipeline, policies, cascade, bounded, observer)


def with_new_lexicon(settings: Settings, built: Built) -> Built:
    """The parts with the lexicon read again; `built` itself if it has not changed.

    Raises LexiconError.
    """
    if "lexicon" not in settings.scorers.use:
        return built
    cascade = built.cascade.with_scorer(load_scorer("lexicon", settings.scorers))
    if cascade.version == built.cascade.version:
        return built
    return built._replace(cascade=cascade, bounded=_bounded(settings, cascade))


def _bounded(settings: Settings, cascade: Cascade) -> Scorer:
    return WithinBudget(cascade, TextBudget.of(settings.scorers.text_budget_ms))


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


async def stored_verdict(settings: Settings, comment_id: str) -> Verdict | None:
    """The verdict that Redis keeps on a comment, or None; why Redis fails is logged."""
    if settings.cache.backend == "memory":
        return None
    cache = build_cache(settings, Metrics())
    try:
        await cache.start()
        return await cache.get_verdict(comment_id)
    finally:
        await cache.close()


class CascadeObserver:
    """Counts the stages' work; the default policy decides whether a stage changed the action."""

    def __init__(self, metrics: Metrics, policies: Policies) -> None:
        self.stage_took = metrics.stage_took
        self.stage_failed = metrics.stage_failed
        self._refined = metrics.scorer_refined
        self.use(policies)

    def use(self, policies: Policies) -> None:
        """Ask the default policy of these from now on."""
        self._policy, _ = policies.of(None)

    def stage_refined(self, name: str, before: Scored, after: Scored) -> None:
        changed = self._policy.decide(before).action is not self._policy.decide(after).action
        self._refined.labels(name, str(changed).lower()).inc()
