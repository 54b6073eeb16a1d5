"""`moderator policy push` and `rollback`: put a policy in force for all workers at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from moderator.cli.configure.policy.log import versions
from moderator.cli.options import ConfigOption, exit_codes, is_terminal, notice, out
from moderator.errors import PolicyError
from moderator.policy.files import Bundle, read_bundle, read_policies
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.kafka.policy_topic import Pushed

Note = Annotated[str, typer.Option("--note", "-m", help="Why, for `moderator policy log`.")]


def push(
    policy: Annotated[
        Path | None, typer.Argument(help="The policy file; default: the settings'.")
    ] = None,
    config: ConfigOption = None,
    note: Note = "",
) -> None:
    """Check a policy and its lists, and put them in force for every worker that follows the topic.

    Workers follow it with policies.source = "topic". What is refused here never reaches them.

    [bold]Examples[/bold]

      moderator policy push stricter.toml -m "raid in the news section"

      moderator policy push --config moderator.toml
    """
    with exit_codes():
        settings = Settings.load(config, {"policy": policy} if policy else None)
        bundle = read_bundle(settings.policy)
        _push(settings, bundle, note)


def rollback(
    version: Annotated[
        str | None,
        typer.Argument(help="As `policy log` shows it; default: the one before the newest."),
    ] = None,
    config: ConfigOption = None,
    note: Note = "",
) -> None:
    """Put an earlier policy in force again.

    [bold]Examples[/bold]

      moderator policy rollback

      moderator policy rollback 3f2a9c01be77 -m "too strict"
    """
    from moderator.kafka.policy_topic import history

    with exit_codes():
        settings = Settings.load(config)
        earlier = _earlier(history(settings), version)
        bundle = Bundle(f"pushed {earlier.version}", earlier.text, earlier.files)
        _push(settings, bundle, note or f"back to {earlier.version}")


def _earlier(pushed: Sequence[Pushed], version: str | None) -> Pushed:
    """The last of a version; without one, the last that differs from the newest and that this
    release can read. Raises PolicyError."""
    for push in reversed(pushed):
        other = push.version != pushed[-1].version
        if push.version == version if version else other and versions(push):
            return push
    what = f"no version {version}" if version else "no version before the present one"
    raise PolicyError(f"{what} was ever pushed: see `moderator policy log`")


def _push(settings: Settings, bundle: Bundle, note: str) -> None:
    from moderator.kafka.policy_topic import Pushed, history, push, shortcomings

    policies = read_policies(bundle)
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    pushed = Pushed(bundle.version, time, _user(), note, bundle.text, bundle.files)
    push(settings, pushed)
    if settings.policies.source != "topic":
        notice('workers follow the topic with policies.source = "topic" only', "yellow")
    if is_terminal():
        out().print(f"pushed {bundle.version}: {', '.join(policies.by_name)}")
    else:
        typer.echo(msgspec.json.encode({"version": bundle.version, "pushed_at": time}))
    _report_others(pushed, history(settings))
    for difference in shortcomings(settings):
        topic = settings.policies.topic
        notice(f"policies may be lost: {topic}: {difference.text}: {difference.fix}", "yellow")


def _report_others(pushed: Pushed, log: Sequence[Pushed]) -> None:
    """Name what it replaces, and what somebody else pushed at the same time and is in force."""
    place = log.index(pushed) if pushed in log else len(log)
    if place:
        notice(f"in place of {_named(log[place - 1])}", "dim")
    if place + 1 < len(log):
        notice(f"but then {_named(log[-1])} was pushed, which is in force", "yellow")


def _named(pushed: Pushed) -> str:
    when = pushed.pushed_at[:19].replace("T", " ")
    return f"{pushed.version}, pushed {when} by {pushed.by or 'somebody'}"


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return ""
