"""How each fault is done. An act returns when the fault is over (not: when all has recovered)."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import redis

from tests.integration.faults import data_acts
from tests.integration.faults.theatre import SESSION_S, Theatre

_DRAIN_S = 30


def worker_killed(theatre: Theatre, _: random.Random) -> None:
    with theatre.taken() as worker:
        worker.kill()


def worker_terminated(theatre: Theatre, _: random.Random) -> None:
    with theatre.taken() as worker:
        try:
            worker.terminate(_DRAIN_S)
        except subprocess.TimeoutExpired:
            theatre.codes["did not drain"] += 1
            worker.kill()


def worker_joins(theatre: Theatre, chance: random.Random) -> None:
    if theatre.count() < 4:
        theatre.join()
        time.sleep(chance.uniform(0.5, 1.5))
    else:
        worker_terminated(theatre, chance)


def worker_paused(theatre: Theatre, _: random.Random) -> None:
    with theatre.locks["pause"], theatre.taken() as worker:
        worker.pause()
        time.sleep(SESSION_S + 2)
        worker.resume()


def broker_ended(number: int) -> Callable[[Theatre, random.Random], None]:
    def act(theatre: Theatre, chance: random.Random) -> None:
        with theatre.locks["broker"]:
            theatre.kafka.stop(number)
            time.sleep(chance.uniform(0.5, 3))
            theatre.kafka.start()

    return act


def broker_paused(theatre: Theatre, _: random.Random) -> None:
    with theatre.locks["broker"]:
        theatre.kafka.pause()
        time.sleep(SESSION_S + 2)
        theatre.kafka.resume()


def redis_killed(theatre: Theatre, chance: random.Random) -> None:
    with theatre.locks["redis"]:
        theatre.redis.stop()
        time.sleep(chance.uniform(0.2, 2))
        theatre.redis.start()


def redis_paused(theatre: Theatre, chance: random.Random) -> None:
    with theatre.locks["redis"]:
        theatre.redis.pause()
        time.sleep(chance.uniform(0.2, 2))
        theatre.redis.resume()


def redis_full(theatre: Theatre, chance: random.Random) -> None:
    with theatre.locks["redis"], redis.Redis.from_url(theatre.redis.url) as client:
        client.config_set("maxmemory", "100kb")
        time.sleep(chance.uniform(0.5, 2))
        client.config_set("maxmemory", "0")


def redis_garbage(theatre: Theatre, chance: random.Random) -> None:
    with theatre.locks["redis"], theatre.garbage():
        time.sleep(chance.uniform(0.5, 2))


def scorer(mood: str) -> Callable[[Theatre, random.Random], None]:
    def act(theatre: Theatre, chance: random.Random) -> None:
        with theatre.locks["mood"]:
            theatre.mood.write_text(mood)
            time.sleep(chance.uniform(0.5, 1.5))
            theatre.mood.unlink()

    return act


def log_disk_full(theatre: Theatre, _: random.Random) -> None:
    # Its every line of log fails; it must work on, and is killed by some later fault.
    theatre.join(log=Path("/dev/full"))
    with theatre.taken() as worker:
        worker.kill()


def clock_steps(theatre: Theatre, chance: random.Random) -> None:
    theatre.traffic.clock_step_s = chance.choice([-(10**9), -86_400, 3_600, 86_400 * 365])
    time.sleep(1)
    theatre.traffic.clock_step_s = 0


ACTS: dict[str, Callable[[Theatre, random.Random], None]] = {
    "worker killed": worker_killed,
    "worker terminated": worker_terminated,
    "worker joins": worker_joins,
    "worker leaves": worker_terminated,
    "worker paused": worker_paused,
    "broker stopped": broker_ended(signal.SIGTERM),
    "broker killed": broker_ended(signal.SIGKILL),
    "broker paused": broker_paused,
    "redis killed": redis_killed,
    "redis paused": redis_paused,
    "redis full": redis_full,
    "redis talks garbage": redis_garbage,
    "scorer raises": scorer("raise"),
    "scorer returns NaN": scorer("nan"),
    "scorer hangs": scorer("hang"),
    "log disk full": log_disk_full,
    "clock steps": clock_steps,
    "authors send oddities": data_acts.authors_send_oddities,
    "strange header names": data_acts.header_names_are_not_utf8,
    "transactions end badly": data_acts.transactions_end_badly,
    "judged records deleted": data_acts.judged_records_are_deleted,
    "offsets beyond the end": data_acts.offsets_beyond_the_end,
    "dead letters must be small": data_acts.dead_letters_must_be_small,
    "partitions added": data_acts.partitions_are_added,
    "redis is a replica": data_acts.redis_is_a_replica,
    "cache lies": data_acts.cache_lies,
}
