"""`moderator explain`: why a comment got its verdict, now or when it was judged."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from moderator.cli.judge.explained import Explained, panels
from moderator.cli.judge.in_force import known_policies
from moderator.cli.options import ConfigOption, exit_codes, is_terminal, out, printable, report
from moderator.errors import SettingsError
from moderator.metrics import Metrics
from moderator.policy import Policy
from moderator.policy.explaining.firing import fired, nearly
from moderator.policy.explaining.occlusion import word_weights
from moderator.policy.explaining.statement import read_template, statement
from moderator.policy.stored import scored_of
from moderator.policy.subject import Subject
from moderator.records import Comment, Component, Verdict
from moderator.settings import Settings
from moderator.wiring import Built, build, stored_verdict


def explain(
    what: Annotated[str, typer.Argument(help="A comment's id, or a text.", metavar="ID|TEXT")],
    config: ConfigOption = None,
    is_id: Annotated[
        bool, typer.Option("--id", help="It is an id, whatever it looks like.")
    ] = False,
    is_text: Annotated[bool, typer.Option("--text", help="It is a text.")] = False,
    community: Annotated[str | None, typer.Option(help="Of the text.")] = None,
    only_statement: Annotated[
        bool, typer.Option("--statement", help="Print the statement of reasons alone.")
    ] = False,
) -> None:
    """Explain a verdict: what was found, every score with its threshold, the rules that fired and
    those that nearly did, the words that weigh most, and a statement of reasons in plain words.

    An id is looked up in the cache (Redis); its policy is the one of that time if it was pushed.
    What has no verdict there is judged as a text.

    [bold]Examples[/bold]

      moderator explain 81a7 --config moderator.toml

      moderator explain "You utter moron." --community news

      moderator explain --id 81a7 --statement > answer.txt
    """
    with exit_codes():
        settings = Settings.load(config)
        template = read_template(settings.policies.statement)
        stored = None if is_text else asyncio.run(stored_verdict(settings, what))
        if stored is not None:
            explained = _of_stored(settings, stored)
        elif is_id:
            raise SettingsError(
                f"no verdict is kept for the id {what!r}: it was never judged, its time is over "
                '(cache.verdict_ttl_s), or cache.backend is not "redis"'
            )
        else:
            if not is_text and not re.search(r"\s", what):
                why = f"no verdict is kept for the id {what!r}: judged as a text (--text)"
                report("note", why, "yellow")
            explained = asyncio.run(_of_text(settings, Comment("", what, community)))
        text = statement(explained.verdict, explained.policy, template)
        explained = msgspec.structs.replace(explained, statement=text)
        if only_statement:
            if is_terminal():
                out().print(printable(text), end="", highlight=False)
            else:
                typer.echo(text, nl=False)
        elif is_terminal():
            out().print(*panels(explained), sep="\n")
        else:
            typer.echo(msgspec.json.encode(explained))


def _of_stored(settings: Settings, verdict: Verdict) -> Explained:
    """By the policy of that time; of the text nothing is kept, so rules can only be named."""
    policy, now = _policy_of(settings, verdict.policy)
    alone = msgspec.structs.replace(policy, rules=(), lists={}) if policy else None
    scored = scored_of(verdict)
    return Explained(
        verdict,
        stored=True,
        policy=policy,
        policy_in_force=now,
        fired=tuple(reason.rule for reason in verdict.reasons),
        nearly=tuple(nearly(alone, scored, Subject())) if alone else (),
    )


def _policy_of(settings: Settings, wanted: Component) -> tuple[Policy | None, Component | None]:
    """The policy that a verdict names, and what is in force for its name now.

    It is that of the file, or one that was pushed; None if it is neither.
    """
    policies = known_policies(settings)
    now = policies[-1].by_name.get(wanted.name)
    in_force = Component(wanted.name, policies[-1].version_of(wanted.name)) if now else None
    for file in reversed(policies):
        if wanted in file.components:
            return file.named(wanted.name), in_force
    return None, in_force


async def _of_text(settings: Settings, comment: Comment) -> Explained:
    built = build(settings, Metrics(), lazy=True, policies=known_policies(settings)[-1])
    try:
        return await _judged(built, comment)
    finally:
        await built.pipeline.close()


async def _judged(built: Built, comment: Comment) -> Explained:
    pipeline = built.pipeline
    (verdict,) = await pipeline.moderate([comment])
    policy = pipeline.policy_of(comment.community)
    scored = scored_of(verdict)
    subject = Subject(comment.text, community=comment.community, lists=built.policies.matcher)
    label = _weighed(verdict)

    async def score(texts: Sequence[str]) -> list[float]:
        judged = await pipeline.moderate([Comment("", text, comment.community) for text in texts])
        return [verdict.scores.get(label, 0.0) for verdict in judged]

    return Explained(
        verdict,
        stored=False,
        policy=policy,
        policy_in_force=verdict.policy,
        text=comment.text,
        explanation=await pipeline.explain(comment, verdict),
        fired=tuple(f"{rule.action}.{rule.name}" for rule in fired(policy, scored, subject)),
        nearly=tuple(nearly(policy, scored, subject)),
        weighed=label,
        words=tuple(await word_weights(comment.text, score)) if label else (),
    )


def _weighed(verdict: Verdict) -> str:
    """The label whose words are weighed: the clearest reason's, or the highest score's."""
    labels = [r.label for r in verdict.reasons if r.label in verdict.scores]
    highest = sorted(verdict.scores, key=lambda label: -verdict.scores[label])
    return [*labels, *highest, ""][0]
