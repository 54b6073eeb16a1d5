"""The comments that `moderator demo` sends, one for each thing worth seeing."""

from __future__ import annotations

from typing import NamedTuple

from moderator.records import Comment


class DemoLine(NamedTuple):
    """A comment and what it shows."""

    shows: str
    comment: Comment


_INSULT = "You are too stupid to be allowed to vote."
_LONG = "The committee met on Tuesday and talked about the new bus timetable. " * 40

_LINES = (
    ("innocent", "What a lovely day, and thanks for the recipe!"),
    ("disguised words", "you are such a f.u.c.k.i.n.g m0r0n"),
    ("a masked slur", "shut up you f*ggot"),
    ("a threat", "I know where you live and I will kill you tonight."),
    ("no bad word", _INSULT),
    ("quoted abuse", "> you are a worthless idiot\nPlease do not talk to people like that."),
    ("Scunthorpe", "Cocktails in Scunthorpe with Dick Cheney, then shiitake."),
    ("swearing at nobody", "Fuck, I missed my bus again."),
    ("another language", "Du bist so ein verdammtes Arschloch."),
    ("a long text", f"{_LONG}You are a pathetic piece of shit."),
    ("from the cache", _INSULT),
)

DEMO_LINES = (
    *(
        DemoLine(shows, Comment(id=f"demo-{n}", text=text))
        for n, (shows, text) in enumerate(_LINES)
    ),
    DemoLine("a dead letter", Comment(id="demo\0", text="The id of this record holds a NUL.")),
)
"""In the order in which they are sent; the last is malformed."""
