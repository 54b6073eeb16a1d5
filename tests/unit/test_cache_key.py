"""Cached scores are met again only if everything that led to them is the same."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moderator.cache.memory import MemoryCache
from moderator.code_version import code_version
from moderator.metrics import Metrics
from moderator.records import Comment
from moderator.scorers.quotes import WithQuotes
from moderator.settings import Settings
from moderator.wiring import build_scorer
from tests.unit.conftest import MakePipeline

LEXICON = 'language = "en"\n[[terms]]\ncategory = "insult"\nseverity = 2\nentries = ["numpty"]\n'


@pytest.fixture
def given(tmp_path: Path) -> dict[str, Any]:
    """Settings and more from which `Judge` builds a pipeline; a test changes one of them."""
    file = tmp_path / "own.toml"
    file.write_text(LEXICON)
    return {
        "scorers": {"use": ["lexicon"], "lexicons": [file], "shipped_lexicons": False},
        "secret": "",
        "wrap": lambda scorer: scorer,
    }


@pytest.fixture
def cached(make_pipeline: MakePipeline, metrics: Metrics) -> Callable[[dict[str, Any]], Any]:
    """Whether a text's scores come from the cache that all pipelines of a test share."""
    cache = MemoryCache(metrics, items=100, score_ttl_s=60, verdict_ttl_s=60)

    async def judge(given: dict[str, Any]) -> bool:
        scorer = given["wrap"](build_scorer(Settings.model_validate({"scorers": given["scorers"]})))
        pipeline = make_pipeline(scorer=scorer, cache=cache, secret=given["secret"])
        (verdict,) = await pipeline.moderate([Comment(id="1", text="you numpty")])
        return verdict.cached

    return judge


def edit_code(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if another version of a module or package were installed."""
    loaded = sys.modules[module]
    path = Path(str(loaded.__file__))
    if hasattr(loaded, "__path__"):
        copy = shutil.copytree(path.parent, tmp_path / "copy")
        edited = min(copy.glob("[a-z]*.py"))
        monkeypatch.setattr(loaded, "__path__", [str(copy)])
    else:
        edited = Path(shutil.copy(path, tmp_path / path.name))
        monkeypatch.setattr(loaded, "__file__", str(edited))
    edited.write_text(edited.read_text("utf-8") + "\n# another rule\n", "utf-8")


@pytest.mark.parametrize(
    "module",
    [
        "moderator.text",
        "moderator.quoting",
        "moderator.language",
        "moderator.lexicon",
        "moderator.scorers.lexicon",
        "moderator.scorers.cascade",
    ],
)
async def test_other_code_is_a_miss(
    module: str, cached: Any, given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [await cached(given), await cached(given)] == [False, True]
    edit_code(module, tmp_path, monkeypatch)
    assert not await cached(given)


async def test_other_code_of_the_model_is_a_miss(
    cached: Any, given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given["scorers"]["use"] = ["lexicon", "compact"]
    assert [await cached(given), await cached(given)] == [False, True]
    edit_code("moderator.scorers.compact", tmp_path, monkeypatch)
    assert not await cached(given)


async def test_another_lexicon_is_a_miss(cached: Any, given: dict[str, Any]) -> None:
    assert [await cached(given), await cached(given)] == [False, True]
    given["scorers"]["lexicons"][0].write_text(LEXICON.replace("severity = 2", "severity = 3"))
    assert not await cached(given)


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "another"},
        {"wrap": WithQuotes},
    ],
)
async def test_another_secret_or_scoring_of_quotes_is_a_miss(
    cached: Any, given: dict[str, Any], change: dict[str, Any]
) -> None:
    assert [await cached(given), await cached(given)] == [False, True]
    assert not await cached(given | change)


async def test_another_edition_of_unicode_is_a_miss(
    cached: Any, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [await cached(given), await cached(given)] == [False, True]
    monkeypatch.setattr("unicodedata.unidata_version", "99.0.0")
    assert not await cached(given)


def test_bytecode_changes_nothing_and_data_files_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "readers"
    (package / "__pycache__").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    before = code_version("readers")
    (package / "__pycache__" / "x.pyc").write_bytes(b"1")
    assert code_version("readers") == before
    (package / "words.txt").write_text("a")
    with_words = code_version("readers")
    (package / "words.txt").rename(package / "names.txt")
    assert len({before, with_words, code_version("readers")}) == 3
