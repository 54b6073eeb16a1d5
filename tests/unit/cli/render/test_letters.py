"""One dead letter, for a person or a program."""

from io import StringIO

from rich.console import Console

from moderator.cli.render.letters import letter_json, letter_panel
from moderator.dlq.reader import DeadLetterRecord

LETTER = DeadLetterRecord(
    partition=1,
    offset=9,
    time_ms=1_700_000_000_000,
    stage="decode",
    reason="not_json",
    message="the record is [bold]not[/bold] JSON",
    source=("comments", "1", "77"),
    attempts=2,
    truncated=False,
    key=b"key",
    value=b"\x1b[2Jwords \xff\xc2\x9b",
    headers=(("who", b"somebody"),),
)


def printed(*, show_text: bool) -> str:
    console = Console(width=100, record=True, file=StringIO())
    console.print(letter_panel(LETTER, show_text=show_text))
    return console.export_text()


def test_users_words_only_on_request() -> None:
    quiet = printed(show_text=False) + str(letter_json(LETTER, show_text=False))
    assert "comments/1/77" in quiet
    assert "not_json" in quiet
    assert not any(private in quiet for private in ("words", "somebody", "'key'"))
    assert "words" in printed(show_text=True)


def test_a_terminal_gets_no_control_characters_and_no_markup() -> None:
    shown = printed(show_text=True)
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "[bold]not[/bold]" in shown
