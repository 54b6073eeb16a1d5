"""Comments judged for the commands of `moderator policy`, by any of a file's policies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from moderator.metrics import Metrics
from moderator.policy.stored import scored_of
from moderator.records import Comment, Scored
from moderator.settings import Settings
from moderator.wiring import build_pipeline


def score_texts(settings: Settings, texts: Sequence[str]) -> list[Scored]:
    """What the scorers find in each text, before any policy or community's lexicon.

    Loads the models if there is any text. Raises as `build_pipeline` does.
    """
    if not texts:
        return []
    return asyncio.run(_scored(settings, texts))


async def _scored(settings: Settings, texts: Sequence[str]) -> list[Scored]:
    pipeline = build_pipeline(settings, Metrics(), lazy=True)
    size = settings.stream.batch_size
    try:
        scored: list[Scored] = []
        for start in range(0, len(texts), size):
            batch = [Comment("", text) for text in texts[start : start + size]]
            scored += map(scored_of, await pipeline.moderate(batch))
        return scored
    finally:
        await pipeline.close()
