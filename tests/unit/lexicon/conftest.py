"""The matcher of the shipped lexicon, which many tests ask."""

from __future__ import annotations

import pytest

from moderator.lexicon import Matcher, load_lexicon


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    return Matcher(load_lexicon())
