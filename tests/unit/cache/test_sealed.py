"""What the cache keeps is believed only if it is sealed and possible."""

import pytest
from msgspec.structs import replace

from moderator.cache.sealed import Sealer
from moderator.records import Match, Scored

KEY = b"moderator:score:0a"
MATCH = Match(2, 5, "term", "swearing", 4)
SCORED = Scored({"toxicity": 0.0, "insult": 1.0}, (MATCH,), with_quotes={"toxicity": 0.5})
SEALER = Sealer("secret", ("toxicity", "insult", "profanity"))


def test_what_was_sealed_is_opened() -> None:
    assert SEALER.open(KEY, SEALER.seal(KEY, SCORED)) == SCORED
    assert SEALER.open(KEY, None) is None


@pytest.mark.parametrize("position", [0, 15, 16, 20, -1])
def test_a_flipped_bit_closes_it(position: int) -> None:
    value = bytearray(SEALER.seal(KEY, SCORED))
    value[position] ^= 1
    assert SEALER.open(KEY, bytes(value)) is None


@pytest.mark.parametrize("value", [b"", b"x" * 16, b"x" * 15, b"{}" * 20])
def test_anything_else_stays_closed(value: bytes) -> None:
    assert SEALER.open(KEY, value) is None


def test_another_key_or_secret_stays_closed() -> None:
    value = SEALER.seal(KEY, SCORED)
    assert SEALER.open(b"moderator:score:0b", value) is None
    assert Sealer("other").open(KEY, value) is None


@pytest.mark.parametrize(
    "impossible",
    [
        replace(SCORED, scores={}),
        replace(SCORED, scores={"toxicity": 5.0}),
        replace(SCORED, scores={"toxicity": -0.1}),
        replace(SCORED, scores={"toxicity": 1e308}),
        replace(SCORED, scores={"unknown": 0.5}),
        replace(SCORED, with_quotes={"toxicity": 2.0}),
        replace(SCORED, with_quotes={}),
        replace(SCORED, matches=(replace(MATCH, severity=99),)),
        replace(SCORED, matches=(replace(MATCH, severity=0),)),
        replace(SCORED, matches=(replace(MATCH, start=6),)),
        replace(SCORED, matches=(replace(MATCH, start=-1),)),
    ],
)
def test_impossible_scores_are_a_miss_even_if_sealed(impossible: Scored) -> None:
    assert SEALER.open(KEY, SEALER.seal(KEY, impossible)) is None


def test_a_value_of_another_version_is_a_miss() -> None:
    data = b'{"scores":[]}'
    assert SEALER.open(KEY, SEALER._mac(KEY, data) + data) is None
    nested = b'{"scores":{},"later":' + b"[" * 100_000
    assert SEALER.open(KEY, SEALER._mac(KEY, nested) + nested) is None
