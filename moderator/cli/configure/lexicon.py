"""`moderator lexicon`: check its files, and show what a term matches."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from moderator.cli.options import err, exit_codes, out
from moderator.errors import LexiconError
from moderator.lexicon import Lexicon, Term, load_lexicon
from moderator.lexicon.entries.lint import examine
from moderator.lexicon.entries.surface_forms import surface_forms

app = typer.Typer(name="lexicon", help="Check lexicon files; show what a term matches.")
Files = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Lexicon files or folders; the shipped lexicon by default.", metavar="PATH"
    ),
]
_MOST_SHOWN = 24  # surface_forms


@app.command()
def lint(paths: Files = None) -> None:
    """Report every fault in lexicon files, with file and line.

    [bold]Example[/bold]: moderator lexicon lint config/lexicon my-terms.toml
    """
    with exit_codes():
        lexicon, faults = examine(paths or ())
        for fault in faults:
            err().print(str(fault), soft_wrap=True, highlight=False)
        if faults:
            raise LexiconError(f"{len(faults)} faults in the lexicon")
        out().print(
            f"{len(lexicon.terms)} entries and {len(lexicon.allowed)} allowed, no faults,"
            f" version {lexicon.version}"
        )


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
        entries = list(_entries(load_lexicon(lexicons or ()), term.lower()))
        if not entries:
            raise LexiconError(f"no entry is named or spelled {term!r}")
        table = Table("term", "category", "severity", "within", "matches", "source")
        for entry in entries:
            table.add_row(
                entry.id,
                entry.category,
                str(entry.severity),
                entry.boundary,
                _some(list(dict.fromkeys(surface_forms(entry)))),
                entry.source,
            )
        out().print(table)


def _entries(lexicon: Lexicon, wanted: str) -> list[Term]:
    named = [term for term in lexicon.terms if term.id == wanted]
    return named or [term for term in lexicon.terms if wanted in surface_forms(term)]


def _some(words: list[str]) -> str:
    more = len(words) - _MOST_SHOWN
    return ", ".join(words[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
