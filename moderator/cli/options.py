"""What every command shares: the settings option, consoles, and how errors end."""

from __future__ import annotations

import errno
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from moderator import errors
from moderator.decoding import without_surrogates
from moderator.errors import ModeratorError, RowError
from moderator.messages.commands import copyable, use_settings_file
from moderator.records import Action
from moderator.settings import CONFIG_VARIABLE


def _note_settings_file(
    context: typer.Context, parameter: typer.CallbackParam, path: Path | None
) -> Path | None:
    """What is named by the variable is known to the user's shell, and so to the next command."""
    source = context.get_parameter_source(parameter.name or "")
    if source is not None and source.name == "COMMANDLINE":
        use_settings_file(path)
        context.call_on_close(lambda: use_settings_file(None))
    return path


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        envvar=CONFIG_VARIABLE,
        help="Settings file (TOML).",
        callback=_note_settings_file,
    ),
]

FailOn = Annotated[
    Action | None,
    typer.Option("--fail-on", metavar="ACTION", help="End with 1 at this action or a graver one."),
]

_IN_A_PARAGRAPH = re.compile(r"(?<!\n)\n(?!\n)")
_INDENTATION = re.compile(r"(?m)^ +")  # which the help would keep in some places only
_DISK = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EIO))

EXIT_CODES = "Exit codes: " + " · ".join(
    f"{code} {meaning}" for code, meaning in errors.EXIT_CODES.items()
)


def flow(app: typer.Typer) -> None:
    """Let the paragraphs of every command's help fill the lines of whatever terminal shows them."""
    for command in app.registered_commands:
        command.help = _flowing(command.help, command.callback)
    if (own := app.registered_callback) is not None:
        own.help = _flowing(own.help, own.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            flow(group.typer_instance)


def _flowing(text: str | None, callback: object) -> str:
    return _INDENTATION.sub("", _IN_A_PARAGRAPH.sub(" ", text or inspect.getdoc(callback) or ""))


def whole_texts(app: typer.Typer) -> None:
    """Give every command texts that can be encoded: what is not UTF-8 on the command line is
    replaced, except in names of files."""
    for command in app.registered_commands:
        if command.callback is not None:
            command.callback = _with_whole_texts(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            whole_texts(group.typer_instance)


def _with_whole_texts(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def called(**given: object) -> object:
        whole = {
            name: without_surrogates(value) if isinstance(value, str) else value
            for name, value in given.items()
        }
        return callback(**whole)

    return called


class SafeConsole(Console):
    """A console that no text can steer, wherever it comes from."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """The segments, with U+FFFD for control characters in their text."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            if control or text.isprintable():
                yield segment
            else:
                yield Segment(printable(text), style)


def out() -> Console:
    """The console of results; text in brackets or between colons is shown unchanged."""
    return SafeConsole(markup=False, emoji=False)


@cache
def err() -> Console:
    """The console of progress and errors, likewise; one alone, so that what is printed while a
    progress bar is shown comes above it."""
    return SafeConsole(stderr=True, markup=False, emoji=False)


def printable(text: object) -> str:
    """A text without characters that would steer the terminal."""
    return "".join(c if c == "\n" or c.isprintable() else "\ufffd" for c in str(text))


def report(what: str, message: object, style: str) -> None:
    """Print a styled prefix and the message on standard error: one line, which a terminal shows
    broken between words."""
    _say(Text.assemble((f"{what}:", style), f" {printable(copyable(str(message)))}"))


def notice(message: str, style: str = "") -> None:
    """Print a notice on standard error, apart from the results, likewise."""
    _say(Text(printable(copyable(message)), style))


def _say(line: Text) -> None:
    err().print(line, highlight=False, soft_wrap=not err().is_terminal)


def report_bad_row(error: RowError) -> None:
    """Report why a row was skipped."""
    report("bad row", error, "yellow")


def is_terminal() -> bool:
    """Whether results go to a terminal: tables there, JSON lines elsewhere."""
    return sys.stdout.isatty()


def end_if_held(limit: Action | None, actions: Iterable[Action]) -> None:
    """End with exit code 1 if an action is at least as severe as `limit`."""
    if limit is not None and any(action.rank >= limit.rank for action in actions):
        raise typer.Exit(1)


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn a ModeratorError, or a file that cannot be used, into one line and its exit code;
    Ctrl-C into 130."""
    try:
        yield
    except ModeratorError as error:
        report("error", error, "red")
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; nothing can be reported to it
        raise typer.Exit(0) from None
    except OSError as error:
        if error.filename is None and error.errno not in _DISK:
            raise  # not a file that the user named: a bug, so show its traceback
        place = f"{error.filename}: " if error.filename else ""
        report("error", f"{place}{error.strerror}", "red")
        raise typer.Exit(1) from None
