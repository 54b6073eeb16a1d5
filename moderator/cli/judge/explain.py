"""`moderator explain`: why a comment got its verdict, now or when it was judged."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

import msgspec
import typer

from moderator.cli.judge.explained import panels
from moderator.cli.judge.explaining import of_stored, of_text
from moderator.cli.operate.tap import without_text
from moderator.cli.options import ConfigOption, err, exit_codes, is_terminal, out, printable, report
from moderator.cli.render.times import parse_time
from moderator.errors import SettingsError
from moderator.policy.explaining.statement import read_template
from moderator.records import Comment, CommentContext, Verdict
from moderator.settings import Settings
from moderator.wiring import stored_verdict


def explain(
    what: Annotated[str, typer.Argument(help="A comment's id, or a text.", metavar="ID|TEXT")],
    config: ConfigOption = None,
    is_id: Annotated[
        bool, typer.Option("--id", help="It is an id; the topic is searched too.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="Search the topic from here, e.g. 2h or 2026-11-22T13:00Z.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--from", help="Look the id up in verdicts of yours instead: JSON lines."),
    ] = None,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Show the text that a stored verdict carries.")
    ] = False,
    is_text: Annotated[bool, typer.Option("--text", help="It is a text.")] = False,
    community: Annotated[str | None, typer.Option(help="Of the text.")] = None,
    author: Annotated[str | None, typer.Option(help="Of the text.")] = None,
    author_role: Annotated[str | None, typer.Option(help="Of the text's author.")] = None,
    account_age_days: Annotated[float | None, typer.Option(help="Likewise.")] = None,
    prior_holds: Annotated[int | None, typer.Option(help="Likewise.")] = None,
    only_statement: Annotated[
        bool, typer.Option("--statement", help="Print the statement of reasons alone.")
    ] = False,
) -> None:
    """Explain a verdict: what was found, every score with its threshold, the rules that fired and
    those that nearly did, the words that weigh most, and a statement of reasons in plain words.

    An id is looked up in the cache (Redis), with --id in the verdicts topic too, with --from in
    a file; its policy is the one of that time if it was pushed. What has no verdict there is judged
    as a text.

    [bold]Examples[/bold]

      moderator explain 81a7 --config moderator.toml

      moderator explain "You utter moron." --community news --account-age-days 2

      moderator explain --id 81a7 --statement > answer.txt

      moderator explain 81a7 --from verdicts-of-march.jsonl.gz
    """
    with exit_codes():
        settings = Settings.load(config)
        template = read_template(settings.policies.statement)
        stored = None if is_text else _stored(settings, what, file, since, is_id=is_id)
        if stored is not None:
            shown = stored if show_text else without_text(stored)
            explained = asyncio.run(of_stored(settings, stored, template, show_text=show_text))
            explained = msgspec.structs.replace(explained, verdict=shown)
        else:
            if not is_text and not re.search(r"\s", what):
                why = f"no verdict is kept for the id {what!r}: judged as a text (--text, or --id)"
                report("note", why, "yellow")
            context = CommentContext(author_role, account_age_days, prior_holds)
            known = None if context == CommentContext() else context
            comment = Comment("", what, community, author, context=known)
            explained = asyncio.run(of_text(settings, comment, template))
        if only_statement:
            if is_terminal():
                out().print(printable(explained.statement), end="", highlight=False)
            else:
                typer.echo(explained.statement, nl=False)
        elif is_terminal():
            out().print(*panels(explained), sep="\n")
        else:
            typer.echo(msgspec.json.encode(explained))


def _stored(
    settings: Settings, what: str, file: str | None, since: str | None, *, is_id: bool
) -> Verdict | None:
    """The verdict on an id; None for what may be a text. Raises SettingsError and BrokerError."""
    since_ms = parse_time(since, "--since")
    if file is not None:
        verdict = _in_file(settings, file, what)
        if verdict is None:
            raise SettingsError(f"{file}: holds no verdict on {what!r}")
        return verdict
    verdict = asyncio.run(stored_verdict(settings, what))
    if verdict is None and (is_id or since):
        from moderator.kafka.tap import find

        with err().status(f"searching {settings.topics.verdicts}"):
            verdict = find(settings, what, since_ms)
        if verdict is None:
            raise SettingsError(
                f"no verdict is kept for the id {what!r}: it was never judged, or its time is over "
                "(cache.verdict_ttl_s in Redis, topics.retention_hours in the topic): name a file "
                "with --from if you keep verdicts yourself"
            )
    return verdict


def _in_file(settings: Settings, name: str, wanted: str) -> Verdict | None:
    """The last verdict of a file on the comment."""
    from moderator.replay.files import open_rows
    from moderator.replay.readers import read_rows_or_verdicts
    from moderator.replay.rows import Columns

    columns = Columns(max_text_bytes=settings.stream.max_text_bytes)
    last = None
    for row in open_rows([name], None, columns, read=read_rows_or_verdicts):
        if row.verdict is not None and row.verdict.id == wanted:
            last = row.verdict
    return last
