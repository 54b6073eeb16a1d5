"""TLS, SASL and ACLs with every client there is, and nothing private in any log or message."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AclOperation, ResourceType  # type: ignore[attr-defined]

from moderator.errors import BrokerError
from moderator.kafka.comment_producer import CommentProducer
from moderator.metrics import Metrics
from moderator.records import Comment, DeadLetter, Verdict, to_json
from moderator.settings import PREFIX, Settings
from moderator.sinks.base import Outcome
from moderator.sinks.kafka import KafkaSink
from moderator.testing import StubScorer
from tests.contract.test_brokers import running
from tests.integration.admin.conftest import Run
from tests.integration.workers import WorkerProcess
from tests.secured import PASSWORD, Secured
from tests.servers import RedisServer

Use = Callable[..., Settings]

pytestmark = pytest.mark.timeout(240)  # the first one waits for the broker to start

WRONG = "not-the-password-5520"
WAYS = ("PLAIN", "SCRAM-SHA-256", "TLS")


def variables(secured: Secured, way: str) -> dict[str, str]:
    if way != "TLS":
        return secured.variables(way)
    return {
        "KAFKA__BOOTSTRAP_SERVERS": secured.tls,
        "KAFKA__SECURITY_PROTOCOL": "SSL",
        "KAFKA__SSL_CAFILE": str(secured.certificates.ca),
    }


def allow_all(secured: Secured, settings: Settings) -> None:
    """What a worker and whoever counts its verdicts need, and no more."""
    topics = settings.topics
    for name in (topics.comments, topics.verdicts, topics.dead_letters):
        secured.allow(ResourceType.TOPIC, name, AclOperation.READ, AclOperation.WRITE)
    secured.allow(ResourceType.GROUP, settings.stream.group, AclOperation.READ)


@pytest.mark.parametrize("way", WAYS)
async def test_comments_go_their_way_over_tls_and_sasl(
    way: str, secured: Secured, using: Use, run: Run
) -> None:
    allow_all(secured, using(secured.plain))
    run("topics", "create")
    settings = using(secured.sasl, HTTP__PORT="0", **variables(secured, way))
    seen: list[Verdict] = []
    async with (
        running(settings, StubScorer(), Metrics()),
        CommentProducer(settings, seen.extend) as publisher,
    ):
        await publisher.publish([Comment(id=f"c{n}", text=f"text {n}") for n in range(20)])
        await publisher.finish()
    assert {verdict.id for verdict in seen} == {f"c{n}" for n in range(20)}


@pytest.mark.parametrize("way", [*WAYS, "other CA", "no TLS"])
async def test_a_refused_login_is_reported_without_secrets(
    way: str, secured: Secured, using: Use, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    given = variables(secured, "PLAIN" if way in {"other CA", "no TLS"} else way)
    if way in {"other CA", "TLS"}:
        given["KAFKA__SSL_CAFILE"] = str(secured.certificates.other_ca)
    elif way == "no TLS":
        given["KAFKA__SECURITY_PROTOCOL"] = "SASL_PLAINTEXT"
    else:
        given["KAFKA__SASL_PASSWORD"] = WRONG
    settings = using(secured.sasl, **given)
    sink = KafkaSink(settings.kafka, settings.topics, request_timeout_s=5)
    shown = []
    with pytest.raises(BrokerError) as refused:
        await sink.start()
    await sink.close()
    shown.append(refused.value)
    # Also why, if it can be known: then nobody waits out the time for an answer.
    why = {"no TLS": "no broker", "TLS": "_SSL", "other CA": "_SSL"}.get(way, "_AUTHENTICATION")
    with pytest.raises(BrokerError, match=why) as refused:
        async with CommentProducer(settings):
            pass
    shown.append(refused.value)
    private = f"{shown} {shown!r} {caplog.text} {sink!r} {settings!r} {settings}"
    assert PASSWORD not in private
    assert WRONG not in private


async def test_a_topic_that_may_not_be_written_is_reported(
    secured: Secured, using: Use, run: Run
) -> None:
    settings = using(secured.plain)
    topics = settings.topics
    run("topics", "create")
    for name in (topics.comments, topics.verdicts):
        secured.allow(ResourceType.TOPIC, name, AclOperation.READ)
    settings = using(secured.sasl, **secured.variables("PLAIN"))
    sink = KafkaSink.from_settings(settings)
    with pytest.raises(BrokerError, match="topics create"):
        await sink.start()
    await sink.close()
    secured.allow(ResourceType.TOPIC, topics.dead_letters, AclOperation.READ)
    sink = KafkaSink.from_settings(settings)
    await sink.start()
    left = await sink.publish([Outcome(0, DeadLetter(key=b"k", value=b"v", headers=()))])
    await sink.close()
    assert len(left.unconfirmed) == 1


PRIVATE = {
    "id": "zebra-id-8841",
    "text": "quokka sentence nobody else writes, you fucking idiot",
    "author": "author-ocelot-5520",
    "community": "community-narwhal",
    "key": "key-axolotl-9917",
    "header": "header-pangolin-3305",
    "redis": "redis-pass-6642",
    "kafka": PASSWORD,
}
WORDS = ("zebra", "quokka", "ocelot", "narwhal", "axolotl", "pangolin", "redis-pass", PASSWORD)


@pytest.fixture
def worker(
    secured: Secured, using: Use, run: Run, names: dict[str, str], tmp_path: Path,
    redis_server: RedisServer,
) -> Iterator[WorkerProcess]:  # fmt: skip
    """A whole worker at the default log level, with every secret that it can have."""
    allow_all(secured, using(secured.plain))
    run("topics", "create")
    process = WorkerProcess(
        tmp_path,
        {
            **names,
            **secured.variables("SCRAM-SHA-256"),
            "STREAM__CARRY_COMMENT": "true",
            "STREAM__COMMIT_INTERVAL_S": "0.2",
            "SCORERS__USE": '["compact"]',
            "CACHE__BACKEND": "redis",
            "CACHE__URL": f"redis://:{PRIVATE['redis']}@127.0.0.1:{redis_server.port}/0",
            "CACHE__SECRET": PRIVATE["redis"],
        },
    )
    yield process
    process.kill()


def hostile_records() -> list[bytes]:
    """Every way to a verdict, a dead letter or a truncated one, each with private words."""
    comment = Comment(
        id=PRIVATE["id"],
        text=PRIVATE["text"],
        author=PRIVATE["author"],
        community=PRIVATE["community"],
    )
    good = to_json(comment)
    return [
        good,
        good[:-3],
        good.replace(b'"text":"', b'"text":["').replace(b'","', b'"],"', 1),
        good.replace(b"quokka", b"quokka\xff"),
        good.replace(b"quokka", b"quokka\\ud800"),
        good.replace(b'"id":"', b'"id":"' + b"zebra" * 400),
        good.replace(b"quokka", b"quokka " * 20_000),
        good.replace(b'{"id"', b'{"quokka":' + b"[" * 5_000 + b"]" * 5_000 + b',"id"'),
        b"quokka",
        b"",
    ]


def test_nothing_private_is_in_a_workers_log_metrics_or_pages(
    worker: WorkerProcess, secured: Secured, names: dict[str, str], redis_server: RedisServer
) -> None:
    worker.ready()
    producer = Producer({"bootstrap.servers": secured.plain, "message.max.bytes": 2_000_000})
    sent = 0
    for _ in range(3):
        for value in hostile_records():
            producer.produce(
                names["TOPICS__COMMENTS"], value, PRIVATE["key"],
                headers={"trace": PRIVATE["header"], PRIVATE["header"]: b"x"},
            )  # fmt: skip
            sent += 1
        assert producer.flush(60) == 0
        redis_server.stop()
    deadline = time.monotonic() + 60
    counted = 0.0
    while counted < sent and time.monotonic() < deadline:
        counted = worker.metric("moderator_comments_total")
        counted += worker.metric("moderator_dead_letters_total")
        time.sleep(0.2)
    assert counted == sent
    pages = "".join(worker.page(name) for name in ("metrics", "readyz", "healthz"))
    assert worker.terminate() == 0
    assert "dead letters" in worker.log
    for word in WORDS:
        assert word not in worker.log
        assert word not in pages


COMMANDS = (
    ["settings"], ["doctor"], ["topics", "ls"], ["topics", "create"], ["dlq", "ls"],
    ["dlq", "redrive"], ["replay", "--to-topic", "-"], ["worker", "--help"],
    ["doctor", "--help"], ["settings", "--help"],
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_prints_a_secret(
    command: list[str], secured: Secured, using: Use, run: Run
) -> None:
    secret = "cache-secret-1188"
    using(
        secured.sasl,
        **secured.variables("PLAIN", password=WRONG),
        CACHE__URL=f"redis://user:{WRONG}@127.0.0.1:1/0",
        CACHE__BACKEND="redis",
        CACHE__SECRET=secret,
        SCORERS__USE='["compact"]',
    )
    result = run(*command)
    shown = result.output + result.stderr + repr(result.exception)
    assert shown
    assert WRONG not in shown
    assert secret not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAFKA", '{"sasl_password": "hush-4471", "bogus": 1}'),
        ("KAFKA", '{"sasl_password": "hush-4471"'),
        ("KAFKA__SASL_PASSWORD__X", "hush-4471"),
        ("CACHE", '{"url": ["hush-4471"]}'),
    ],
)
def test_a_refused_setting_is_reported_without_its_value(
    name: str, value: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    result = run("settings")
    assert result.exit_code == 2
    assert "hush" not in result.output + result.stderr + repr(result.exception)
