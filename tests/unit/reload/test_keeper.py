"""A running pipeline takes up what is sound, keeps the old one otherwise, and says so."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.policy.files import Bundle, read_bundle
from moderator.records import Action, Comment, Verdict
from moderator.reload import PolicyKeeper, look
from moderator.reload import keeper as keeper_module
from moderator.settings import Scorers, Settings
from moderator.settings.tables.policies import PoliciesSettings
from moderator.wiring import build

LENIENT = 'default = "p"\n[policies.p.review]\nprofanity = 0.99\n'
TERMS = 'language = "en"\n[[terms]]\ncategory = "coarse"\nseverity = 2\nentries = ["{}"]\n'
STRICT = LENIENT.replace("0.99", "0.05")


async def judged(pipeline: Pipeline, text: str = "damn, what a wurzelgurk") -> Verdict:
    (verdict,) = await pipeline.moderate([Comment("1", text)])
    return verdict


@asynccontextmanager
async def running(
    tmp_path: Path, metrics: Metrics, policy: str
) -> AsyncIterator[tuple[Pipeline, PolicyKeeper]]:
    settings = settings_with(tmp_path, policy)
    built = build(settings, metrics)
    keeper = PolicyKeeper(settings, built, metrics)
    await keeper.start()
    task = asyncio.create_task(keeper.run())
    try:
        yield built.pipeline, keeper
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await built.pipeline.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 (what it waits for is in files and metrics)
            await asyncio.sleep(0.01)


def counted(metrics: Metrics, result: str) -> float:
    value = metrics.registry.get_sample_value("moderator_policy_reloads_total", {"result": result})
    assert value is not None
    return value


def refused(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("moderator_policy_refused")


async def test_a_changed_file_is_in_force_for_the_next_batch(
    tmp_path: Path, metrics: Metrics
) -> None:
    async with running(tmp_path, metrics, LENIENT) as (pipeline, _):
        before = await judged(pipeline)
        (tmp_path / "policy.toml").write_text(STRICT)
        await until(lambda: counted(metrics, "loaded") == 1)
        after = await judged(pipeline)
    assert (before.action, after.action) == (Action.ALLOW, Action.REVIEW)
    assert before.policy.version != after.policy.version
    assert after.cached
    for verdict, value in ((before, 0), (after, 1)):
        labels = {"component": "policy", "name": "p", "version": verdict.policy.version}
        assert metrics.registry.get_sample_value("moderator_build_info", labels) == value


async def test_a_bad_file_is_refused_and_the_old_one_stays(
    tmp_path: Path, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path, metrics, STRICT) as (pipeline, _):
        before = await judged(pipeline)
        (tmp_path / "policy.toml").write_text(STRICT.replace("profanity", "rudeness"))
        await until(lambda: counted(metrics, "refused") == 1)
        assert refused(metrics) == 1
        assert (await judged(pipeline)).policy == before.policy
        assert "policies.p.review.rudeness: unknown label" in caplog.text
        (tmp_path / "policy.toml").write_text(STRICT)
        await until(lambda: refused(metrics) == 0)
        assert counted(metrics, "loaded") == 0


async def test_a_changed_list_is_taken_up(tmp_path: Path, metrics: Metrics) -> None:
    listed = '[policies.p]\nlists = {words = "block"}\n[policies.p.review]'
    policy = LENIENT.replace("[policies.p.review]", listed)
    words = tmp_path / "words.txt"
    words.write_text("anything else\n")
    policy += '[lists.words]\nkind = "pattern"\nfile = "words.txt"\n'
    async with running(tmp_path, metrics, policy) as (pipeline, _):
        assert (await judged(pipeline)).action is Action.ALLOW
        words.write_text("wurzelgurk\n")
        await until(lambda: counted(metrics, "loaded") == 1)
        verdict = await judged(pipeline)
    assert (verdict.action, verdict.reasons[0].rule) == (Action.BLOCK, "block.words")


async def test_a_file_written_while_it_is_read_is_read_again(
    tmp_path: Path, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "policy.toml"

    def read_then_written(policy: Path) -> Bundle:
        found = read_bundle(policy)
        path.write_text(STRICT)
        return found

    async with running(tmp_path, metrics, LENIENT) as (pipeline, _):
        monkeypatch.setattr(keeper_module, "read_bundle", read_then_written)
        path.write_text(LENIENT.replace("0.99", "0.98"))
        await until(lambda: counted(metrics, "loaded") == 2)
        assert (await judged(pipeline)).action is Action.REVIEW


def settings_with(tmp_path: Path, policy: str) -> Settings:
    path = tmp_path / "policy.toml"
    path.write_text(policy)
    terms = tmp_path / "terms.toml"
    if not terms.exists():
        terms.write_text(TERMS.format("damn"))
    return Settings(
        policy=path,
        policies=PoliciesSettings(watch_s=0.02),
        scorers=Scorers(use=("lexicon",), lexicons=(terms,), shipped_lexicons=False),
    )


@pytest.mark.parametrize(
    ("name", "text"), [("policy.toml", STRICT), ("terms.toml", TERMS.format("wurzelgurk"))]
)
async def test_what_changes_while_models_load_is_in_force_from_the_start(
    tmp_path: Path, metrics: Metrics, name: str, text: str
) -> None:
    (tmp_path / "terms.toml").write_text(TERMS.format("gurkwurzel"))
    settings = settings_with(tmp_path, LENIENT if name == "policy.toml" else STRICT)
    lexicons = look(settings.scorers.lexicons)
    built = build(settings, metrics)
    (tmp_path / name).write_text(text)
    await PolicyKeeper(settings, built, metrics, lexicons).start()
    try:
        (verdict,) = await built.pipeline.moderate([Comment("1", "a wurzelgurk, a gurkwurzel")])
        assert verdict.action is Action.REVIEW
        assert [match.term for match in verdict.matches] != []
        assert counted(metrics, "loaded") == 1
    finally:
        await built.pipeline.close()


async def test_who_asks_during_a_read_has_it_read_again(
    tmp_path: Path, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "policy.toml"
    reads: list[Path] = []

    async with running(tmp_path, metrics, LENIENT) as (_, keeper):
        loop = asyncio.get_running_loop()

        def read_while_asked(policy: Path) -> Bundle:
            found = read_bundle(policy)
            if not reads:
                seen = path.stat()
                path.write_text(LENIENT.replace("0.99", "0.02"))
                os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
                loop.call_soon_threadsafe(keeper.asked.set)
            reads.append(policy)
            return found

        monkeypatch.setattr(keeper_module, "read_bundle", read_while_asked)
        path.write_text(LENIENT.replace("0.99", "0.01"))
        await until(lambda: counted(metrics, "loaded") == 2)


async def test_a_list_that_comes_after_its_policy_was_refused_is_taken_up(
    tmp_path: Path, metrics: Metrics
) -> None:
    listed = '[policies.p]\nlists = {words = "block"}\n[policies.p.review]'
    policy = LENIENT.replace("[policies.p.review]", listed)
    policy += '[lists.words]\nkind = "pattern"\nfile = "words.txt"\n'
    async with running(tmp_path, metrics, LENIENT) as (pipeline, _):
        (tmp_path / "policy.toml").write_text(policy)
        await until(lambda: refused(metrics) == 1)
        (tmp_path / "words.txt").write_text("wurzelgurk\n")
        await until(lambda: counted(metrics, "loaded") == 1)
        assert refused(metrics) == 0
        assert (await judged(pipeline)).action is Action.BLOCK


async def test_a_changed_lexicon_is_taken_up_and_a_bad_one_refused(
    tmp_path: Path, metrics: Metrics
) -> None:
    terms = tmp_path / "terms.toml"
    terms.write_text(TERMS.format("gurkwurzel"))
    async with running(tmp_path, metrics, STRICT) as (pipeline, _):
        before = await judged(pipeline)
        terms.write_text(TERMS.format("wurzelgurk"))
        await until(lambda: counted(metrics, "loaded") == 1)
        after = await judged(pipeline)
        assert (before.action, after.action) == (Action.ALLOW, Action.REVIEW)
        assert before.scorer.version != after.scorer.version
        terms.write_text("[[terms]]\n")
        await until(lambda: refused(metrics) == 1)
        assert (await judged(pipeline)).action is Action.REVIEW
        terms.write_text(TERMS.format("wurzelgurk"))
        await until(lambda: refused(metrics) == 0)


async def test_when_asked_it_reads_again_what_looks_unchanged(
    tmp_path: Path, metrics: Metrics
) -> None:
    async with running(tmp_path, metrics, LENIENT) as (_, keeper):
        path = tmp_path / "policy.toml"
        seen = path.stat()
        path.write_text(LENIENT.replace("0.99", "0.01"))
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        await asyncio.sleep(0.1)
        assert counted(metrics, "loaded") == 0
        keeper.asked.set()
        await until(lambda: counted(metrics, "loaded") == 1)


async def test_quotes_are_scored_as_soon_as_a_policy_charges_them(
    tmp_path: Path, metrics: Metrics
) -> None:
    text = "> damn\n\nI would not say so, and neither should you."
    async with running(tmp_path, metrics, STRICT) as (pipeline, _):
        assert (await judged(pipeline, text)).action is Action.ALLOW
        quoted = '[policies.p]\nquoted = "charge"\n[policies.p.review]'
        charging = STRICT.replace("[policies.p.review]", quoted)
        (tmp_path / "policy.toml").write_text(charging)
        await until(lambda: counted(metrics, "loaded") == 1)
        verdict = await judged(pipeline, text)
    assert verdict.action is Action.REVIEW
    assert verdict.with_quotes
