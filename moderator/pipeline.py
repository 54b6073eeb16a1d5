"""From comments to verdicts: the one path that worker, replay and library share."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from time import perf_counter
from typing import NamedTuple

import msgspec

from moderator.cache.base import ContentKeys, VerdictCache
from moderator.code_version import code_version
from moderator.metrics import Metrics
from moderator.policy import Policies, Policy
from moderator.policy.decider import Decider
from moderator.policy.effect_breaker import EffectBreakers
from moderator.policy.explanation import Explanation, explanation
from moderator.policy.overrides import Overrides
from moderator.quoting.document import Document
from moderator.records import Action, Comment, Component, Scored, Verdict, as_mapping
from moderator.scorers.base import Scorer
from moderator.scorers.cascade import StageAnswer
from moderator.scorers.quotes import WithQuotes
from moderator.text.cap import cut


class _InForce(NamedTuple):
    """What a batch is judged by, replaced as a whole."""

    scorer: Scorer
    keys: ContentKeys
    decider: Decider
    component: Component


class Pipeline:
    """Judges batches of comments. Holds no comment between two calls.

    `executor` runs the scorer off the event loop; `clock` gives the time of a verdict; `trace`
    answers what each stage of the scorer says of a document. Only the beginning of a text over
    `max_text_bytes` is judged; its policy's `on_truncated` holds it.
    """

    def __init__(
        self,
        scorer: Scorer,
        cache: VerdictCache,
        policies: Policies,
        metrics: Metrics,
        *,
        executor: Executor,
        secret: str = "",
        carry_comment: bool = False,
        max_text_bytes: int = 65_536,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        trace: Callable[[Document], Sequence[StageAnswer]] = lambda _: (),
    ) -> None:
        self._cache = cache
        self._metrics = metrics
        self._executor = executor
        self._secret = secret
        self.overrides = Overrides(secret)
        """What people decided: it holds whatever the scores, and whatever the policy."""
        self._breakers = EffectBreakers(metrics.breaker_changed)
        self._carry_comment = carry_comment
        self._max_text_bytes = max_text_bytes
        self._clock = clock
        # what the scorer is shown
        self._documents = code_version("moderator.text", "moderator.quoting", "moderator.language")
        self.use(policies, scorer, trace)

    def use(
        self,
        policies: Policies,
        scorer: Scorer,
        trace: Callable[[Document], Sequence[StageAnswer]] = lambda _: (),
    ) -> None:
        """Judge by these from the next batch on; one that is being judged goes on as it began."""
        whole = WithQuotes(scorer) if policies.charge_quotes else scorer
        component = Component(whole.name, whole.version)
        keys = ContentKeys(self._secret, f"{whole.name}/{whole.version}/{self._documents}")
        self._in_force = _InForce(whole, keys, Decider(policies, self._secret), component)
        self._trace = trace
        self._metrics.set_versions("scorer", [component])
        self._metrics.set_versions("policy", policies.components)

    async def moderate(self, comments: Sequence[Comment]) -> list[Verdict]:
        """One verdict a comment, in order.

        Equal texts are scored once. The verdict of a comment without an id is not kept, since
        nobody could look it up. A failing cache is a miss; a failing scorer gives degraded
        verdicts by the policy's `on_scorer_failure`.
        """
        start = perf_counter()
        stage = self._metrics.stage
        in_force = self._in_force
        texts = [cut(comment.text, self._max_text_bytes) for comment in comments]
        keys = dict.fromkeys(texts, "")
        for text in keys:
            keys[text] = in_force.keys.of(text)
        with stage("cache_get"):
            cached = await self._cache.get_many(list(keys.values()))
        known = {text: scored for text, scored in zip(keys, cached, strict=True) if scored}
        fresh = await self._score(in_force.scorer, [text for text in keys if text not in known])
        with stage("decide"):
            verdicts = self._decide(in_force, comments, texts, keys, known, fresh, start)
        with stage("cache_set"):
            await self._cache.set_many(
                {keys[text]: scored for text, scored in fresh.items() if _is_whole(scored)},
                [verdict for verdict in verdicts if verdict.id],
            )
        self._metrics.observe_scores(fresh.values())
        self._metrics.observe_verdicts(verdicts, [comment.community for comment in comments])
        return verdicts

    @property
    def scorer(self) -> Component:
        """Name and version of its scorers together."""
        return self._in_force.component

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that its scorers give."""
        return self._in_force.scorer.labels

    def policy_of(self, community: str | None) -> Policy:
        """The policy that judges a community's comments."""
        return self._in_force.decider.policies.of(community)[0]

    async def look_up(self, comment_id: str) -> Verdict | None:
        """The verdict kept for a comment, if one is."""
        return await self._cache.get_verdict(comment_id)

    async def explain(self, comment: Comment, verdict: Verdict) -> Explanation:
        """How a verdict of this pipeline came about; the text is scored once more, uncounted."""
        document = Document.of(cut(comment.text, self._max_text_bytes))
        loop = asyncio.get_running_loop()
        answers = await loop.run_in_executor(self._executor, self._trace, document)
        return explanation(document, verdict, self.policy_of(comment.community), answers)

    async def start(self) -> None:
        """Check whether the cache can be used; a failing one is logged, and judging goes on."""
        await self._cache.start()

    async def close(self) -> None:
        """Release the cache's connections and the scoring threads."""
        await self._cache.close()
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _score(self, scorer: Scorer, texts: Sequence[str]) -> dict[str, Scored]:
        if not texts:
            return {}
        loop = asyncio.get_running_loop()
        with self._metrics.stage("normalise"):
            documents = await loop.run_in_executor(self._executor, _documents, texts)
        with self._metrics.stage("score"):
            scored = await loop.run_in_executor(self._executor, scorer.score, documents)
        return {
            document.text: msgspec.structs.replace(
                results,
                language=document.language.code,
                language_probability=round(document.language.probability, 4),
            )
            for document, results in zip(documents, scored, strict=True)
        }

    def _decide(
        self,
        in_force: _InForce,
        comments: Sequence[Comment],
        texts: Sequence[str],
        keys: Mapping[str, str],
        known: dict[str, Scored],
        fresh: dict[str, Scored],
        start: float,
    ) -> list[Verdict]:
        scored_at = self._clock().isoformat(timespec="milliseconds")
        latency_ms = round((perf_counter() - start) * 1000, 3)
        shadowed: Counter[tuple[str, str, Action, Action]] = Counter()
        verdicts = []
        decide = in_force.decider.decide
        bounds = {
            name: policy.breaker for name, policy in in_force.decider.policies.by_name.items()
        }
        for comment, text in zip(comments, texts, strict=True):
            scored = known.get(text)
            cached = scored is not None
            scored = scored or fresh[text]
            if text is not comment.text:
                scored = msgspec.structs.replace(scored, truncated=True)
            scored, decision, component, shadow = decide(keys[text], text, comment, scored)
            if shadow is not None:
                shadowed[shadow] += 1
            if human := self.overrides.decide(comment.community, comment.text):
                decision = human
            elif bound := bounds.get(component.name):
                decision = self._breakers.apply(component.name, bound, decision)
            verdicts.append(
                Verdict(
                    id=comment.id,
                    action=decision.action,
                    reasons=decision.reasons,
                    scores=scored.scores,
                    matches=scored.matches,
                    scorer=in_force.component,
                    policy=component,
                    cached=cached,
                    degraded=bool(scored.failed),
                    scored_at=scored_at,
                    latency_ms=latency_ms,
                    language=scored.language,
                    language_probability=scored.language_probability,
                    unjudged=scored.unjudged,
                    in_part=scored.in_part or msgspec.UNSET,
                    community=msgspec.UNSET if comment.community is None else comment.community,
                    with_quotes=scored.with_quotes,
                    comment=dict(as_mapping(comment)) if self._carry_comment else msgspec.UNSET,
                )
            )
        self._metrics.observe_shadow(shadowed)
        return verdicts


def _documents(texts: Sequence[str]) -> list[Document]:
    return [Document.of(text) for text in texts]


def _is_whole(scored: Scored) -> bool:
    """Whether every scorer saw all of the text: only that is cached."""
    return not scored.failed and not scored.truncated
