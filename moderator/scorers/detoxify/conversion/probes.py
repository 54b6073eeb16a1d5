"""Texts on which a converted model must answer as the original does.

They differ in length, script, case, punctuation and content.
"""

from __future__ import annotations

PROBES: tuple[str, ...] = (
    "Thank you, that was a very helpful answer.",
    "You are a complete idiot and everybody here knows it.",
    "I disagree.",
    "",
    "Shut up, you pathetic moron!!!",
    "The meeting has moved to 14:30 on Tuesday (room 3b); bring the printed figures.",
    "I will find you and hurt you.",
    "WHY WOULD ANYBODY WRITE THIS???",
    "Das ist wirklich ein schöner Tag, ça va bien, ¿verdad?",
    "Это хороший вопрос. 这是一个好问题。 هذا سؤال جيد",
    "so basically \U0001f602\U0001f602 he said what \U0001f644 and left",
    "People like you make me sick, go back to wherever you came from.",
    "https://example.org/a/very/long/path?with=query&and=more#fragment",
    "no\nline\nis\nlike\nanother\n\n\nreally",
    "It rained for most of the morning, and by noon the river had come up over the lower path, "
    "so we took the long way round past the mill, where somebody had left the gate open again. "
    "Nobody minded; there was coffee at the other end, and the dog was delighted. " * 3,
    "word " * 700,
)
