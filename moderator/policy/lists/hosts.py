"""Hosts in a text: those that links lead to, and any other name with a dot, in linear time."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

_LINK = re.compile(r"(?:https?://|(?<![\w.@/-])(?=www\.))([^\s/?#\"<>()\[\]\\]{1,300})")
_HOST_BYTES = b"abcdefghijklmnopqrstuvwxyz0123456789.-_@" + bytes(range(0x80, 0x100))
_NOT_HOST = bytes(byte if byte in _HOST_BYTES else 0x20 for byte in range(256))
_MAX_HOST = 253
_DOTS = str.maketrans({"\u3002": ".", "\uff61": ".", "\u00ad": "", "\u200b": "", "\u2060": ""})


def linked_hosts(text: str) -> list[str]:
    """The host of each link, as browsers read it; a link has `http://`, `https://` or `www.`."""
    form = browser_form(text)
    if "://" not in form and "www." not in form:
        return []
    return [_bare(link) for link in _LINK.findall(form)]


def candidate_hosts(text: str) -> list[str]:
    """Every word of the text with a dot inside that may be a host, links or not; no e-mails."""
    if "." not in text and "%" not in text and text.isascii():
        return []
    words = browser_form(text).encode("utf-8", "replace").translate(_NOT_HOST).split()
    candidates = (word.decode("utf-8", "replace") for word in words if b"." in word)
    hosts = [_bare(word) for word in candidates if "@" not in word]
    return hosts + linked_hosts(text) if "@" in text or "%" in text else hosts


def browser_form(text: str) -> str:
    """The text in the form that browsers give to addresses: compatibility forms folded, lower
    case, no invisible characters. Lookalikes of other scripts are other hosts, and stay."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text.translate(_DOTS)).casefold()


def domains_of(host: str) -> list[str]:
    """The host and every domain above it, two names or longer: a.b.c → a.b.c, b.c."""
    if len(host) > _MAX_HOST:
        return []
    names = host.split(".")
    return [".".join(names[index:]) for index in range(len(names) - 1)]


def _bare(link: str) -> str:
    """Without user, port and the dots around; browsers read percent signs in a host, too."""
    if "%" in link:
        link = browser_form(unquote(link))
    return link.rpartition("@")[2].partition(":")[0].strip(".-")
