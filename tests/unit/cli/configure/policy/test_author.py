"""`moderator policy author` prints what `exempt.authors` takes."""

import pytest

from moderator.policy.authors import author_hash
from tests.unit.cli.conftest import Run


def test_it_prints_a_hash_an_author(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_CACHE__SECRET", "s")
    result = run("policy", "author", "anna", "ben")
    assert result.stdout.split() == [author_hash("anna", "s"), author_hash("ben", "s")]
    assert result.stderr == ""
    assert author_hash("anna", "s") != author_hash("anna", "t")


def test_a_secret_that_is_missing_is_noticed(run: Run) -> None:
    result = run("policy", "author", "anna")
    assert result.stdout.split() == [author_hash("anna", "")]
    assert "cache.secret is empty" in result.stderr
