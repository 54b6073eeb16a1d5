"""`moderator policy log` and `show`: which policy was in force when, and what it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from moderator.cli.options import ConfigOption, exit_codes, is_terminal, notice, out, printable
from moderator.errors import PolicyError
from moderator.policy.files import Bundle, read_policies
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.kafka.policy_topic import Pushed

_REFUSED = Text("refused by this release", "yellow")
_NAMES_WIDTH = 21  # "standard" and a version


def log(config: ConfigOption = None) -> None:
    """Show every policy that was pushed, with the versions that verdicts name.

    [bold]Example[/bold]: moderator policy log | jq 'select(.pushed_at < "2026-11-20")'
    """
    from moderator.kafka.policy_topic import history

    with exit_codes():
        pushed = history(Settings.load(config))
        rows = logged(pushed)
        if not is_terminal():
            for push, named, in_force in rows:
                row = {
                    "version": push.version, "pushed_at": push.pushed_at, "by": push.by,
                    "note": push.note, "policies": named, "in_force": in_force,
                }  # fmt: skip
                typer.echo(msgspec.json.encode(row))
            return
        if rows:
            out().print(_table(rows))
        else:
            notice("nothing was pushed yet: the workers' own files are in force")


def logged(pushed: Sequence[Pushed]) -> list[tuple[Pushed, Mapping[str, str], bool]]:
    """Each with its policies' versions, and whether it is in force: workers refuse what this
    release cannot read, and keep what came before."""
    named = [versions(push) for push in pushed]
    last = max((place for place, policies in enumerate(named) if policies), default=-1)
    return [(push, named[place], place == last) for place, push in enumerate(pushed)]


def show(
    version: Annotated[
        str, typer.Argument(help="Of a policy file, or of a policy as verdicts name it.")
    ],
    config: ConfigOption = None,
) -> None:
    """Print a policy that was pushed, as it was written, and the files of its lists.

    [bold]Example[/bold]: moderator policy show 3f2a9c01be77 > old.toml
    """
    from moderator.kafka.policy_topic import history

    with exit_codes():
        push = find(history(Settings.load(config)), version)
        if push is None:
            raise PolicyError(f"no version {version} was ever pushed: see `moderator policy log`")
        typer.echo(push.text, nl=not push.text.endswith("\n"))
        for name, text in push.files.items():
            typer.echo(f"\n# {name}")
            typer.echo("".join(f"#   {line}\n" for line in text.splitlines()), nl=False)


def _table(rows: Sequence[tuple[Pushed, Mapping[str, str], bool]]) -> Table:
    """The newest first; names and versions are whole in 80 columns."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("version", "pushed", "by"):
        table.add_column(column, no_wrap=True)
    table.add_column("policies", overflow="fold", min_width=_NAMES_WIDTH)
    table.add_column("note", overflow="fold")
    for push, named, in_force in reversed(rows):
        table.add_row(
            Text(push.version, "bold green" if in_force else ""),
            push.pushed_at[:19].replace("T", " "),
            printable(push.by),
            "\n".join(f"{name} {version}" for name, version in named.items()) or _REFUSED,
            printable(push.note),
        )
    return table


def find(pushed: list[Pushed], version: str) -> Pushed | None:
    """The last that has this version, or a policy of this version."""
    for push in reversed(pushed):
        if version == push.version or version in versions(push).values():
            return push
    return None


def versions(pushed: Pushed) -> dict[str, str]:
    """Policy → its version as verdicts name it; empty if this release cannot read the file."""
    try:
        policies = read_policies(Bundle("", pushed.text, pushed.files))
    except PolicyError:
        return {}
    by_community = {
        f"{place.component.name} in {name}": place.component.version
        for name in policies.communities
        if (place := policies.place_of(name)).lexicon
    }
    own = {name: policies.version_of(name) for name in policies.by_name}
    return {**own, **by_community}
