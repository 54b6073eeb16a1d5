"""Parts that many unit tests are built from."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

import moderator.lexicon
import moderator.lexicon.matcher
import moderator.scorers.compact.scorer
import moderator.scorers.lexicon
from moderator import Moderator
from moderator.cache.memory import MemoryCache
from moderator.lexicon.compiler import CompiledLexicon, compile_lexicon
from moderator.lexicon.entries.dataset import Fault, Lexicon
from moderator.lexicon.entries.lint import examine
from moderator.lexicon.matcher import Matcher
from moderator.messages.commands import use_settings_file
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.policy import Policies, Policy
from moderator.records import Action
from moderator.scorers.compact.normalizer import Normalizer
from moderator.testing import ManualClock, StubScorer

MakePipeline = Callable[..., Pipeline]


def _key(lexicon: Lexicon) -> object:
    """Differs for any two lexicons; the terms that communities add come from no file and have
    no version of their own."""
    return lexicon.version, lexicon.terms, lexicon.allowed


@pytest.fixture(scope="session", autouse=True)
def shipped_lexicon_once() -> Iterator[None]:
    """The shipped lexicon is read and compiled once in a process, since many tests load it."""
    shipped = cache(lambda: examine(()))
    compiled: dict[object, CompiledLexicon] = {}
    matchers: dict[object, Matcher] = {}

    def examine_once(
        paths: Iterable[Path], with_shipped: bool = False
    ) -> tuple[Lexicon, list[Fault]]:
        paths = tuple(paths)
        return examine(paths, with_shipped) if paths else shipped()

    def compile_once(lexicon: Lexicon) -> CompiledLexicon:
        if (key := _key(lexicon)) not in compiled:
            compiled[key] = compile_lexicon(lexicon)
        return compiled[key]

    def matcher_once(lexicon: Lexicon) -> Matcher:
        if (key := _key(lexicon)) not in matchers:
            matchers[key] = Matcher(lexicon)
        return matchers[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moderator.lexicon, "examine", examine_once)
        patch.setattr(moderator.lexicon.matcher, "compile_lexicon", compile_once)
        patch.setattr(moderator.scorers.lexicon, "Matcher", matcher_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def normalizer_once() -> Iterator[None]:
    """The bundled model's misspellings are worked out once in a process."""
    made = cache(Normalizer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            moderator.scorers.compact.scorer, "Normalizer", lambda *words: made(*map(tuple, words))
        )
        yield


@pytest.fixture(autouse=True)
def no_settings_file() -> Iterator[None]:
    """A command refused while it is parsed never closes its context, which would forget the file
    of its settings: messages of later tests would name it."""
    yield
    use_settings_file(None)


@pytest.fixture(scope="session", autouse=True)
def command_line_once() -> Iterator[None]:
    """The command line is assembled once in a process: with all its commands that takes a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session")
def default_moderator() -> Iterator[Moderator]:
    """The filter as it ships, loaded once in a process; its cache remembers what others asked."""
    with Moderator.default() as shared:
        yield shared


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_000.0)


@pytest.fixture
def policies() -> Policies:
    policy = Policy(
        review={"toxicity": 0.5}, block={"toxicity": 0.9}, on_scorer_failure=Action.REVIEW
    )
    return Policies("standard", {"standard": policy, "off": Policy()}, {"games": "off"})


@pytest.fixture
def make_pipeline(
    metrics: Metrics, policies: Policies, clock: ManualClock
) -> Iterator[MakePipeline]:
    """Builds a pipeline of stubs; any part can be given."""
    with ThreadPoolExecutor(1) as executor:

        def make(**parts: Any) -> Pipeline:
            cache = MemoryCache(metrics, items=100, score_ttl_s=60, verdict_ttl_s=60, clock=clock)
            given = {
                "scorer": StubScorer(), "cache": cache, "policies": policies,
                "metrics": metrics, "executor": executor, **parts,
            }  # fmt: skip
            return Pipeline(**given)

        yield make
