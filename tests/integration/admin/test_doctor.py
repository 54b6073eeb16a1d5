"""`moderator doctor` if all is well, and if not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import redis as client
from confluent_kafka import Producer
from confluent_kafka.admin import AclOperation, ResourceType  # type: ignore[attr-defined]

from moderator.http.ports import free_port
from moderator.settings import PREFIX, Settings
from tests.integration.admin.conftest import Run
from tests.secured import PASSWORD, Secured
from tests.servers import RedisServer

Use = Callable[..., Settings]

pytestmark = pytest.mark.timeout(240)  # the first one waits for the broker to start
Found = dict[str, dict[str, Any]]


@pytest.fixture
def examined(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Found]:
    """Runs the doctor; findings by name. Only the model is loaded, which takes no time."""
    monkeypatch.setenv(PREFIX + "SCORERS__USE", '["compact"]')

    def examine(code: int) -> Found:
        result = run("doctor", "--json")
        assert result.exit_code == code, result.output
        return {found["check"]: found for found in map(json.loads, result.stdout.splitlines())}

    return examine


def test_an_embedded_broker_is_all_well(
    embedded: str, using: Use, examined: Callable[..., Found]
) -> None:
    using(embedded)
    found = examined(0)
    assert "(embedded)" in found["broker"]["detail"]
    assert found["scorer compact"]["status"] == "ok"
    assert found["cache"]["status"] == "ok"


def test_missing_topics_fail_until_they_are_made(
    kafka: str, using: Use, run: Run, examined: Callable[..., Found]
) -> None:
    topics = using(kafka).topics
    found = examined(1)
    assert found[f"topic {topics.verdicts}"]["status"] == "fail"
    assert "topics create" in found[f"topic {topics.verdicts}"]["remedy"]
    run("topics", "create")
    found = examined(0)
    assert found[f"topic {topics.verdicts}"]["detail"] == "3 partitions, 1 replica"
    assert found[f"acl {topics.comments}"]["detail"] == "READ is allowed"


def test_a_broker_that_is_not_there_fails_with_its_address(
    using: Use, examined: Callable[..., Found]
) -> None:
    address = f"127.0.0.1:{free_port()}"
    using(address)
    found = examined(1)
    assert address in found["broker"]["detail"]
    assert "kafka.bootstrap_servers" in found["broker"]["remedy"]


def test_missing_rights_are_reported_one_by_one(
    secured: Secured, using: Use, run: Run, examined: Callable[..., Found]
) -> None:
    settings = using(secured.plain)
    topics = settings.topics
    run("topics", "create")
    using(secured.sasl, **secured.variables("SCRAM-SHA-256"))
    found = examined(1)
    assert "DESCRIBE" in found[f"topic {topics.comments}"]["remedy"]
    for name in (topics.comments, topics.verdicts, topics.dead_letters):
        secured.allow(ResourceType.TOPIC, name, AclOperation.DESCRIBE)
    secured.allow(ResourceType.TOPIC, topics.comments, AclOperation.READ)
    secured.allow(ResourceType.TOPIC, topics.verdicts, AclOperation.WRITE)
    found = examined(1)
    assert found[f"acl {topics.comments}"]["status"] == "ok"
    assert found[f"acl {topics.verdicts}"]["status"] == "ok"
    assert found[f"acl {topics.dead_letters}"]["detail"] == "WRITE is not allowed"
    assert found[f"acl group {settings.stream.group}"]["status"] == "fail"
    secured.allow(ResourceType.TOPIC, topics.dead_letters, AclOperation.WRITE)
    secured.allow(ResourceType.GROUP, settings.stream.group, AclOperation.READ)
    found = examined(0)
    assert found[f"acl group {settings.stream.group}"]["detail"] == "READ is allowed"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"KAFKA__SASL_PASSWORD": "wrong-7731"}, "_AUTHENTICATION"),
        ({"KAFKA__SSL_CAFILE": "other"}, "_SSL"),
    ],
)
def test_why_the_broker_refuses_us_is_reported_without_secrets(
    secured: Secured, using: Use, run: Run, examined: Callable[..., Found],
    more: dict[str, str], why: str,
) -> None:  # fmt: skip
    given = {**secured.variables("SCRAM-SHA-256"), **more}
    if given["KAFKA__SSL_CAFILE"] == "other":
        given["KAFKA__SSL_CAFILE"] = str(secured.certificates.other_ca)
    using(secured.sasl, **given)
    found = examined(1)
    assert why in found["broker"]["detail"]
    for private in (PASSWORD, "wrong-7731"):
        assert private not in json.dumps(found)


def test_records_from_the_future_are_reported(
    kafka: str, using: Use, run: Run, examined: Callable[..., Found]
) -> None:
    settings = using(kafka)
    run("topics", "create")
    assert examined(0)["clock"]["detail"] == "no record to compare with"
    producer = Producer({"bootstrap.servers": kafka})
    producer.produce(settings.topics.verdicts, b"{}", b"k", timestamp=int(time.time() * 1000))
    assert producer.flush(30) == 0
    assert examined(0)["clock"]["status"] == "ok"
    ahead_ms = int((time.time() + 900) * 1000)
    producer.produce(settings.topics.comments, b"{}", timestamp=ahead_ms)
    assert producer.flush(30) == 0
    found = examined(0)["clock"]
    assert found["status"] == "warn"
    assert "in the future" in found["detail"]


def test_redis_is_examined(
    embedded: str, using: Use, redis_server: RedisServer, examined: Callable[..., Found]
) -> None:
    using(embedded, CACHE__BACKEND="redis", CACHE__URL=redis_server.url, CACHE__TIMEOUT_MS="5000")
    found = examined(0)
    assert found["redis"]["status"] == found["redis write"]["status"] == "ok"
    assert "no limit" in found["redis memory"]["detail"]
    assert found["cache secret"]["status"] == "warn"
    with client.Redis(port=redis_server.port) as raw:
        raw.config_set("maxmemory", "100mb")
        assert "noeviction" in examined(0)["redis memory"]["detail"]
        raw.config_set("maxmemory-policy", "allkeys-lfu")
        assert examined(0)["redis memory"]["status"] == "ok"
        raw.config_set("maxmemory-policy", "noeviction")
        raw.config_set("maxmemory", "1")
        assert examined(1)["redis write"]["status"] == "fail"
        raw.config_set("maxmemory", "0")
        raw.acl_setuser(
            "reader", enabled=True, passwords=["+r3d-pass"], keys=["*"], commands=["+mget"]
        )
    own = f"redis://reader:{{}}@127.0.0.1:{redis_server.port}/0"
    using(embedded, CACHE__URL=own.format("r3d-pass"))
    found = examined(1)
    assert "+set" in found["redis write"]["remedy"]
    assert "unknown" in found["redis memory"]["detail"]
    using(embedded, CACHE__URL=own.format("other-pass"))
    found = examined(1)
    assert found["redis"]["detail"] == "user or password is refused"
    assert "pass@" not in json.dumps(found)
    assert "other-pass" not in json.dumps(found)
    redis_server.stop()
    assert "cannot be reached" in examined(1)["redis"]["detail"]
