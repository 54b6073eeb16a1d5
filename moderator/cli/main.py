"""`moderator`: the command line, put together."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from moderator.cli.configure import calibrate, feedback, lexicon, model, model_files, tune
from moderator.cli.configure.policy import app as policy
from moderator.cli.judge import demo, diff, explain, replay, score
from moderator.cli.judge.backtest import command as backtest
from moderator.cli.operate import (
    dlq,
    doctor,
    review,
    serve,
    settings,
    tap,
    top,
    topics,
    verdict,
    webhooks,
    worker,
)
from moderator.cli.options import EXIT_CODES, flow, whole_texts
from moderator.package import __version__

app = typer.Typer(
    name="moderator",
    help="Hold back abuse in streams of comments, on your own machines, with reasons.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo.demo)
app.command()(score.score)
app.command()(explain.explain)
app.command()(replay.replay)
app.command()(diff.diff)
app.command()(backtest.backtest)
app.command()(worker.worker)
app.add_typer(serve.app)
app.command()(webhooks.webhooks)
app.command()(review.review)
app.command()(calibrate.calibrate)
app.command()(tap.tap)
app.command("verdict")(verdict.show)
app.command()(top.top)
app.command("settings")(settings.show)
model_files.register(model.app)
app.command()(doctor.doctor)
app.add_typer(policy)
app.add_typer(topics.app)
app.add_typer(dlq.app)
app.add_typer(model.app)
app.add_typer(lexicon.app)
app.add_typer(feedback.app)
app.command()(tune.tune)

flow(app)
whole_texts(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point of the `moderator` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal without UTF-8 shows what it can, and an escape for the rest.
            stream.reconfigure(errors="backslashreplace")
    app()
