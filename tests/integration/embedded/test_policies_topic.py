"""Processes that follow the topic of policies take up what is pushed, in its order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from confluent_kafka import Producer

from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.kafka.policy_topic import Pushed, history, push
from moderator.metrics import Metrics
from moderator.policy.files import Bundle
from moderator.records import Comment
from moderator.reload import PolicyKeeper
from moderator.settings import Kafka, Scorers, Settings
from moderator.settings.tables.policies import PoliciesSettings
from moderator.wiring import build

LENIENT = 'default = "p"\n[policies.p.review]\nprofanity = 0.99\n'
STRICT = LENIENT.replace("0.99", "0.05")
TERMS = 'language = "en"\n[[terms]]\ncategory = "coarse"\nseverity = 2\nentries = ["damn"]\n'


def pushed(text: str) -> Pushed:
    return Pushed(Bundle("", text).version, "2026-11-25T10:00:00Z", "me", "", text)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 (what it waits for is in metrics)
            await asyncio.sleep(0.02)


async def test_what_is_pushed_last_and_sound_is_in_force(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(LENIENT)
    (tmp_path / "terms.toml").write_text(TERMS)
    with EmbeddedBroker() as broker:
        settings = Settings(
            policy=tmp_path / "policy.toml",
            policies=PoliciesSettings(source="topic"),
            kafka=Kafka(bootstrap_servers=broker.address),
            scorers=Scorers(
                use=("lexicon",), lexicons=(tmp_path / "terms.toml",), shipped_lexicons=False
            ),
        )
        await asyncio.to_thread(push, settings, pushed(STRICT))
        metrics = Metrics()
        built = build(settings, metrics)

        async def action() -> str:
            (verdict,) = await built.pipeline.moderate([Comment("1", "damn")])
            return verdict.action

        def counted(result: str) -> float | None:
            labels = {"result": result}
            return metrics.registry.get_sample_value("moderator_policy_reloads_total", labels)

        assert await action() == "allow"
        keeper = PolicyKeeper(settings, built, metrics)
        await keeper.start()
        assert await action() == "review"
        task = asyncio.create_task(keeper.run())
        try:
            producer = Producer({"bootstrap.servers": broker.address})
            producer.produce("policies", b"rubbish", "x", partition=0)
            producer.flush(10)
            await until(lambda: counted("refused") == 1)
            assert await action() == "review"
            bad = pushed(STRICT.replace("profanity", "rudeness"))
            await asyncio.to_thread(push, settings, bad)
            await until(lambda: counted("refused") == 2)
            assert await action() == "review"
            assert metrics.registry.get_sample_value("moderator_policy_refused") == 1
            await asyncio.to_thread(push, settings, pushed(LENIENT))
            await until(lambda: counted("loaded") == 2)
            assert await action() == "allow"
            assert metrics.registry.get_sample_value("moderator_policy_refused") == 0
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await built.pipeline.close()
        found = await asyncio.to_thread(history, settings)
        assert [one.text for one in found] == [STRICT, bad.text, LENIENT]
