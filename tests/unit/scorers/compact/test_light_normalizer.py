"""Other scripts and accents stay as they are; only noise goes."""

import pytest

from moderator.scorers.compact.light_normalizer import LightNormalizer


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Schöne  GRÜẞE", "schöne grüße"),
        ("Привет, МИР", "привет, мир"),
        ("हिन्दी में", "हिन्दी में"),
        ("ｆｕｌｌ width", "full width"),
        ("soooo gut!!!!", "soo gut!!"),
        ("@someone schau https://example.com/a", "schau"),
        ("a\u200bb", "ab"),
        ("\u200b \n", ""),
    ],
)
def test_folded(text: str, folded: str) -> None:
    assert LightNormalizer().fold(text) == folded
