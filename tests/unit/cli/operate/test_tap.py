"""`moderator tap` says so if nothing matched."""

from collections.abc import Iterator

import pytest

from moderator.kafka import tap
from moderator.records import Verdict
from tests.contract.test_cache import verdict
from tests.unit.cli.conftest import Run


@pytest.mark.parametrize(("wanted", "said"), [("a", ""), ("b", "no verdict matches\n")])
def test_nothing_found_is_said(
    run: Run, monkeypatch: pytest.MonkeyPatch, wanted: str, said: str
) -> None:
    def follow(*_: object) -> Iterator[list[Verdict | None]]:
        yield [verdict("a")]

    monkeypatch.setattr(tap, "follow", follow)
    result = run("tap", "--until-end", "--id", wanted)
    assert result.exit_code == 0
    assert result.stderr == said
    assert result.stdout.count("\n") == (not said)
