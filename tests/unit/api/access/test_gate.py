"""Who is let in, in whichever way a client sends its token, and up to which rate."""

from pathlib import Path

import pytest

from moderator.api.access.gate import Gate, token_of
from moderator.api.access.tokens import new_token
from moderator.api.refusal import RefusalError
from moderator.testing import ManualClock


def refusal(gate: Gate, token: str) -> str:
    with pytest.raises(RefusalError) as refused:
        gate.admit({b"authorization": f"Bearer {token}".encode()} if token else {}, b"")
    assert refused.value.status == 401
    return refused.value.reason


def test_without_a_file_everybody_is_let_in() -> None:
    assert Gate(None, "").admit({}, b"").name == ""


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({b"authorization": b"Bearer T"}, b""),
        ({b"authorization": b"bearer  T "}, b"key=other"),
        ({b"x-goog-api-key": b"T"}, b""),
        ({}, b"alt=json&key=T"),
        ({}, b"access_token=T&alt=json"),
    ],
)
def test_tokens_come_in_several_ways(headers: dict[bytes, bytes], query: bytes) -> None:
    assert token_of(headers, query) == "T"


def test_only_tokens_of_the_file_are_let_in(tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    token = new_token(file, "shop", "games", None)
    gate = Gate(file, "")
    caller = gate.admit({b"authorization": f"Bearer {token}".encode()}, b"")
    assert (caller.name, caller.community, caller.rate) == ("shop", "games", None)
    assert refusal(gate, "") == "no_token"
    assert refusal(gate, token[:-1] + "!") == "unknown_token"


def test_a_changed_file_is_read_again_and_a_bad_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    old = new_token(file, "old", None, None)
    clock = ManualClock(10.0)
    gate = Gate(file, "", clock=clock)
    new = new_token(file, "new", None, None)
    assert refusal(gate, new) == "unknown_token"
    clock.advance(2)
    assert gate.admit({b"x-goog-api-key": new.encode()}, b"").name == "new"
    file.write_text("[tokens")
    clock.advance(2)
    assert gate.admit({b"x-goog-api-key": old.encode()}, b"").name == "old"


def test_comments_are_counted_against_the_rate_of_each_token(tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    slow = new_token(file, "slow", None, "10/hour")
    other = new_token(file, "other", None, None)
    gate = Gate(file, "20/hour")
    caller = gate.admit({b"x-goog-api-key": slow.encode()}, b"")
    gate.charge(caller, 10)
    with pytest.raises(RefusalError) as refused:
        gate.charge(caller, 1)
    assert refused.value.status == 429
    assert 0 < refused.value.retry_after_s <= 3600
    gate.charge(gate.admit({b"x-goog-api-key": other.encode()}, b""), 20)


def test_processes_share_a_rate() -> None:
    gate = Gate(None, "10/hour", processes=5)
    gate.charge(gate.anyone, 2)
    with pytest.raises(RefusalError):
        gate.charge(gate.anyone, 1)


def test_more_than_the_rate_at_once_is_not_worth_another_try() -> None:
    gate = Gate(None, "10/minute")
    with pytest.raises(RefusalError) as refused:
        gate.charge(gate.anyone, 11)
    assert (refused.value.status, refused.value.retry_after_s) == (429, 0)
    assert refused.value.detail.startswith("11 comments at once")
    gate.charge(gate.anyone, 10)
