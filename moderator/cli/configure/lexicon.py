"""`moderator lexicon`: check its files, and show what a term matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from moderator.cli.options import ConfigOption, err, exit_codes, out
from moderator.cli.render.verdicts import action_text
from moderator.errors import LexiconError
from moderator.lexicon import Lexicon, Term, load_lexicon, profanity
from moderator.lexicon.entries.lint import examine
from moderator.lexicon.entries.surface_forms import surface_forms
from moderator.messages.words import counted
from moderator.policy import Policies
from moderator.records import Match, Scored
from moderator.settings import Settings

app = typer.Typer(name="lexicon", help="Check lexicon files; show what a term matches.")
Files = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Lexicon files or folders; the shipped lexicon by default.", metavar="PATH"
    ),
]
_MOST_SHOWN = 24  # surface_forms


@app.command()
def lint(paths: Files = None, config: ConfigOption = None) -> None:
    """Report every fault in lexicon files, and the action that each severity leads to.

    Files of yours are checked together with the shipped lexicon, whose entries they override.
    Faults end with exit code 2, warnings do not.

    [bold]Example[/bold]: moderator lexicon lint my-terms.toml
    """
    with exit_codes():
        lexicon, faults = examine(paths or (), with_shipped=bool(paths))
        for fault in faults:
            style = "yellow" if fault.warning else "red"
            err().print(str(fault), soft_wrap=True, highlight=False, style=style)
        refused = [fault for fault in faults if not fault.warning]
        if refused:
            raise LexiconError(f"{counted(len(refused), 'fault')} in the lexicon")
        entries = counted(len(lexicon.terms), "entry", "entries")
        out().print(
            f"{entries} and {len(lexicon.allowed):,} allowed, no faults, version {lexicon.version}"
        )
        if paths:
            own = [term for term in lexicon.terms if _lies_in(term, paths)]
            out().print(_alone(own, Policies.load(Settings.load(config).policy)))


@app.command()
def show(
    term: Annotated[str, typer.Argument(help="The name of a term, or a word it is seen in.")],
    lexicons: Annotated[
        list[Path] | None, typer.Option("--lexicon", "-l", help="Lexicon files or folders.")
    ] = None,
) -> None:
    """Show every entry of a term: category, severity, the forms it matches, and its file and line.

    [bold]Example[/bold]: moderator lexicon show wanker
    """
    with exit_codes():
        entries = list(_entries(load_lexicon(lexicons or (), bool(lexicons)), term.lower()))
        if not entries:
            raise LexiconError(f"no entry is named or spelled {term!r}")
        for entry in entries:
            for part in _shown(entry):
                # A path is printed whole, or nobody can copy it.
                out().print(part, soft_wrap=isinstance(part, str), highlight=False)


def _shown(entry: Term) -> Iterator[RenderableType]:
    grid = Table.grid(padding=(0, 2))
    grid.add_row("category", f"{entry.category}, severity {entry.severity}")
    grid.add_row("within", f"{entry.boundary} ({entry.language})")
    grid.add_row("matches", _some(list(dict.fromkeys(surface_forms(entry)))))
    yield Text(entry.id, "bold")
    yield grid
    yield f"{entry.source}\n"


def _lies_in(term: Term, paths: list[Path]) -> bool:
    file = Path(term.source.rpartition(":")[0])
    return any(path == file or path in file.parents for path in paths)


def _alone(terms: list[Term], policies: Policies) -> Table:
    """What one match of each severity leads to by each policy, if nothing else is found."""
    title = "action if the term is all that is found"
    table = Table("severity", "entries", "profanity", *policies.by_name, title=title)
    for severity, group in sorted(Counter(term.severity for term in terms).items()):
        score = profanity([Match(0, 1, "", "", severity)])
        scored = Scored({"profanity": score})
        actions = (
            action_text(policy.decide(scored).action) for policy in policies.by_name.values()
        )
        table.add_row(str(severity), str(group), f"{score:.2f}", *actions)
    return table


def _entries(lexicon: Lexicon, wanted: str) -> list[Term]:
    named = [term for term in lexicon.terms if term.id == wanted]
    return named or [term for term in lexicon.terms if wanted in surface_forms(term)]


def _some(words: list[str]) -> str:
    more = len(words) - _MOST_SHOWN
    return ", ".join(words[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
