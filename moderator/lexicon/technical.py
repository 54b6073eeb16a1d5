"""Parts of a text that are not prose: addresses, code, file names, numbers and formulas."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,2000}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}"
)
_CODE = re.compile(
    r"```[^`]{1,4000}```|`[^`\n]{3,400}`|\b\w{1,60}_\w{1,60}\s{0,1}(?:\(|[+-]?=|\.\w)"
    r"|\b[a-z]{1,20}(?:\+\+|--)(?=[;)])|\b[a-z]{1,3} = (?=[\w\"'(])"
)
_FILE = re.compile(
    r"(?<![\w./\\-])[\w./\\-]{0,100}\w\w\.(?:py|js|ts|tsx|jsx|cc|cpp|cs|java|rs|rb|php|sh"
    r"|txt|md|json|xml|ya?ml|toml|csv|tsv|sql|png|jpe?g|gif|svg|mp[34]|wav|pdf|docx?|xlsx?|html?"
    r"|css|ass|srt|log|cfg|ini|conf|exe|dll|zip|gz|tar)\b",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"\$[^$\n]{1,200}\$")
_NUMBERED = re.compile(
    r"\b(?:[0-9a-f]{4,}(?:-[0-9a-f]{2,}){2,}|v?\d{1,4}(?:\.\d{1,4}){1,3}(?:-\w{1,8})?"
    r"|[A-Z][ -]?\d{2,4}|[A-Za-z]{1,3} ?\d{1,3}\.\d{1,3}|[A-Z]{3}\d)\b"
)
_LONG = re.compile(r"[\w/+-]{9,2000}")
_SURELY_RANDOM, _MANY_DIGITS = 11, 0.3


def technical_spans(text: str) -> list[tuple[int, int, bool]]:
    """(start, end, whether plain words in it may count) of each such part, in order; one inside
    another is left out."""
    spans = []
    if "://" in text or "www." in text or "@" in text:
        spans += [(*match.span(), True) for match in _ADDRESS.finditer(text)]
    if "`" in text or "_" in text or "=" in text or ";" in text:
        spans += [(*match.span(), True) for match in _CODE.finditer(text)]
    if "." in text:
        spans += [(*match.span(), True) for match in _FILE.finditer(text)]
    if "$" in text and "\\" in text:
        spans += [(*f.span(), False) for f in _FORMULA.finditer(text) if "\\" in f[0]]
    if any(map(str.isdigit, text)):
        spans += [(*match.span(), False) for match in _NUMBERED.finditer(text)]
        spans += [(*match.span(), False) for match in _LONG.finditer(text) if _is_random(match[0])]
    outer: list[tuple[int, int, bool]] = []
    for span in sorted(spans, key=lambda other: (other[0], -other[1])):
        if not outer or span[1] > outer[-1][1]:
            outer.append(span)
    return outer


def _is_random(token: str) -> bool:
    """Whether a long token is a key, a hash or an identifier of a video."""
    upper, lower, digits = (
        sum(map(kind, token)) for kind in (str.isupper, str.islower, str.isdigit)
    )
    if not (upper and lower and digits >= 2):
        return False
    if upper >= 2 and digits >= _MANY_DIGITS * (upper + lower + digits):
        return True
    return len(token) >= _SURELY_RANDOM and upper >= 4 and lower >= 3
