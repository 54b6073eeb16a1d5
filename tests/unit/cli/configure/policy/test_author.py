"""`moderator policy author` prints what `exempt.authors` takes."""

import pytest

from moderator.policy.authors import author_hash
from tests.unit.cli.conftest import Run


def test_it_prints_a_hash_an_author(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_CACHE__SECRET", "s")
    result = run("policy", "author", "anna", "ben")
    assert result.stdout.split() == [author_hash("anna", "s"), author_hash("ben", "s")]
    assert author_hash("anna", "s") != author_hash("anna", "t")
