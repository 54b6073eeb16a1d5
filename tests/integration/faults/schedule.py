"""Which faults, in which order: decided by a seed alone."""

from __future__ import annotations

import random

WEIGHTS = {
    "worker killed": 18,
    "worker terminated": 10,
    "worker joins": 5,
    "worker leaves": 5,
    "worker paused": 3,
    "broker stopped": 2,
    "broker killed": 1,
    "broker paused": 2,
    "redis killed": 8,
    "redis paused": 8,
    "redis full": 8,
    "redis talks garbage": 6,
    "scorer raises": 9,
    "scorer returns NaN": 9,
    "scorer hangs": 2,
    "log disk full": 5,
    "clock steps": 9,
    "authors send oddities": 4,
    "strange header names": 4,
    "transactions end badly": 3,
    "judged records deleted": 3,
    "offsets beyond the end": 1,
    "dead letters must be small": 3,
    "partitions added": 1,
    "redis is a replica": 5,
    "cache lies": 5,
}
"""Fault → how often, relative to the others. The slow ones (broker, pauses, hangs) are rarer."""


def schedule(count: int, seed: int) -> list[str]:
    """`count` faults; every kind comes once before the dice are thrown, if `count` allows."""
    chance = random.Random(seed)
    each = list(WEIGHTS)
    chance.shuffle(each)
    rest = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=max(0, count - len(each)))
    return [*each[:count], *rest]
