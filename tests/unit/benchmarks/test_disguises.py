"""Disguises change every term, the same way each time, and respellings are held out whole."""

from __future__ import annotations

import random

import pytest

from tests.benchmarks.disguises import WAYS, Way, shown


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_way_disguises_and_can_be_repeated(way: Way) -> None:
    words = ["bastard", "stupidness"]
    assert shown(words, way) == shown(words, way)
    assert all(way(word, random.Random(1)) != word for word in words)
