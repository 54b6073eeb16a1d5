"""Explanations of verdicts: of one that was stored, and of a text that is judged now."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

import msgspec

from moderator.cli.judge.explained import Explained
from moderator.cli.judge.in_force import known_policies
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.policy import Policies
from moderator.policy.authors import author_hash
from moderator.policy.explaining.firing import fired, nearly
from moderator.policy.explaining.occlusion import WordWeight, word_weights
from moderator.policy.explaining.statement import statement
from moderator.policy.explanation import explanation
from moderator.policy.stored import carried_text, comment_of, scored_of
from moderator.policy.subject import Subject
from moderator.quoting.document import Document
from moderator.records import Comment, Verdict
from moderator.settings import Settings
from moderator.text.cap import cut
from moderator.wiring import build


async def of_text(settings: Settings, comment: Comment, template: Template) -> Explained:
    """Judged by the policy in force; `template` is that of the statement. Raises as `wiring.build`
    does."""
    policies = known_policies(settings)[-1]
    pipeline = build(settings, Metrics(), lazy=True, policies=policies).pipeline
    try:
        (verdict,) = await pipeline.moderate([comment])
        explained = _with_rules(settings, verdict, comment, policies)
        weighed, words = await _words(pipeline, comment, verdict)
        return msgspec.structs.replace(
            explained,
            policy_in_force=verdict.policy,
            text=comment.text,
            explanation=await pipeline.explain(comment, verdict),
            weighed=weighed,
            words=words,
            statement=statement(verdict, template, policies.descriptions_of(verdict.policy.name)),
        )
    finally:
        await pipeline.close()


async def of_stored(
    settings: Settings, verdict: Verdict, template: Template, *, show_text: bool
) -> Explained:
    """By the policy of that time: the file's, or one that was pushed.

    Of a verdict without its comment rules can only be named. With `show_text` what the text says
    is part of it, and words if the scorers are still those that judged it.
    """
    known = known_policies(settings)
    community = None if verdict.community is msgspec.UNSET else verdict.community
    policies = next((file for file in reversed(known) if verdict.policy in file.components), None)
    described = policies.descriptions_of(verdict.policy.name) if policies else {}
    return msgspec.structs.replace(
        await _of_stored(settings, verdict, policies, show_text=show_text),
        stored=True,
        policy_in_force=known[-1].of(community)[1],
        statement=statement(verdict, template, described),
    )


async def _of_stored(
    settings: Settings, verdict: Verdict, policies: Policies | None, *, show_text: bool
) -> Explained:
    text = carried_text(verdict)
    named = tuple(reason.rule for reason in verdict.reasons)
    if policies is None:
        return Explained(verdict, stored=True, fired=named)
    if text is None:
        policy = policies.named(verdict.policy.name)
        thresholds = msgspec.structs.replace(policy, rules=(), lists={})
        return Explained(
            verdict,
            stored=True,
            policy=policy,
            fired=named,
            nearly=tuple(nearly(thresholds, scored_of(verdict), Subject())),
        )
    comment = comment_of(verdict)
    explained = _with_rules(settings, verdict, comment, policies)
    if not show_text:
        return explained
    pipeline = build(settings, Metrics(), lazy=True, policies=policies).pipeline
    try:
        same = pipeline.scorer == verdict.scorer
        weighed, words = await _words(pipeline, comment, verdict) if same else ("", ())
    finally:
        await pipeline.close()
    document = Document.of(cut(text, settings.stream.max_text_bytes))
    policy = policies.named(verdict.policy.name)
    return msgspec.structs.replace(
        explained,
        text=text,
        explanation=explanation(document, verdict, policy, ()),
        weighed=weighed,
        words=words,
    )


def _with_rules(
    settings: Settings, verdict: Verdict, comment: Comment, policies: Policies
) -> Explained:
    """With the rules of the policy that decided, which fired on the comment or nearly did."""
    policy = policies.named(verdict.policy.name)
    secret = settings.cache.secret.get_secret_value()
    subject = Subject(
        cut(comment.text, settings.stream.max_text_bytes),
        community=comment.community,
        author=None if comment.author is None else author_hash(comment.author, secret),
        context=comment.context,
        lists=policies.matcher,
        length=len(comment.text),
    )
    scored = scored_of(verdict)
    return Explained(
        verdict,
        stored=False,
        policy=policy,
        fired=tuple(f"{rule.action}.{rule.name}" for rule in fired(policy, scored, subject)),
        nearly=tuple(nearly(policy, scored, subject)),
    )


async def _words(
    pipeline: Pipeline, comment: Comment, verdict: Verdict
) -> tuple[str, tuple[WordWeight, ...]]:
    """The label whose words are weighed, the clearest reason's or the highest score's, and them."""
    labels = [reason.label for reason in verdict.reasons if reason.label in verdict.scores]
    highest = sorted(verdict.scores, key=lambda label: -verdict.scores[label])
    label = [*labels, *highest, ""][0]
    if not label:
        return "", ()

    async def score(texts: Sequence[str]) -> list[float]:
        judged = await pipeline.moderate([Comment("", text, comment.community) for text in texts])
        return [answer.scores.get(label, 0.0) for answer in judged]

    return label, tuple(await word_weights(comment.text, score))
